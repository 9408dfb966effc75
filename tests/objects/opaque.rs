//! Values whose types are not linked: kept, shown, forwarded byte for byte, and decoded where the type is linked.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::scaled;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Carried, Codec, Envelope, Format, Opaque, Policy, Portable, Registry, Value, entry, portable};

#[portable(id = "opaque::Job")]
trait Job {
    fn label(&self) -> String;
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "opaque::Known")]
struct Known {
    count: u32,
}

#[portable]
impl Job for Known {
    fn label(&self) -> String {
        format!("known {}", self.count)
    }
}

/// Not in the forwarder's registry, and no more are those below.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Strange<T> {
    value: T,
    below: Vec<Box<dyn Job>>,
}

#[portable]
impl<T: Portable> Job for Strange<T> {
    fn label(&self) -> String {
        format!("strange {:?} over {}", self.value, self.below.iter().map(|job| job.label()).collect::<String>())
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "opaque::Leaf")]
struct Leaf(String);

#[portable]
impl Job for Leaf {
    fn label(&self) -> String {
        self.0.clone()
    }
}

type ByName<J> = BTreeMap<String, Option<J>>;

/// What the sender has.
type Batch = (Box<dyn Job>, Vec<Box<dyn Job>>, ByName<Box<dyn Job>>, Box<dyn Value>);

/// What the forwarder has in its place: the same, as far as anybody can see.
type Forwarded = (Carried<dyn Job>, Vec<Carried<dyn Job>>, ByName<Carried<dyn Job>>, Opaque);

fn strange() -> Strange<Vec<u16>> {
    let inner = Strange { value: true, below: vec![Box::new(Leaf("deep".to_owned()))] };
    Strange { value: vec![1, 500], below: vec![Box::new(Leaf("leaf".to_owned())), Box::new(inner)] }
}

fn batch() -> Batch {
    let known = |count| Box::new(Known { count }) as Box<dyn Job>;
    let leaf = |text: &str| Box::new(Leaf(text.to_owned())) as Box<dyn Job>;
    let by_name = [("a", Some(known(2))), ("b", None), ("c", Some(leaf("y")))];
    (
        Box::new(strange()),
        vec![known(1), leaf("x"), Box::new(strange())],
        by_name.into_iter().map(|(name, job)| (name.to_owned(), job)).collect(),
        Box::new(vec![1.5_f64]),
    )
}

/// A process that links [`Known`] and nothing else of ours.
fn forwarder(format: Format) -> Codec {
    let registry = Registry::empty().with(entry!(Known as dyn Job));
    Codec::default().format(format).registry(registry)
}

fn all(format: Format) -> Codec {
    Codec::default().format(format)
}

#[test]
fn a_root_goes_out_as_it_came_in() {
    for &format in Format::ALL {
        for checksum in [true, false] {
            let bytes = all(format).checksum(checksum).to_vec(&strange()).unwrap();
            let mut carried = bytes.clone();
            for _ in 0..5 {
                // In another default format, and with another default checksum.
                let opaque: Opaque = forwarder(Format::Postcard).from_slice(&carried).unwrap();
                assert_eq!(opaque.type_name().to_string(), "typeport::Strange<Vec<u16>>");
                assert_eq!((opaque.format(), opaque.state()), (format, Envelope::parse(&bytes).unwrap().state()));
                carried = forwarder(Format::Postcard).to_vec(&opaque).unwrap();
                assert_eq!(carried, bytes, "{format}");
            }
            let opaque: Opaque = typeport::from_slice(&carried).unwrap();
            assert_eq!(opaque.decode::<Box<dyn Job>>().unwrap().label(), strange().label());
            assert_eq!(opaque.decode::<Strange<Vec<u16>>>().unwrap().label(), strange().label());
            assert!(opaque.decode::<Known>().unwrap_err().is_mismatch());
            assert!(forwarder(format).decode_opaque::<Box<dyn Job>>(&opaque).unwrap_err().is_unlinked());
            assert!(
                matches!(forwarder(format).from_slice(&bytes).unwrap(), Carried::<dyn Job>::Opaque(same) if same == opaque)
            );
        }
    }
}

