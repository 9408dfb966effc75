//! The body that cuts valid envelopes and joins their parts. Imports `decode_dyn`, `repair`, `samples`.

use crate::decode_dyn::check_all;
use crate::repair::repair;
use crate::samples::samples;
use std::sync::OnceLock;
use typeport::{Envelope, Format, Value};

/// Which of the two envelopes a part is taken from, by the bits of one byte.
const FORMAT: u8 = 1;
const HASH: u8 = 1 << 1;
const NAME: u8 = 1 << 2;
const SECTION: u8 = 1 << 3;
const STATE: u8 = 1 << 4;
/// The state ends as the other envelope's does.
const JOIN: u8 = 1 << 5;
const CHECKSUM: u8 = 1 << 6;
/// The first envelope alone, without what lists the types of its nested values.
const UNLISTED: u8 = 1 << 7;
/// So many changes of one byte: more are no longer the two envelopes.
const EDITS: usize = 4;

/// A valid envelope in its parts.
struct Parts {
    format: u8,
    type_hash: u64,
    name: &'static [u8],
    state: &'static [u8],
    /// What follows the state.
    section: &'static [u8],
    /// The same with no type listed for the state's nested values, if it has any.
    unlisted: Option<Vec<u8>>,
}

/// The parts of all samples, parsed once.
fn parts() -> &'static [Parts] {
    static PARTS: OnceLock<Vec<Parts>> = OnceLock::new();
    PARTS.get_or_init(|| {
        let parts = samples().iter().map(|sample| {
            let envelope = Envelope::parse(&sample.bytes).expect("it was just encoded");
            Parts {
                format: sample.format as u8,
                type_hash: envelope.type_hash(),
                name: sample.subject.name.as_bytes(),
                state: envelope.state(),
                section: &sample.bytes[sample.state.end..],
                unlisted: (!envelope.nested().is_empty()).then(|| unlisted(&envelope)),
            }
        });
        parts.collect()
    })
}

/// A names section whose table is empty; JSON has no table, and there the names are the list.
fn unlisted(envelope: &Envelope<'_>) -> Vec<u8> {
    if envelope.format() == Format::Json {
        return Vec::new();
    }
    let short = |length: usize| u8::try_from(length).ok().filter(|length| *length < 0x80).expect("samples are small");
    let mut section = vec![short(envelope.nested().len())];
    for nested in envelope.nested() {
        section.extend(nested.type_hash.to_le_bytes());
        section.push(short(nested.name.len()));
        section.extend(nested.name.bytes());
    }
    section.push(0);
    section.extend((section.len() as u32).to_le_bytes());
    section
}

/// Two bytes pick two envelopes, one says what is taken from which, two where their states are cut; then three for each
/// change: of the state or of the section, where, and to what. Asserts the laws of decoding, and three of its own.
pub fn splice(data: &[u8]) {
    let [first, second, choice, cut_first, cut_second, edits @ ..] = data else { return };
    let part = |pick: &u8| &parts()[usize::from(*pick) % parts().len()];
    let pair = [part(first), part(second)];
    let of = |bit: u8| pair[usize::from(choice & bit != 0)];
    if choice & UNLISTED != 0 {
        return assert_unlisted_is_refused(pair[0]);
    }
    let mut state = of(STATE).state.to_vec();
    if choice & JOIN != 0 {
        let tail = pair[usize::from(choice & STATE == 0)].state;
        state.truncate(place(*cut_first, state.len() + 1));
        state.extend(&tail[place(*cut_second, tail.len() + 1)..]);
    }
    let mut section = of(SECTION).section.to_vec();
    for edit in edits.chunks_exact(3).take(EDITS) {
        let bytes = if edit[0] & 1 == 0 { &mut state } else { &mut section };
        let at = place(edit[1], bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte = edit[2];
        }
    }
    let checksum = u8::from(choice & CHECKSUM != 0);
    let bytes = join(of(FORMAT).format, of(HASH).type_hash, of(NAME).name, &state, &section, checksum);

    let is_whole = choice & !CHECKSUM == 0 && edits.len() < 3;
    if is_whole {
        typeport::from_slice::<Box<dyn Value>>(&bytes).expect("law: a valid envelope is decoded");
    }
    if of(NAME).type_hash != of(HASH).type_hash {
        let decoded = typeport::from_slice::<Box<dyn Value>>(&bytes);
        assert!(decoded.is_err(), "law: a name with the hash of another type is refused: {decoded:?}");
        return;
    }
    check_all(&bytes);
}

/// Law: a nested value whose type is not listed is not built.
fn assert_unlisted_is_refused(part: &Parts) {
    let Some(section) = &part.unlisted else { return };
    let bytes = join(part.format, part.type_hash, part.name, part.state, section, 0);
    let decoded = typeport::from_slice::<Box<dyn Value>>(&bytes);
    assert!(decoded.is_err(), "law: a nested value of a type that is not listed is refused: {decoded:?}");
}

/// A byte as a place below `end`: itself where that is possible, so that small inputs can hit every place.
fn place(byte: u8, end: usize) -> usize {
    usize::from(byte) % end.max(1)
}

fn join(format: u8, type_hash: u64, name: &[u8], state: &[u8], section: &[u8], checksum: u8) -> Vec<u8> {
    let has_section = u8::from(!section.is_empty()) << 1;
    let mut bytes = vec![0xd7, 0x10 | has_section | checksum, format, 0, 0, 0, 0];
    bytes.extend(type_hash.to_le_bytes());
    bytes.push(u8::try_from(name.len()).expect("names of samples are short"));
    bytes.extend(name);
    bytes.extend(state);
    bytes.extend(section);
    bytes.extend([0; 4].iter().take(4 * usize::from(checksum)));
    repair(&mut bytes);
    bytes
}
