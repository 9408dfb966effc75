//! Memory is charged before it is allocated, up to what the input earns: elements, boxes, reserved room.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::{formats, thinned};
use typeport::{Codec, Format, Limits, Portable};

#[typeport::portable(id = "memory::Base")]
trait Base {}

#[derive(Debug, serde::Serialize, serde::Deserialize, Portable)]
#[portable(id = "memory::Link")]
struct Link<T> {
    value: T,
    next: Option<Box<dyn Base>>,
}

#[typeport::portable]
impl<T: Portable> Base for Link<T> {}

/// The memory bound grows with the input: 64 times its bytes, and 1 MiB; never beyond the limit.
#[test]
fn sparse_values_earn_their_memory() {
    // As large on any machine.
    type Row = [[u32; 32]; 2];
    let decode = |format, items, limits| {
        let bytes = Codec::default().format(format).to_vec(&vec![None::<Row>; items]).unwrap();
        Codec::default().limits(limits).from_slice::<Vec<Option<Row>>>(&bytes).map(|value| value.len())
    };
    for format in thinned(2, [Format::Postcard, Format::Bincode]) {
        assert_eq!(decode(format, 5_000, Limits::default()).unwrap(), 5_000);
        let error = decode(format, 10_000, Limits::default()).unwrap_err();
        assert!(error.to_string().contains("memory_per_byte is 64, the input needs 156"), "{error}");
        let enough = Limits::default().with_memory_per_byte(156);
        assert_eq!(decode(format, 10_000, enough).unwrap(), 10_000);
        let (vec, size) = (size_of::<Vec<Option<Row>>>(), size_of::<Option<Row>>());
        for (memory_bytes, passes) in
            [(vec + 12 * size - 1, false), (vec + 12 * size, true), (vec + 12 * size + 1, true)]
        {
            assert_eq!(decode(format, 10, Limits::default().with_memory_bytes(memory_bytes)).is_ok(), passes);
        }
    }
}

/// 16 KiB that take no byte of input.
#[allow(dead_code, reason = "its size is what counts")]
#[derive(Debug, Default, Clone, serde::Serialize, serde::Deserialize, Portable)]
struct Large {
    #[serde(skip)]
    payload: Payload,
}

#[allow(dead_code, reason = "its size is what counts")]
#[derive(Debug, Clone)]
struct Payload([[u64; 32]; 64]);

impl Default for Payload {
    fn default() -> Self {
        Payload([[0; 32]; 64])
    }
}

#[derive(Debug, Default, Clone, serde::Serialize, serde::Deserialize, Portable)]
struct Boxed(Box<Large>);

#[derive(Debug, Default, Clone, serde::Serialize, serde::Deserialize, Portable)]
enum Maybe {
    #[default]
    Nothing,
    Something(Box<Large>),
}

/// As large, and nothing but a unit to serde.
#[allow(dead_code, reason = "its size is what counts")]
#[derive(Debug, Default, Clone, Portable)]
struct Vast(#[portable(opaque = "memory::Payload")] Payload);

impl serde::Serialize for Vast {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> serde::Deserialize<'de> for Vast {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unit;
        impl serde::de::Visitor<'_> for Unit {
            type Value = Vast;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a unit")
            }

            fn visit_unit<E>(self) -> Result<Vast, E> {
                Ok(Vast::default())
            }
        }
        deserializer.deserialize_unit(Unit)
    }
}

/// The content of a box is charged by its own size, wherever the box is.
#[test]
fn values_in_boxes_are_charged() {
    #[track_caller]
    fn check<T: Portable + Default + Clone>() {
        check_ways::<T>(&[false, true]);
    }
    #[track_caller]
    fn check_ways<T: Portable + Default + Clone>(ways: &[bool]) {
        for format in formats() {
            let decode = |items, dynamic| {
                let value = Link { value: vec![T::default(); items], next: None };
                let bytes = Codec::default().format(format).to_vec(&value).unwrap();
                match dynamic {
                    true => typeport::from_slice::<Box<dyn Base>>(&bytes).map(drop),
                    false => typeport::from_slice::<Link<Vec<T>>>(&bytes).map(drop),
                }
            };
            for &dynamic in ways {
                decode(50, dynamic).unwrap();
                let error = decode(200, dynamic).unwrap_err();
                assert!(error.to_string().contains("memory_per_byte is 64"), "{format}: {error}");
            }
        }
    }
    check::<Large>();
    check::<Box<Large>>();
    check::<std::sync::Arc<Large>>();
    check::<Boxed>();
    check::<(Boxed, ())>();
    check::<[Boxed; 1]>();
    // A `None` and a unit variant are as large as the largest variant; an erased one is as large as a pointer and its plan.
    check_ways::<Box<Option<Large>>>(&[false]);
    check::<Box<Vast>>();
    fn some<T: Default>() -> Option<T> {
        Some(T::default())
    }
    for &format in Format::ALL {
        let values = vec![(some::<Boxed>(), Maybe::Something(Box::default())); 40];
        let bytes = Codec::default().format(format).to_vec(&values).unwrap();
        let decode = |bytes: &[u8]| typeport::from_slice::<Vec<(Option<Boxed>, Maybe)>>(bytes).map(drop);
        let error = decode(&bytes).unwrap_err();
        assert!(error.to_string().contains("memory_per_byte is 64"), "{format}: {error}");
        let bytes = Codec::default().format(format).to_vec(&vec![(None::<Boxed>, Maybe::Nothing); 40]).unwrap();
        decode(&bytes).unwrap();
    }
}