#[test]
fn what_is_unknown_inside_of_what_is_known_is_forwarded_byte_for_byte() {
    for &format in Format::ALL {
        let bytes = all(format).to_vec(&batch()).unwrap();
        let mut carried = bytes.clone();
        for _ in 0..5 {
            let forwarded: Forwarded = forwarder(format).from_slice(&carried).unwrap();
            let known: Vec<_> = forwarded.1.iter().map(|job| job.known().map(|job| job.label())).collect();
            assert_eq!(known, [Some("known 1".to_owned()), None, None], "{format}");
            assert_eq!(forwarded.0.type_name().to_string(), "typeport::Strange<Vec<u16>>");
            assert_eq!(forwarded.3.type_name().to_string(), "Vec<f64>");
            carried = forwarder(format).to_vec(&forwarded).unwrap();
            assert_eq!(carried, bytes, "{format}");
        }
        let again: Batch = typeport::from_slice(&carried).unwrap();
        assert_eq!(format!("{again:?}"), format!("{:?}", batch()), "{format}");
    }
}

/// What was carried out of one envelope is put into another, and nothing that is below it loses its name.
#[test]
fn a_carried_value_moves_into_another_envelope() {
    for &format in Format::ALL {
        let forwarded: Forwarded = forwarder(format).from_slice(&all(format).to_vec(&batch()).unwrap()).unwrap();
        let other: Opaque = forwarder(format).from_slice(&all(format).to_vec(&strange()).unwrap()).unwrap();
        let mut list = forwarded.1;
        list.push(Carried::Opaque(other));
        list.push(Carried::Known(Box::new(Known { count: 9 })));
        let bytes = forwarder(format).to_vec(&list).unwrap();
        let list: Vec<Box<dyn Job>> = typeport::from_slice(&bytes).unwrap();
        let labels: Vec<String> = list.iter().map(|job| job.label()).collect();
        let strange = strange().label();
        assert_eq!(labels, ["known 1", "x", strange.as_str(), strange.as_str(), "known 9"], "{format}");
    }
}

#[test]
fn what_is_denied_is_carried_and_what_is_damaged_is_not() {
    for &format in Format::ALL {
        let bytes = all(format).to_vec(&vec![Box::new(Known { count: 1 }) as Box<dyn Job>]).unwrap();
        let closed = all(format).policy(Policy::deny_all().allow::<Vec<Box<dyn Job>>>());
        let list: Vec<Carried<dyn Job>> = closed.from_slice(&bytes).unwrap();
        assert!(list[0].known().is_none(), "{format}");
        assert_eq!(closed.to_vec(&list).unwrap(), bytes, "{format}");
        assert!(closed.from_slice::<Vec<Box<dyn Job>>>(&bytes).unwrap_err().is_denied(), "{format}");
        let nothing = all(format).policy(Policy::deny_all());
        let root: Opaque = nothing.from_slice(&bytes).unwrap();
        assert_eq!(nothing.to_vec(&root).unwrap(), bytes, "{format}");

        let mut damaged =
            all(format).checksum(false).to_vec(&vec![Box::new(Known { count: 1 }) as Box<dyn Job>]).unwrap();
        let state = Envelope::parse(&damaged).unwrap().state().as_ptr_range();
        let at = state.end as usize - damaged.as_ptr() as usize - 1;
        damaged[at] = 0xff;
        let error = all(format).from_slice::<Vec<Carried<dyn Job>>>(&damaged).unwrap_err();
        assert!(error.is_malformed() && !error.is_unlinked(), "{format}: {error}");
    }
}

/// `bytes`, without a checksum, with a name of the same length in place of that of each `Strange`.
fn of_nowhere(bytes: &[u8]) -> Vec<u8> {
    let (name, other) = (b"typeport::Strange", b"nowhere_::Strange");
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    places.into_iter().for_each(|at| bytes[at..at + name.len()].copy_from_slice(other));
    bytes
}

