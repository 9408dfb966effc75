//! Interfaces times types: a value becomes a trait object exactly if its type is a member; otherwise an error is returned
//! before anything is built. At the root and below it, in each format.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::{formats, scaled, thinned};
use serde::{Deserialize, Deserializer, Serialize};
use std::cell::Cell;
use std::fmt::Debug;
use typeport::{Codec, Envelope, Error, Interface, Portable, Value, portable};

thread_local! {
    static CONSTRUCTIONS: Cell<usize> = const { Cell::new(0) };
}

/// Stands in every type, and counts how often it is built.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Portable)]
struct Counted(u8);

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        CONSTRUCTIONS.set(CONSTRUCTIONS.get() + 1);
        u8::deserialize(deserializer).map(Counted)
    }
}

#[portable]
trait Named {
    fn name(&self) -> &'static str;
}

#[portable]
trait Measured {
    fn size(&self) -> usize;
}

/// Below another interface.
#[portable]
trait Titled: Named {
    fn title(&self) -> String {
        format!("the {}", self.name())
    }
}

#[portable]
trait Ranked {
    fn rank(&self) -> u8;
}

/// Has no members at all.
#[portable]
trait Lonely {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Everything(Counted);

#[derive(Debug, Serialize, Deserialize, Portable)]
struct NameOnly {
    counted: Counted,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Nothing {
    counted: Counted,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Choice {
    One(Counted),
}

/// A member of all interfaces but one, for any argument.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Generic<T> {
    counted: Counted,
    value: T,
}

/// A member where its argument is one.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "interface_matrix::Bounded")]
struct Bounded<T>(T, Counted);

/// Only the listed specializations are members of `Ranked`.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(specialize(Listed<u8>, Listed<u16>))]
struct Listed<T: Copy>(T, Counted);

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(specialize(Grid<2>, Grid<3>))]
struct Grid<const N: usize>(Vec<Counted>);

macro_rules! members {
    ($($trait_:ident $method:ident -> $result:ty = $value:expr; [$($generics:tt)*] $ty:ty;)*) => {$(
        #[portable]
        impl<$($generics)*> $trait_ for $ty {
            fn $method(&self) -> $result {
                $value
            }
        }
    )*};
}

members! {
    Named name -> &'static str = "everything"; [] Everything;
    Named name -> &'static str = "name only"; [] NameOnly;
    Named name -> &'static str = "generic"; [T: Portable] Generic<T>;
    Named name -> &'static str = "bounded"; [T: Ranked] Bounded<T>;
    Measured size -> usize = 1; [] Everything;
    Measured size -> usize = 2; [] Choice;
    Measured size -> usize = 3; [T: Portable] Generic<T>;
    Measured size -> usize = 4; [T: Portable] Vec<T>;
    Ranked rank -> u8 = 1; [] Everything;
    Ranked rank -> u8 = 2; [] Choice;
    Ranked rank -> u8 = 3; [] u8;
}

#[portable(specialize(Listed<u8>))]
impl<T: Copy> Ranked for Listed<T> {
    fn rank(&self) -> u8 {
        3
    }
}

#[portable(specialize(Grid<2>))]
impl<const N: usize> Ranked for Grid<N> {
    fn rank(&self) -> u8 {
        4
    }
}

#[portable]
impl Titled for Everything {}

#[portable]
impl<T: Portable> Titled for Generic<T> {}

/// A type: a value of it, and the interfaces that it is a member of.
struct Row {
    value: Box<dyn Value>,
    member_of: &'static [&'static str],
}

fn row(value: impl Value, member_of: &'static [&'static str]) -> Row {
    Row { value: Box::new(value), member_of }
}

fn rows() -> Vec<Row> {
    let one = Counted(1);
    fn generic<T>(value: T) -> Generic<T> {
        Generic { counted: Counted(1), value }
    }
    let of_generic: &[&str] = &["Named", "Measured", "Titled"];
    vec![
        row(Everything(one), &["Named", "Measured", "Titled", "Ranked"]),
        row(NameOnly { counted: one }, &["Named"]),
        row(Nothing { counted: one }, &[]),
        row(Choice::One(one), &["Measured", "Ranked"]),
        row(generic(1_u8), of_generic),
        row(generic(vec![one]), of_generic),
        row(generic(generic(Some(Nothing { counted: one }))), of_generic),
        row(Bounded(Choice::One(one), one), &["Named"]),
        row(Bounded(5_u8, one), &["Named"]),
        row(Bounded(NameOnly { counted: one }, one), &[]),
        row(Bounded(Bounded(5_u8, one), one), &[]),
        row(Listed(1_u8, one), &["Ranked"]),
        row(Listed(1_u16, one), &[]),
        row(Grid::<2>(vec![one]), &["Ranked"]),
        row(Grid::<3>(vec![one]), &[]),
        row(vec![one], &["Measured"]),
        row(vec![Some(Everything(one))], &["Measured"]),
        row(Some(Everything(one)), &[]),
        row((one, one), &[]),
        row(Box::new(Choice::One(one)), &[]),
    ]
}

