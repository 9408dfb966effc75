//! One cell of the table: a format and a position. May import `formats`, `positions`, `slot`.

use crate::formats::*;
use crate::positions::*;
use crate::slot::{Depth, Expect, Kind, Slot};
use std::panic::{AssertUnwindSafe, catch_unwind};
use typeport::{Carried, Failure, Format, Opaque, Portable};

use crate::values::Item;

/// What went wrong with a value on its way.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// It was not written.
    Refused(String),
    /// It was written, and not read.
    Unread(String),
    /// The decoded value differs.
    Changed(String),
}

impl Trouble {
    pub fn letter(&self) -> char {
        match self {
            Trouble::Refused(_) => 'w',
            Trouble::Unread(_) => 'r',
            Trouble::Changed(_) => '!',
        }
    }
}

pub type Run = fn(Slot, Expect) -> Result<Slot, Trouble>;

/// A format and a position.
pub struct Cell {
    pub format: &'static str,
    /// The format that shows how a plain value behaves here.
    pub plain: &'static str,
    /// Of ours: which one.
    pub own: Option<Format>,
    pub readable: bool,
    pub position: &'static str,
    pub depth: Depth,
    pub run: Run,
}

thread_local! {
    static IS_GUARDED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Prints panics, except those that are errors here.
pub fn print_other_panics() {
    let printed = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !IS_GUARDED.get() {
            printed(panic);
        }
    }));
}

/// Calls code of others, whose panics are errors here.
fn guarded<T>(call: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    IS_GUARDED.set(true);
    let done = catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err("panic".to_owned()));
    IS_GUARDED.set(false);
    done
}

fn changed() -> Trouble {
    Trouble::Changed("what stands beside it".to_owned())
}

fn foreign<F: Foreign, P>(slot: Slot, expect: Expect) -> Result<Slot, Trouble>
where
    P: Position<Slot> + serde::Serialize + serde::de::DeserializeOwned,
{
    let value = P::wrap(slot);
    let wire = guarded(|| F::write(&value)).map_err(Trouble::Refused)?;
    expect.begin();
    guarded(|| F::read::<P>(&wire)).map_err(Trouble::Unread)?.unwrap().ok_or_else(changed)
}

fn own<O: Own, N: Kind, P: Position<N> + Portable>(slot: Slot) -> Result<Slot, Trouble> {
    let value = P::wrap(N::of_slot(slot).expect("it is of this kind"));
    let wire = guarded(|| O::write(&value)).map_err(Trouble::Refused)?;
    Ok(guarded(|| O::read::<P>(&wire)).map_err(Trouble::Unread)?.unwrap().ok_or_else(changed)?.into_slot())
}

fn own_root<O: Own, N: Kind>(slot: Slot) -> Result<Slot, Trouble> {
    let value = N::of_slot(slot).expect("it is of this kind");
    let wire = guarded(|| O::write(&value)).map_err(Trouble::Refused)?;
    Ok(guarded(|| O::read::<N>(&wire)).map_err(Trouble::Unread)?.into_slot())
}

fn foreign_cells<F: Foreign>(cells: &mut Vec<Cell>) {
    macro_rules! positions {
        ($($position:ident $depth:ident,)*) => {$(
            cells.push(Cell {
                format: F::NAME,
                plain: F::NAME,
                own: None,
                readable: F::READABLE,
                position: <$position<Slot> as Position<Slot>>::NAME,
                depth: Depth::$depth,
                run: foreign::<F, $position<Slot>>,
            });
        )*};
    }
    positions! {
        Root Flat, Field Flat, InVec Flat, InOption Flat, InMap Flat, Root Deep, Field Deep, Root Whole, Tagged Flat,
        TaggedNewtype Flat, Adjacent Flat, Untagged Flat, FlattenedMap Flat, FlattenedOne Flat, FlattenedField Flat,
        Tagged Deep, Untagged Deep, FlattenedOne Deep,
    }
}

fn own_cells<O: Own>(cells: &mut Vec<Cell>) {
    macro_rules! by_kind {
        ($expect:expr, $slot:ident $position:ident) => {
            match $expect {
                Expect::Boxed => own::<O, Box<dyn Item>, $position<Box<dyn Item>>>($slot),
                Expect::Carried => own::<O, Carried<dyn Item>, $position<Carried<dyn Item>>>($slot),
                Expect::Opaque => own::<O, Opaque, $position<Opaque>>($slot),
                _ => own::<O, Failure, $position<Failure>>($slot),
            }
        };
    }
    let mut cell = |position, json_only: bool, depth, run: Run| {
        if !json_only || O::FORMAT == Format::Json {
            let format = O::FORMAT.name();
            cells.push(Cell { format, plain: O::PLAIN, own: Some(O::FORMAT), readable: true, position, depth, run });
        }
    };
    for depth in [Depth::Flat, Depth::Deep, Depth::Whole] {
        cell("root", false, depth, |slot, expect| match expect {
            Expect::Boxed => own_root::<O, Box<dyn Item>>(slot),
            Expect::Carried => own_root::<O, Carried<dyn Item>>(slot),
            Expect::Opaque => own_root::<O, Opaque>(slot),
            _ => own_root::<O, Failure>(slot),
        });
    }
    macro_rules! positions {
        ($($position:ident $depth:ident,)*) => {$(
            cell(
                <$position<Slot> as Position<Slot>>::NAME,
                <$position<Slot> as Position<Slot>>::JSON_ONLY,
                Depth::$depth,
                |slot, expect| by_kind!(expect, slot $position),
            );
        )*};
    }
    positions! {
        Field Flat, InVec Flat, InOption Flat, InMap Flat, Field Deep, Tagged Flat, TaggedNewtype Flat, Adjacent Flat,
        Untagged Flat, FlattenedMap Flat, FlattenedOne Flat, FlattenedField Flat, Tagged Deep, Untagged Deep,
        FlattenedOne Deep,
    }
}

/// All cells: a format after the other.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    macro_rules! formats {
        ($cells:ident $($format:ident)*) => {$($cells::<$format>(&mut cells);)*};
    }
    formats!(foreign_cells Json JsonValue Yaml Toml Ron Ciborium Cbor4ii RmpCompact RmpNamed RmpReadable);
    formats!(foreign_cells Bincode Postcard Bson BsonDocument Bitcode Flexbuffers);
    formats!(own_cells OwnPostcard OwnBincode OwnJson);
    cells
}