/// A value that is as large as its place may be in a box in that place: here each link is, and takes a byte or two.
#[allow(dead_code, clippy::large_enum_variant, reason = "its size is what counts")]
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Portable)]
enum Chain {
    End,
    Variant(Box<Chain>),
    Option(Option<Box<Chain>>),
    Result(Result<Box<Chain>, ()>),
    Newtype(Linked),
    Large(#[serde(skip)] [[u64; 32]; 8]),
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Portable)]
struct Linked(Box<Chain>);

#[test]
fn each_box_of_a_chain_is_charged() {
    let links: [fn(Box<Chain>) -> Chain; 4] = [
        Chain::Variant,
        |chain| Chain::Option(Some(chain)),
        |chain| Chain::Result(Ok(chain)),
        |chain| Chain::Newtype(Linked(chain)),
    ];
    for format in formats() {
        for (kind, link) in links.into_iter().enumerate() {
            let decode = |length| {
                let chain = (0..length).fold(Chain::End, |chain, _| link(Box::new(chain)));
                let bytes = Codec::default().format(format).to_vec(&vec![chain; 100]).unwrap();
                typeport::from_slice::<Vec<Chain>>(&bytes).map(drop)
            };
            decode(3).unwrap();
            let error = decode(18).unwrap_err();
            assert!(error.to_string().contains("memory_per_byte is 64"), "{format}, link {kind}: {error}");
        }
    }
}

/// A collection may reserve room for its claimed length; the room is charged before the content is decoded.
#[typeport::portable(id = "memory::End")]
struct End;

#[typeport::portable]
impl Base for End {}

/// As large as what points to it.
#[typeport::portable(id = "memory::Thin")]
struct Thin(Box<dyn Base>);

#[typeport::portable]
impl Base for Thin {}

#[derive(Debug, serde::Serialize, serde::Deserialize, Portable)]
#[portable(id = "memory::ThinBySerde")]
struct ThinBySerde(Box<dyn Base>);

#[typeport::portable]
impl Base for ThinBySerde {}

/// Smaller, and erased.
#[typeport::portable(id = "memory::Thinnest")]
struct Thinnest<T>(T);

#[typeport::portable]
impl<T: Portable> Base for Thinnest<T> {}

/// A small value in a trait object is not part of the trait object's own size.
#[test]
fn each_trait_object_is_charged() {
    let chain = |link: fn(Box<dyn Base>) -> Box<dyn Base>| -> Vec<Box<dyn Base>> {
        (0..100).map(|_| (0..10).fold(Box::new(End) as Box<dyn Base>, |inner, _| link(inner))).collect()
    };
    let values = [
        (chain(|inner| Box::new(Thin(inner))), 100 * 16 + 1_000 * 16),
        (chain(|inner| Box::new(ThinBySerde(inner))), 100 * 16 + 1_000 * 16),
        ((0..1_000_u64).map(|number| Box::new(Thinnest(number)) as Box<dyn Base>).collect(), 1_000 * 16 + 1_000 * 8),
    ];
    for format in formats() {
        for (value, taken) in &values {
            let bytes = Codec::default().format(format).to_vec(value).unwrap();
            let read = |memory_bytes| {
                let limits = Limits::default().with_memory_bytes(memory_bytes);
                Codec::default().limits(limits).from_slice::<Vec<Box<dyn Base>>>(&bytes).map(drop)
            };
            let error = read(*taken).unwrap_err();
            assert!(error.to_string().contains("memory_bytes"), "{format}: {error}");
            read(2 * taken).unwrap();
        }
    }
}

