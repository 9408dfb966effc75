//! Envelopes that end too early or too late: cut at every byte, and with extra bytes at the end of every part. Imports
//! `attempt`, `corpus`, `surgery`.

use crate::attempt::Tally;
use crate::corpus::{Entry, corpus};
use crate::scale::thinned;
use crate::surgery::{layout, repair, replaced};
use typeport::Format;

/// The codes of `NotAnEnvelope`, which also covers empty input, and of `Truncated` and `TrailingBytes`.
const NOT_AN_ENVELOPE: u16 = 1;
const TRUNCATED: u16 = 6;
const TRAILING: u16 = 7;
/// How many bytes are appended at most.
const APPENDED: usize = 64;

#[test]
fn sweep_truncate() {
    let mut tally = Tally::new("sweep_truncate");
    for entry in corpus() {
        for end in thinned(29, 0..entry.bytes.len()) {
            let code = tally.refuse(entry, &entry.bytes[..end], || format!("cut at byte {end}"));
            let expected = if end == 0 { NOT_AN_ENVELOPE } else { TRUNCATED };
            assert_eq!(code, expected, "{}: cut at byte {end}", entry.manifest.file);
        }
        tally.check_sound(entry);
    }
    tally.print();
    tally.assert_inputs(20_000);
}

/// The state is cut, and the envelope is sound otherwise. JSON alone can be shorter: `12` is a beginning of `123`.
#[test]
fn sweep_truncate_inside() {
    let mut tally = Tally::new("sweep_truncate_inside");
    for entry in corpus() {
        let layout = layout(&entry.bytes);
        for (part, range) in [("state", layout.state), ("names", layout.names)] {
            for end in thinned(29, range.clone()) {
                let mut bytes = replaced(&entry.bytes, end..range.end, &[]);
                if part == "names" {
                    let at = end..end + 4;
                    bytes[at].copy_from_slice(&((end - range.start) as u32).to_le_bytes());
                }
                repair(&mut bytes);
                let what = || format!("{part} cut at byte {end}");
                if part == "state" && entry.format == Format::Json {
                    tally.attempt(entry, &bytes, what);
                } else {
                    tally.refuse(entry, &bytes, what);
                }
            }
        }
        tally.check_sound(entry);
    }
    tally.print();
    tally.assert_inputs(5_000);
}

#[test]
fn sweep_trailing() {
    let mut tally = Tally::new("sweep_trailing");
    for entry in corpus() {
        for fill in [0_u8, 0xff] {
            for count in thinned(60, 1..=APPENDED) {
                let bytes = [&entry.bytes[..], &vec![fill; count]].concat();
                let code = tally.refuse(entry, &bytes, || format!("{count} x {fill:#04x} behind it"));
                assert_eq!(code, TRAILING, "{}: {count} x {fill:#04x} behind it", entry.manifest.file);
            }
        }
        let twice = [&entry.bytes[..], &entry.bytes].concat();
        assert_eq!(tally.refuse(entry, &twice, || "a second envelope behind it".to_owned()), TRAILING);
        tally.check_sound(entry);
    }
    tally.print();
    tally.assert_inputs(20_000);
}

/// Bytes that length and checksum cover, behind the state and behind the names.
#[test]
fn sweep_trailing_inside() {
    let mut tally = Tally::new("sweep_trailing_inside");
    for entry in corpus() {
        for count in thinned(60, 1..=APPENDED) {
            for fill in [0_u8, 0xff] {
                append_inside(&mut tally, entry, fill, count);
            }
        }
        tally.check_sound(entry);
    }
    tally.print();
    tally.assert_inputs(20_000);
}

fn append_inside(tally: &mut Tally, entry: &Entry, fill: u8, count: usize) {
    let layout = layout(&entry.bytes);
    let fill_bytes = vec![fill; count];
    let what = |part: &str| format!("{count} x {fill:#04x} behind the {part}");
    let mut bytes = replaced(&entry.bytes, layout.state.end..layout.state.end, &fill_bytes);
    repair(&mut bytes);
    let code = tally.refuse(entry, &bytes, || what("state"));
    assert_eq!(code, TRAILING, "{}: {}", entry.manifest.file, what("state"));
    if layout.names.is_empty() {
        return;
    }
    let length = (layout.names.len() + count) as u32;
    let mut bytes = replaced(&entry.bytes, layout.names_length, &[&fill_bytes[..], &length.to_le_bytes()].concat());
    repair(&mut bytes);
    let code = tally.refuse(entry, &bytes, || what("names"));
    assert_eq!(code, TRAILING, "{}: {}", entry.manifest.file, what("names"));
}