/// A struct with a trait object in it.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "interface_matrix::Holder")]
struct Holder<T> {
    before: u8,
    held: Option<T>,
}

/// The state and names of `bytes` under the header of `header`, as a sender would write who believes in the membership.
fn under(header: &[u8], bytes: &[u8]) -> Vec<u8> {
    let split = |bytes: &[u8]| 16 + usize::from(bytes[15]);
    assert!(header[15] < 0x80 && bytes[15] < 0x80, "the names are short");
    let mut forged = [&header[..split(header)], &bytes[split(bytes)..]].concat();
    forged[1] = bytes[1];
    let length = forged.len() as u32;
    forged[3..7].copy_from_slice(&length.to_le_bytes());
    forged
}

/// What one column counts.
#[derive(Default)]
struct Cells {
    succeeded: usize,
    refused: usize,
}

impl Cells {
    /// One cell: `expected` to succeed, or to be refused with nothing built.
    #[track_caller]
    fn check<T: Debug>(&mut self, place: &str, expected: bool, decode: impl FnOnce() -> Result<T, Error>) {
        CONSTRUCTIONS.set(0);
        let decoded = decode();
        let built = CONSTRUCTIONS.get();
        if expected {
            decoded.unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(built > 0, "{place}: nothing was built");
            self.succeeded += 1;
            return;
        }
        let error = decoded.expect_err(place);
        // Of an argument that is no member of its bound, the message is about the argument.
        assert_eq!(error.code(), 12, "{place}: {error}");
        assert!(error.is_unlinked(), "{place}: {error}");
        assert_eq!(built, 0, "{place}: {built} were built");
        self.refused += 1;
    }
}

fn tried_rows() -> impl Iterator<Item = Row> {
    thinned(3, rows())
}

/// `call` calls a method of the interface.
fn check_interface<I: Interface + ?Sized>(interface: &str, cells: &mut Cells, call: fn(&I) -> String)
where
    Box<I>: Portable,
{
    for format in formats() {
        let codec = Codec::default().format(format).checksum(false);
        for row in tried_rows() {
            let name = row.value.type_name();
            let expected = interface == "Value" || row.member_of.contains(&interface);
            let place = |what: &str| format!("{format}: {name} as dyn {interface} {what}");
            let root = codec.to_vec(&row.value).unwrap();
            cells
                .check(&place("at the root"), expected, || codec.from_slice::<Box<I>>(&root).map(|value| call(&value)));
            cells
                .check(&place("in front"), expected, || codec.take_from_slice::<Box<I>>(&root).map(|(value, _)| value));

            // The header is of the list of this interface, what follows is of a list of anything.
            let list = codec.to_vec(&Vec::<Box<I>>::new()).unwrap();
            let forged =
                under(&list, &codec.to_vec(&vec![codec.from_slice::<Box<dyn Value>>(&root).unwrap()]).unwrap());
            Envelope::parse(&forged).unwrap();
            cells.check(&place("in a list"), expected, || codec.from_slice::<Vec<Box<I>>>(&forged));
            cells.check(&place("in an erased list"), expected, || codec.from_slice::<Box<dyn Value>>(&forged));

            let empty = codec.to_vec(&Holder::<Box<I>> { before: 1, held: None }).unwrap();
            let held = Holder { before: 1, held: Some(codec.from_slice::<Box<dyn Value>>(&root).unwrap()) };
            let forged = under(&empty, &codec.to_vec(&held).unwrap());
            cells.check(&place("in a field"), expected, || codec.from_slice::<Holder<Box<I>>>(&forged));
            cells.check(&place("in an erased field"), expected, || codec.from_slice::<Box<dyn Value>>(&forged));
        }
    }
}

#[test]
fn exactly_the_members_become_trait_objects() {
    let mut cells = Cells::default();
    check_interface::<dyn Value>("Value", &mut cells, |value| value.type_name().to_string());
    check_interface::<dyn Named>("Named", &mut cells, |value| value.name().to_owned());
    check_interface::<dyn Measured>("Measured", &mut cells, |value| value.size().to_string());
    check_interface::<dyn Titled>("Titled", &mut cells, |value| value.title());
    check_interface::<dyn Ranked>("Ranked", &mut cells, |value| value.rank().to_string());
    check_interface::<dyn Lonely>("Lonely", &mut cells, |_| unreachable!("it has no members"));
    let Cells { succeeded, refused } = cells;
    let (n_rows, n_formats) = (tried_rows().count(), scaled(3, 1));
    println!(
        "6 interfaces, {n_rows} types, {n_formats} formats, 6 places: {succeeded} cells succeed, {refused} are refused"
    );
    let members: usize = tried_rows().map(|row| 1 + row.member_of.len()).sum();
    assert_eq!((succeeded, succeeded + refused), (members * 6 * n_formats, n_rows * 6 * 6 * n_formats));
}