#[test]
fn another_state_format_is_reached_by_way_of_the_type_or_refused_with_a_reason() {
    for (from, to) in Format::ALL.iter().copied().flat_map(|from| Format::ALL.iter().map(move |to| (from, *to))) {
        let codec = all(from).checksum(false);
        let bytes = codec.to_vec(&strange()).unwrap();
        let place = |bytes: &[u8]| vec![Carried::<dyn Job>::Opaque(typeport::from_slice(bytes).unwrap())];
        let typed = all(to).to_vec(&vec![Box::new(strange()) as Box<dyn Job>]).unwrap();
        assert_eq!(all(to).to_vec(&place(&bytes)).unwrap(), typed, "{from} to {to}");
        let unlinked = place(&of_nowhere(&bytes));
        if from == to {
            all(to).to_vec(&unlinked).unwrap();
            continue;
        }
        let error = all(to).to_vec(&unlinked).unwrap_err();
        assert!(error.is_format() && error.to_string().contains("carried value"), "{from} to {to}: {error}");
        // A whole envelope is written as it was read.
        assert_eq!(all(to).to_vec(&typeport::from_slice::<Opaque>(&bytes).unwrap()).unwrap(), bytes);
    }
    let postcard = of_nowhere(&all(Format::Postcard).checksum(false).to_vec(&strange()).unwrap());
    let list = vec![typeport::from_slice::<Opaque>(&postcard).unwrap()];
    // Formats of others have no state format: the whole envelope goes out.
    let text = serde_json::to_string(&list).unwrap();
    assert!(text.starts_with(r#"[{"envelope":[215,"#), "{text}");
    assert_eq!(serde_json::from_str::<Vec<Opaque>>(&text).unwrap(), list);
}

/// Formats that are not ours: JSON by its text, binary ones by a whole envelope.
#[test]
fn foreign_formats_carry_too() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Row {
        jobs: Vec<Carried<dyn Job>>,
    }
    // No numbers are lost, no spaces, no order of keys.
    let text = r#"{"jobs":[{"type":"elsewhere::Job<i64>","value":{"z": 1.10, "a":123456789012345678901234567890}}]}"#;
    let row: Row = serde_json::from_str(text).unwrap();
    assert!(row.jobs[0].known().is_none());
    assert_eq!(serde_json::to_string(&row).unwrap(), text);
    let error = all(Format::Json).to_vec(&row.jobs).unwrap_err();
    assert!(error.to_string().contains("without a type hash"), "{error}");

    let bytes = all(Format::Postcard).to_vec(&vec![Box::new(strange()) as Box<dyn Job>]).unwrap();
    let jobs: Vec<Carried<dyn Job>> = forwarder(Format::Postcard).from_slice(&bytes).unwrap();
    let foreign = postcard::to_allocvec(&Row { jobs }).unwrap();
    let row: Row = postcard::from_bytes(&foreign).unwrap();
    assert_eq!(row.jobs[0].known().unwrap().label(), strange().label());
}

/// The receiver calls a type by its new id, and what it carries still lists the former one.
#[test]
fn a_former_name_beside_a_present_one_is_no_conflict() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(id = "acme::New", alias = "acme::Old")]
    struct New(u8);
    #[portable]
    impl Job for New {
        fn label(&self) -> String {
            self.0.to_string()
        }
    }
    for &format in Format::ALL {
        let jobs: Vec<Box<dyn Job>> = vec![Box::new(New(1)), Box::new(Leaf("x".to_owned()))];
        let mut bytes = all(format).checksum(false).to_vec(&jobs).unwrap();
        // As a sender wrote it that has the former name only: of the same length, and the hash is the same.
        while let Some(at) = bytes.windows(9).position(|window| window == b"acme::New") {
            bytes[at..at + 9].copy_from_slice(b"acme::Old");
        }
        let registry = Registry::empty().with(entry!(New as dyn Job)).with(entry!(New as dyn Value));
        let receiver = all(format).registry(registry);
        let jobs: Vec<Carried<dyn Job>> = receiver.from_slice(&bytes).unwrap();
        assert_eq!(jobs[0].known().unwrap().type_name().to_string(), "acme::New");
        let bytes = receiver.to_vec(&jobs).unwrap();
        let jobs: Vec<Box<dyn Job>> = all(format).from_slice(&bytes).unwrap();
        assert_eq!(jobs.iter().map(|job| job.label()).collect::<String>(), "1x", "{format}");
    }
}