#[test]
fn reserved_room_is_charged_at_once() {
    #[allow(dead_code, reason = "its size is what counts")]
    #[derive(Debug, Default, serde::Serialize, serde::Deserialize, Portable)]
    #[portable(id = "memory::Tree")]
    struct Tree {
        #[serde(skip)]
        payload: Payload,
        branches: Vec<Tree>,
    }
    let mut bytes = Codec::default().checksum(false).to_vec(&Tree::default()).unwrap();
    bytes.pop();
    // 200 levels, each of which claims 200 branches, and there are 200 bytes for them.
    bytes.extend([100; 200]);
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    let error = typeport::from_slice::<Tree>(&bytes).unwrap_err();
    assert!(error.to_string().contains("memory_per_byte is 64"), "{error}");
    assert_eq!(error.path().unwrap(), "branches[0]", "the first element pays");
}

/// An array that is copied whole is charged as one that is read element by element, two spare elements included; but its
/// elements are no items.
#[test]
fn an_array_that_is_copied_whole_is_charged() {
    #[track_caller]
    fn check<T: Portable + Default + Clone>(items: usize) {
        for format in [Format::Postcard, Format::Bincode] {
            let codec = Codec::default().format(format);
            let bytes = codec.to_vec(&vec![T::default(); 100]).unwrap();
            let decode = |limits| codec.clone().limits(limits).from_slice::<Vec<T>>(&bytes).map(drop);
            let needed = size_of::<Vec<T>>() + 102 * size_of::<T>();
            decode(Limits::default().with_memory_bytes(needed).with_items(items)).unwrap();
            let error = decode(Limits::default().with_memory_bytes(needed - 1)).unwrap_err();
            assert!(error.to_string().contains(&format!("memory_bytes is {}", needed - 1)), "{format}: {error}");
            assert_eq!(error.path().as_deref(), Some("[0]"));
            let Some(items) = items.checked_sub(1) else { continue };
            let error = decode(Limits::default().with_items(items)).unwrap_err();
            assert!(error.to_string().contains("items is 99, the input needs 100"), "{format}: {error}");
            assert_eq!(error.path().as_deref(), Some("[0]"));
        }
    }
    check::<u8>(0);
    check::<i8>(0);
    check::<f32>(0);
    check::<f64>(0);
    // These are read one by one.
    check::<u16>(100);
    check::<bool>(100);
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Portable)]
enum Part {
    AVariantWithoutContentHasALongName,
    Content(u8),
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, Portable)]
struct Point {
    x: i8,
    y: i8,
}

/// What a reader without types makes of each part: a name, a map with room for three entries at least.
#[test]
fn a_reading_is_charged_for_names_and_maps() {
    let (key, value) = (size_of::<String>(), size_of::<serde_json::Value>());
    let name = "AVariantWithoutContentHasALongName".len();
    // Beside the element's own place in the vector.
    let sums = [
        (to_vec_of(|| Part::AVariantWithoutContentHasALongName), name),
        (to_vec_of(|| Part::Content(1)), 3 * (key + value) + "Content".len()),
        (to_vec_of(|| Point { x: 1, y: 2 }), 3 * (key + value) + 2),
        // The names of nested types are charged once an envelope.
        (to_vec_of(link), nested(key, value)),
    ];
    for ([one, hundred], charged) in thinned(2, sums) {
        assert_eq!(least_memory(&hundred) - least_memory(&one), 99 * (value + charged));
    }
}

/// Envelopes of one and of a hundred elements.
fn to_vec_of<T: Portable>(element: impl Fn() -> T) -> [Vec<u8>; 2] {
    [1, 100].map(|count| to_vec(&(0..count).map(|_| element()).collect::<Vec<T>>()))
}

/// The smallest limit of memory under which the bytes are read.
fn least_memory(bytes: &[u8]) -> usize {
    let schema = typeport::Registry::global().schema();
    let read = |memory_bytes| {
        let limits = Limits::default().with_memory_bytes(memory_bytes);
        Codec::default().limits(limits).read::<serde_json::Value>(bytes, &schema)
    };
    let (mut refused, mut enough) = (0, 1 << 20);
    while enough - refused > 1 {
        let middle = (refused + enough) / 2;
        match read(middle) {
            Ok(_) => enough = middle,
            Err(error) => {
                assert!(error.to_string().contains("memory_bytes"), "{error}");
                refused = middle;
            }
        }
    }
    enough
}

fn to_vec<T: Portable>(value: &T) -> Vec<u8> {
    typeport::to_vec(value).unwrap()
}

fn link() -> Box<dyn Base> {
    Box::new(Link { value: 1_u8, next: None })
}

/// A map of `type` and `value`, and in it one of `value` and `next`.
fn nested(key: usize, value: usize) -> usize {
    2 * 3 * (key + value) + link().type_name().as_str().len() + "valuenext".len()
}
