//! The executable of the stack's own function, built by this crate's build script for 64-bit x86 Linux without any library.
//!
//! A crate of its own, so that the rest of the CLI can be built without it, and so that a change anywhere else does not build it again.

/// The executable; Lambda wants it to be called `bootstrap`.
pub static BOOTSTRAP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bootstrap"));

/// Digest of what the executable is made from, hex: the same on every machine, so that nobody uploads it again.
pub static DIGEST: &str = env!("STACK_LAMBDA_DIGEST");

#[cfg(test)]
mod tests {
    use super::{BOOTSTRAP, DIGEST};

    /// Offsets of the ELF header. Source: the ELF-64 object file format.
    #[test]
    fn it_is_a_static_executable_for_lambda() {
        assert_eq!(&BOOTSTRAP[..6], b"\x7fELF\x02\x01", "64 bits, little endian");
        assert_eq!(BOOTSTRAP[0x12], 0x3e, "x86-64");
        let half = |at: usize| usize::from(u16::from_le_bytes([BOOTSTRAP[at], BOOTSTRAP[at + 1]]));
        let long = |at: usize| u64::from_le_bytes(BOOTSTRAP[at..at + 8].try_into().unwrap()) as usize;
        let (table, size, count) = (long(0x20), half(0x36), half(0x38));
        let kinds: Vec<u32> = (0..count)
            .map(|i| table + i * size)
            .map(|at| u32::from_le_bytes(BOOTSTRAP[at..at + 4].try_into().unwrap()))
            .collect();
        assert!(kinds.contains(&1), "something is loaded");
        assert!(!kinds.contains(&3), "no interpreter: nothing is linked at start");
        assert_eq!(DIGEST.len(), 64);
        assert!(BOOTSTRAP.len() < 6_000_000, "{} bytes", BOOTSTRAP.len());
    }
}
