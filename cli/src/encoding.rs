//! Decodes bytes from text: hex and base64. Imports std only.

/// The bytes of hex digits; skips white space between them and a `0x` in front.
pub fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii();
    let text = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X")).unwrap_or(text);
    let digits = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    let digits = digits.map(|byte| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    let byte = |pair: &[u8]| if let [high, low] = pair { Some(high << 4 | low) } else { None };
    digits.chunks(2).map(byte).collect()
}

/// The bytes of base64 text, in the standard or the URL alphabet, padded or not; skips white space.
pub fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let n_padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let (digits, _) = text.split_at_checked(text.len().checked_sub(n_padding)?)?;
    let digits: Vec<u32> = digits.iter().map(|byte| digit(*byte)).collect::<Option<_>>()?;
    let mut bytes = Vec::new();
    for group in digits.chunks(4) {
        let bits = group.iter().chain([0; 4].iter()).take(4).fold(0, |bits: u32, digit| bits << 6 | digit);
        let [_, whole @ ..] = bits.to_be_bytes();
        // Two digits encode one byte, three encode two; a single digit is an error.
        let n_bytes = group.len().checked_sub(1).filter(|n_bytes| *n_bytes > 0)?;
        bytes.extend(whole.iter().take(n_bytes));
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u32> {
    let (from, value) = match byte {
        b'A'..=b'Z' => (b'A', 0),
        b'a'..=b'z' => (b'a', 26),
        b'0'..=b'9' => (b'0', 52),
        b'+' | b'-' => return Some(62),
        b'/' | b'_' => return Some(63),
        _ => return None,
    };
    u32::from(byte).checked_sub(u32::from(from))?.checked_add(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read() {
        assert_eq!(hex(b" 0xD7 11\n0a\n"), Some(vec![0xd7, 0x11, 0x0a]));
        assert_eq!(hex(b"d71"), None);
        assert_eq!(hex(b"d7 1g"), None);
    }

    #[test]
    fn base64_is_read() {
        for text in ["Zm9vYg==", "Zm9vYg", "Zm9v\nYg==\n"] {
            assert_eq!(base64(text.as_bytes()).as_deref(), Some(b"foob".as_slice()), "{text}");
        }
        assert_eq!(base64(b"-_8"), base64(b"+/8="));
        assert_eq!(base64(b"Zm9vY"), None);
        assert_eq!(base64(b"Zm9v!"), None);
    }
}
