//! Serde's serializer for the binary formats: the twin of `reader`, with the same layout.
//! Imports `error`, `format` and its siblings only.

use super::bulk::Numbers;
use super::exchange::Offer;
use super::ours::answer;
use super::spent::Spent;
use super::tables::Tables;
use super::writer_parts::{Elements, Fields};
use super::{ARGUMENT, NESTED};
use crate::error::{Error, Kind, Result};
use crate::format::{Format, Primitives};
use crate::limits::Limits;
use serde::ser::{Serialize, Serializer};
use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;

/// What a running encode writes to.
pub struct Sink {
    pub(crate) bytes: Vec<u8>,
    pub(crate) encoding: Rc<Encoding>,
}

/// What a running encode knows, nested values included.
pub(crate) struct Encoding {
    pub(crate) spent: Spent,
    pub(crate) tables: Tables,
    /// The bytes of the sink, on their way to a nested value and back; in JSON those of the nested value alone.
    pub(super) parked: Cell<Vec<u8>>,
    /// Room for what stands in front of a nested value.
    pub(crate) front: Cell<Vec<u8>>,
    /// Whether the value to which the bytes were handed has written itself.
    pub(super) is_written: Cell<bool>,
    /// Whether the value that is handed the bytes is what a `Some` holds. JSON asks.
    #[cfg(feature = "json")]
    pub(super) is_some: Cell<bool>,
    /// Whether something was written that serde's buffer would lose. JSON tells.
    #[cfg(feature = "json")]
    pub(super) is_doubtful: Cell<bool>,
}

thread_local! {
    /// That of the last encode on this thread, whose room serves the next one.
    static IDLE: Cell<Option<Rc<Encoding>>> = const { Cell::new(None) };
}

impl Sink {
    pub(crate) fn new(bytes: Vec<u8>, limits: &Limits) -> Self {
        // A thread that is about to end has none any more.
        let mut idle = IDLE.try_with(Cell::take).ok().flatten();
        if let Some(encoding) = idle.as_mut().and_then(Rc::get_mut) {
            encoding.spent = Spent::new(limits);
            #[cfg(feature = "json")]
            encoding.is_doubtful.set(false);
            encoding.tables.clear();
        } else {
            idle = None;
        }
        let encoding = idle.unwrap_or_else(|| Rc::new(Encoding::new(limits)));
        Sink { bytes, encoding }
    }

    /// The bytes; what else there is waits for the next encode.
    pub(crate) fn end(self) -> Vec<u8> {
        // The room of a nested value in JSON may be large.
        drop(self.encoding.parked.take());
        // Where there is no place for it, it is dropped.
        let _ = IDLE.try_with(|idle| idle.set(Some(self.encoding)));
        self.bytes
    }
}

impl Encoding {
    /// Whether something was written that serde's buffer would lose, if it is read by way of that.
    pub(crate) fn is_doubtful(&self) -> bool {
        #[cfg(feature = "json")]
        return self.is_doubtful.get();
        #[cfg(not(feature = "json"))]
        false
    }

    fn new(limits: &Limits) -> Self {
        let (spent, tables) = (Spent::new(limits), Tables::default());
        Encoding {
            spent,
            tables,
            parked: Cell::default(),
            front: Cell::default(),
            is_written: Cell::new(false),
            #[cfg(feature = "json")]
            is_some: Cell::new(false),
            #[cfg(feature = "json")]
            is_doubtful: Cell::new(false),
        }
    }
}

impl Offer {
    /// Lets `write` append to the bytes that were handed over.
    #[inline]
    pub(crate) fn accept(self, write: impl FnOnce(&mut Sink, Format) -> Result<()>) -> Result<()> {
        let Offer { encoding, format } = self;
        let mut sink = Sink { bytes: encoding.parked.take(), encoding };
        let written = write(&mut sink, format);
        sink.encoding.parked.set(sink.bytes);
        sink.encoding.is_written.set(true);
        written
    }
}

/// Primitives of fixed size.
trait LittleEndian<const N: usize> {
    fn bytes(self) -> [u8; N];
}

macro_rules! little_endian {
    ($($ty:ty)*) => {$(
        impl LittleEndian<{ size_of::<$ty>() }> for $ty {
            #[inline]
            fn bytes(self) -> [u8; size_of::<$ty>()] {
                self.to_le_bytes()
            }
        }
    )*};
}

little_endian!(u8 i8 f32 f64);

/// Writes values to the end of a sink.
pub struct Writer<'a, B> {
    sink: &'a mut Sink,
    /// Levels of compound values around this one.
    depth: usize,
    format: PhantomData<B>,
}

impl<'a, B: Primitives> Writer<'a, B> {
    pub(crate) fn new(sink: &'a mut Sink) -> Self {
        let depth = sink.encoding.spent.depth();
        Writer::at(sink, depth)
    }

    /// With so many levels of compound values around it.
    #[inline]
    pub(super) fn at(sink: &'a mut Sink, depth: usize) -> Self {
        Writer { sink, depth, format: PhantomData }
    }