/// A carried value may claim any hash. With the hash of a known type a later reader would read it as that type.
#[test]
fn a_carried_value_does_not_pass_as_a_known_one() {
    for &format in Format::ALL {
        let hash = Envelope::parse(&all(format).to_vec(&Known { count: 1 }).unwrap()).unwrap().type_hash();
        let mut forged = all(format).checksum(false).to_vec(&Leaf("x".to_owned())).unwrap();
        forged[7..15].copy_from_slice(&hash.to_le_bytes());
        let forged: Opaque = forwarder(format).from_slice(&forged).unwrap();
        let jobs: Vec<Carried<dyn Job>> = vec![Carried::Known(Box::new(Known { count: 1 })), Carried::Opaque(forged)];
        let error = forwarder(format).to_vec(&jobs).unwrap_err();
        assert!(error.to_string().contains("two types of nested values have the same type hash"), "{format}: {error}");
    }
}

/// Unknown types are looked up once a container, not once a value.
#[test]
fn many_unknown_values_share_what_is_known_of_them() {
    for &format in Format::ALL {
        let jobs: Vec<Box<dyn Job>> =
            (0..scaled(20_000, 20)).map(|i| Box::new(Leaf(i.to_string())) as Box<dyn Job>).collect();
        let bytes = all(format).to_vec(&jobs).unwrap();
        let carried: Vec<Carried<dyn Job>> = forwarder(format).from_slice(&bytes).unwrap();
        assert_eq!(forwarder(format).to_vec(&carried).unwrap(), bytes, "{format}");
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Holder {
    /// A field that does not carry.
    inner: Box<dyn Job>,
    after: bool,
}

#[portable]
impl Job for Holder {
    fn label(&self) -> String {
        format!("holds {}", self.inner.label())
    }
}

/// What is known and holds something unknown, where nothing in it takes that, is carried as a whole.
#[test]
fn what_has_something_unknown_inside_is_carried_whole() {
    let holder = |inner: Box<dyn Job>| Box::new(Holder { inner, after: true }) as Box<dyn Job>;
    let known = || Box::new(Known { count: 1 }) as Box<dyn Job>;
    for &format in Format::ALL {
        let jobs = vec![holder(known()), holder(Box::new(strange())), holder(holder(Box::new(strange()))), known()];
        let bytes = all(format).to_vec(&jobs).unwrap();
        let registry = Registry::empty().with(entry!(Known as dyn Job)).with(entry!(Holder as dyn Job));
        let forwarder = Codec::default().format(format).registry(registry);
        let carried: Vec<Carried<dyn Job>> = forwarder.from_slice(&bytes).unwrap();
        let labels: Vec<_> = carried.iter().map(|job| job.known().map(|job| job.label())).collect();
        assert_eq!(labels, [Some("holds known 1".to_owned()), None, None, Some("known 1".to_owned())], "{format}");
        assert_eq!(carried[1].type_name().to_string(), "typeport::Holder");
        assert_eq!(forwarder.to_vec(&carried).unwrap(), bytes, "{format}");
        assert!(forwarder.from_slice::<Vec<Box<dyn Job>>>(&bytes).unwrap_err().is_unlinked(), "{format}");
        // What is damaged inside is damaged, and not carried: `after` is no bool any more.
        let mut damaged = all(format).checksum(false).to_vec(&vec![holder(known())]).unwrap();
        let state = Envelope::parse(&damaged).unwrap().state();
        let in_state = if format == Format::Json { state.len() - "true}}]".len() } else { state.len() - 1 };
        let at = damaged.windows(state.len()).position(|bytes| bytes == state).unwrap() + in_state;
        damaged[at] = 7;
        let error = forwarder.from_slice::<Vec<Carried<dyn Job>>>(&damaged).unwrap_err();
        assert!(error.is_malformed(), "{format}: {error}");
    }
}

/// A place that takes all undecoded leaves the next one its choice.
#[test]
fn a_known_value_behind_an_opaque_one_is_known() {
    let five = || Box::new(5_i64) as Box<dyn Value>;
    for &format in Format::ALL {
        let bytes = all(format).to_vec(&(five(), five(), five())).unwrap();
        let (one, two, three): (Opaque, Carried<dyn Value>, Opaque) = typeport::from_slice(&bytes).unwrap();
        assert!(two.known().is_some() && one == three, "{format}");
        assert_eq!(all(format).to_vec(&(one, two, three)).unwrap(), bytes, "{format}");
    }
}
