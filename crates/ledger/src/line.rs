//! What the C2SP text forms have in common: decimals and hashes alone on a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::tree::Hash;

/// A decimal as C2SP writes it: ASCII digits, no leading zero, no sign.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}

/// Standard base64 with padding (RFC 4648 § 4), of one spelling only.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A hash in base64.
pub(crate) fn hash(text: &str) -> Option<Hash> {
    unbase64(text)?.try_into().ok()
}

/// Hashes in base64, each line ended.
pub(crate) fn hashes(lines: &[Hash]) -> String {
    lines.iter().map(|hash| base64(hash) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_has_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for wrong in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            " 1",
            "1 ",
            "0x1",
            "18446744073709551616",
            "١",
        ] {
            assert_eq!(decimal(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_hash_has_one_spelling() {
        let right = base64(&[1; 32]);
        assert_eq!(hash(&right), Some([1; 32]));
        assert_eq!(hash(right.trim_end_matches('=')), None);
        assert_eq!(
            hash(&right.replace("AQE=", "AQF=")),
            None,
            "bits beyond the last byte"
        );
        assert_eq!(hash(&base64(&[1; 31])), None);
    }
}
