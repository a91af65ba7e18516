//! Texts that a config repeats, such as keys and types, are kept once. A large config is mostly these; each copy would be a block of memory of its own.

use std::sync::Arc;

/// Longer texts are rarely repeated.
const LONGEST: usize = 32;

/// How many texts are remembered; a power of two.
const SLOTS: usize = 256;

/// The texts that were met last, each at the place that its hash gives. One that another displaced is simply kept twice.
pub(super) struct Texts {
    slots: Vec<Option<Arc<str>>>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { slots: vec![None; SLOTS] }
    }
}

impl Texts {
    /// The text, shared with its equals.
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return text.into();
        }
        // FNV-1a.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let slot = &mut self.slots[hash as usize % SLOTS];
        match slot {
            Some(there) if **there == *text => there.clone(),
            _ => slot.insert(text.into()).clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Texts};
    use std::sync::Arc;

    #[test]
    fn equal_texts_are_one() {
        let mut texts = Texts::default();
        assert!(Arc::ptr_eq(&texts.get("type"), &texts.get("type")));
        // Whatever displaces what: the text is right.
        for number in 0..10_000 {
            let text = format!("name{number}");
            assert_eq!(*texts.get(&text), *text);
            assert_eq!(&*texts.get("type"), "type");
        }
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(*texts.get(&long), *long);
    }
}
