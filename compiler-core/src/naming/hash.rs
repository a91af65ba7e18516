//! The two hashes inside names.

use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};
use std::borrow::Cow;

/// A 32-bit hash as lower-case hexadecimal digits without padding: djb2 with exclusive or, over UTF-16 units from the last to the first.
///
/// The reference computes it in JavaScript numbers. The product stays below 2⁵³ there and the exclusive or cuts it to 32 bits, which is what
/// wrapping arithmetic gives.
pub fn short_hash(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let hash = units.iter().rev().fold(5381_u32, |hash, unit| hash.wrapping_mul(33) ^ u32::from(*unit));
    format!("{hash:x}")
}

/// A name that AWS accepts: one longer than `limit` characters is cut, and ends in `-` and six hexadecimal digits of its SHAKE256 hash.
///
/// Borrowed when nothing was cut. A limit below 8 characters leaves no room for the name; AWS has none.
pub fn truncate(name: &str, limit: usize) -> Cow<'_, str> {
    if name.chars().count() <= limit {
        return Cow::Borrowed(name);
    }
    let mut hasher = Shake256::default();
    hasher.update(name.as_bytes());
    let mut digest = [0_u8; 3];
    hasher.finalize_xof().read(&mut digest);
    let kept: String = name.chars().take(limit.saturating_sub(7)).collect();
    Cow::Owned(format!("{kept}-{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        assert_eq!(short_hash("eu-west-1demo-dev123456789012"), "91545aea");
        assert_eq!(short_hash(""), "1505");
        // (5381 * 33) ^ 97
        assert_eq!(short_hash("a"), format!("{:x}", (5381 * 33) ^ 97));
        // Beyond U+FFFF: two units, as in JavaScript.
        assert_eq!(short_hash("😀"), format!("{:x}", (((5381 * 33) ^ 0xDE00) * 33) ^ 0xD83D));
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(truncate("demo-dev-lb-cruncherTriggerFunction", 32), "demo-dev-lb-cruncherTrigg-ad7bdd");
        let name = "x".repeat(64);
        assert!(matches!(truncate(&name, 64), Cow::Borrowed(_)));
        assert_eq!(truncate(&name, 63).len(), 63);
        assert_eq!(truncate(&"é".repeat(40), 20).chars().count(), 20);
    }
}