    #[inline]
    pub(super) fn again(&mut self) -> Writer<'_, B> {
        Writer::at(self.sink, self.depth)
    }

    /// One level further in.
    #[inline]
    fn descend(mut self) -> Result<Self> {
        self.depth = self.sink.encoding.spent.one_deeper(self.depth)?;
        Ok(self)
    }

    /// A primitive of fixed size: its bytes, little endian.
    #[inline]
    fn fixed<const N: usize>(self, value: impl LittleEndian<N>) -> Result<()> {
        self.sink.bytes.extend_from_slice(&value.bytes());
        Ok(())
    }

    #[inline]
    fn unsigned(self, value: impl Into<u64>) -> Result<()> {
        B::put_number(&mut self.sink.bytes, value.into());
        Ok(())
    }

    /// Both formats write 0, -1, 1, -2 as 0, 1, 2, 3.
    #[inline]
    fn signed(self, value: impl Into<i64>) -> Result<()> {
        let value = value.into();
        self.unsigned(u64::from_le_bytes((value << 1 ^ value >> 63).to_le_bytes()))
    }

    /// A primitive that is not plain, by the format's crate.
    fn other<T: Serialize>(self, value: T) -> Result<()> {
        B::put(&mut self.sink.bytes, &value)
    }

    /// As [`Writer::value`], of a root: its type has a size, and so is known not to be an array before it is compiled.
    #[inline]
    pub(crate) fn root<T: Serialize>(self, value: &T) -> Result<()> {
        if const { size_of::<T>() == size_of::<Vec<u8>>() } { self.value(value) } else { value.serialize(self) }
    }

    /// Writes a value of any type.
    #[inline]
    pub(crate) fn value<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        match Numbers::of(value) {
            Some(numbers) => self.numbers(&numbers),
            None => {
                self.sink.encoding.spent.look_at(value);
                value.serialize(self)
            }
        }
    }

    /// Writes a sequence of numbers as a copy of their bytes. They are no items.
    fn numbers(self, numbers: &Numbers<'_>) -> Result<()> {
        let sink = self.descend()?.sink;
        B::put_number(&mut sink.bytes, numbers.len() as u64);
        numbers.append(&mut sink.bytes);
        Ok(())
    }

    /// Begins a compound value of as many parts as its type has.
    #[inline]
    fn fields(self) -> Result<Fields<'a, B>> {
        self.descend().map(Fields)
    }

    /// Begins a sequence, or a map, whose entries are two items. A length that is not known yet is put in front at the end.
    fn elements(self, length: Option<usize>, items_each: usize) -> Result<Elements<'a, B>> {
        let Writer { sink, depth, format } = self.descend()?;
        let patch = match length {
            Some(length) => {
                sink.encoding.spent.count_parts(length.saturating_mul(items_each))?;
                B::put_number(&mut sink.bytes, length as u64);
                None
            }
            None => Some((sink.bytes.len(), 0)),
        };
        Ok(Elements { sink, depth, patch, format })
    }

    /// Lets `value`, a wish under one of our private names, write itself into the sink with all that a session knows.
    #[inline]
    fn hand_over<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        let encoding = &self.sink.encoding;
        let length = self.sink.bytes.len();
        encoding.spent.set_depth(self.depth);
        encoding.is_written.set(false);
        encoding.parked.set(std::mem::take(&mut self.sink.bytes));
        Offer { encoding: Rc::clone(encoding), format: B::FORMAT }.put();
        let handed = value.serialize(Writer::<B>::new(self.sink));
        let encoding = &self.sink.encoding;
        self.sink.bytes = encoding.parked.take();
        if encoding.is_written.take() && handed.is_ok() {
            return Ok(());
        }
        // Whatever went wrong, what stood before is given back: a caller may swallow the error and go on.
        drop(Offer::take());
        self.sink.bytes.truncate(length);
        handed.and(Err(Kind::Malformed { what: "value", reason: "its newtype name is reserved for typeport" }.into()))
    }
}

macro_rules! primitives {
    ($($write:ident: $($serialize:ident $ty:ty),*;)*) => {$($(
        #[inline]
        fn $serialize(self, value: $ty) -> Result<()> {
            self.$write(value)
        }
    )*)*};
}

impl<'a, B: Primitives> Serializer for Writer<'a, B> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<'a, B>;
    type SerializeTuple = Fields<'a, B>;
    type SerializeTupleStruct = Fields<'a, B>;
    type SerializeTupleVariant = Fields<'a, B>;
    type SerializeMap = Elements<'a, B>;
    type SerializeStruct = Fields<'a, B>;
    type SerializeStructVariant = Fields<'a, B>;

    primitives! {
        fixed: serialize_f32 f32, serialize_f64 f64, serialize_u8 u8, serialize_i8 i8;
        unsigned: serialize_u16 u16, serialize_u32 u32, serialize_u64 u64;
        signed: serialize_i16 i16, serialize_i32 i32, serialize_i64 i64;
        other: serialize_u128 u128, serialize_i128 i128, serialize_char char;
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<()> {
        self.fixed(u8::from(value))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<()> {
        self.serialize_bytes(value.as_bytes())
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        B::put_number(&mut self.sink.bytes, value.len() as u64);
        self.sink.bytes.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.fixed(0_u8)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        self.sink.bytes.push(1);
        self.descend()?.value(value)
    }

    fn serialize_unit(self) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<()> {
        self.descend()?.unsigned(index)
    }

    /// Inlined, so that the names are compared when they are compiled.
    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<()> {
        match name {
            ARGUMENT | NESTED => self.hand_over(value),
            _ => self.descend()?.value(value),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        B::put_number(&mut self.sink.bytes, index.into());
        self.descend()?.value(value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq> {
        self.elements(length, 1)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        self.fields()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        self.fields()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        B::put_number(&mut self.sink.bytes, index.into());
        self.fields()
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap> {
        self.elements(length, 2)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        self.fields()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        B::put_number(&mut self.sink.bytes, index.into());
        self.fields()
    }

    fn is_human_readable(&self) -> bool {
        answer();
        false
    }
}
