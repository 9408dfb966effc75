//! The paths of `linear` for values that are kept undecoded, and for types that are not linked.

use crate::described::leb128;
use crate::{Batch, Link, Record, Work};
use std::hint::black_box;
use typeport::{Carried, Codec, Envelope, Format, Limits, Opaque, Registry, Value, entry};

/// What is measured.
pub type Decode = Box<dyn Fn()>;

type Four = (Record, Record, Record, Record);
type Sixteen = (Four, Four, Four, Four);

fn encode<V: Value + ?Sized>(format: Format, value: &V) -> Vec<u8> {
    Codec::default().format(format).limits(Limits::trusted()).to_vec(value).expect("it is encoded")
}

fn roomy() -> Codec {
    Codec::default().limits(Limits::trusted())
}

/// Small values of one type whose name is long.
pub fn long_name(format: Format, size: usize) -> Decode {
    let works = (0..size).map(|_| Box::new(Batch::<(Sixteen, Sixteen)> { items: Vec::new() }) as Box<dyn Value>);
    let bytes = encode(format, &works.collect::<Vec<_>>());
    Box::new(move || drop(roomy().from_slice::<Vec<Opaque>>(black_box(&bytes)).expect("it is sound")))
}

/// Values that came in an envelope each, written in one.
pub fn many_envelopes(format: Format, size: usize) -> Decode {
    let one = encode(format, &Link { next: Some(Box::new(Record::new(1))) });
    let kept: Vec<Opaque> = (0..size).map(|_| typeport::from_slice(&one).expect("it is sound")).collect();
    let codec = roomy().format(format);
    Box::new(move || drop(codec.to_vec(black_box(&kept)).expect("it is encoded")))
}

/// Values of a known type around one of a type that is not linked: each is tried, and kept.
pub fn unknown_inside(format: Format, size: usize) -> Decode {
    let link = |index| Link { next: Some(Box::new(Batch { items: vec![Record::new(index)] })) };
    let works: Vec<_> = (0..size).map(|index| Box::new(link(index)) as Box<dyn Work>).collect();
    let bytes = encode(format, &works);
    let codec = roomy().registry(Registry::empty().with(entry!(Link as dyn Work)));
    Box::new(move || drop(codec.from_slice::<Vec<Carried<dyn Work>>>(black_box(&bytes)).expect("it is sound")))
}

/// Values of one erased type, asked for as members of two interfaces in turn.
pub fn two_interfaces(format: Format, size: usize) -> Decode {
    let batch = || Batch { items: vec![1_u8] };
    let pair = |_| (Box::new(batch()) as Box<dyn Work>, Box::new(batch()) as Box<dyn Value>);
    let bytes = encode(format, &(0..size).map(pair).collect::<Vec<_>>());
    Box::new(move || {
        drop(roomy().from_slice::<Vec<(Box<dyn Work>, Box<dyn Value>)>>(black_box(&bytes)).expect("it is sound"))
    })
}

/// One value of each of as many types, none of which is linked.
pub fn unknown_types(format: Format, size: usize) -> Decode {
    let names: Vec<String> = (0..size).map(|index| format!("acme::T{index}")).collect();
    let elements = |index: usize| -> Vec<u8> {
        match format {
            Format::Json => format!("{{\"type\":\"{}\",\"value\":null}}", names[index]).into_bytes(),
            _ => {
                let place = leb128(index << 1);
                [leb128(place.len()), place].concat()
            }
        }
    };
    let state = match format {
        Format::Json => {
            [b"[".to_vec(), (0..size).map(elements).collect::<Vec<_>>().join(&b','), b"]".to_vec()].concat()
        }
        _ => (0..size).fold(length(format, size), |state, index| [state, elements(index)].concat()),
    };
    let mut section = leb128(size);
    for (hash, name) in names.iter().enumerate() {
        section.extend([&(hash as u64).to_le_bytes()[..], &leb128(name.len()), name.as_bytes()].concat());
    }
    let table = if format == Format::Json { 0 } else { size };
    section.extend((0..table).fold(leb128(table), |table, index| [table, leb128(index)].concat()));
    let empty =
        Codec::default().format(format).checksum(false).to_vec(&Vec::<Box<dyn Work>>::new()).expect("it is small");
    let at = empty.len() - Envelope::parse(&empty).expect("it was just written").state().len();
    let end = (section.len() as u32).to_le_bytes();
    let mut bytes = [&empty[..at], &state, &section, &end].concat();
    // The flag of the section of names.
    bytes[1] |= 2;
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    Box::new(move || drop(roomy().from_slice::<Vec<Carried<dyn Work>>>(black_box(&bytes)).expect("it is sound")))
}

/// The length of a list.
fn length(format: Format, size: usize) -> Vec<u8> {
    let list = Codec::default().format(format).checksum(false).to_vec(&vec![(); size]).expect("it is small");
    Envelope::parse(&list).expect("it was just written").state().to_vec()
}
