//! One value of the matrix, with its type behind a trait object. Imports `results` and the peer.

use fresh_peer::{Equality, Seen, Sent, Subject, see};
use results::{ContextBase, ResultBase};
use typeport::{Codec, Portable, Result, downcast, to_exact};

/// A value of the matrix.
pub struct Entry {
    name: &'static str,
    interface: &'static str,
    says: &'static str,
    value: Box<dyn Crossing>,
}

impl Entry {
    /// A result: its type name, its summary, and how to make it.
    pub fn result<T>(name: &'static str, says: &'static str, make: fn() -> T) -> Self
    where
        T: Portable + PartialEq + ResultBase,
    {
        let value = Made::<T, dyn ResultBase> { make, boxed: |value| Box::new(value) };
        Entry { name, interface: <dyn ResultBase>::NAME, says, value: Box::new(value) }
    }

    /// A context: its type name, its label, and how to make it.
    pub fn context<T>(name: &'static str, says: &'static str, make: fn() -> T) -> Self
    where
        T: Portable + PartialEq + ContextBase,
    {
        let value = Made::<T, dyn ContextBase> { make, boxed: |value| Box::new(value) };
        Entry { name, interface: <dyn ContextBase>::NAME, says, value: Box::new(value) }
    }

    /// The value as its producer sees it.
    ///
    /// # Errors
    ///
    /// It cannot be encoded.
    pub fn sent(&self, codec: &Codec) -> Result<Sent> {
        let [name, interface, says] = [self.name, self.interface, self.says].map(str::to_owned);
        Ok(Sent { name, interface, says, seen: self.value.see(codec)? })
    }

    /// Compares the value in an envelope with the one of the catalogue.
    ///
    /// # Errors
    ///
    /// It cannot be decoded.
    pub fn equality(&self, codec: &Codec, bytes: &[u8]) -> Result<Equality> {
        let [downcast, to_exact, from_slice] = self.value.compare(codec, bytes)?;
        Ok(Equality { name: self.name.to_owned(), downcast, to_exact, from_slice })
    }
}

/// A value whose type only its maker names.
trait Crossing {
    fn see(&self, codec: &Codec) -> Result<Seen>;

    /// Whether the value in the envelope equals this one: cast down, copied, and decoded as what it is.
    fn compare(&self, codec: &Codec, bytes: &[u8]) -> Result<[bool; 3]>;
}

/// How to make a value, and a trait object of it.
struct Made<T, I: ?Sized> {
    make: fn() -> T,
    boxed: fn(T) -> Box<I>,
}

impl<T: Portable + PartialEq, I: Subject + ?Sized> Crossing for Made<T, I>
where
    Box<I>: Portable,
{
    fn see(&self, codec: &Codec) -> Result<Seen> {
        see(codec, (self.boxed)((self.make)()))
    }

    fn compare(&self, codec: &Codec, bytes: &[u8]) -> Result<[bool; 3]> {
        let expected = (self.make)();
        let any: Box<I> = codec.from_slice(bytes)?;
        let copied: T = to_exact(&*any)?;
        let cast = downcast::<T, I>(any);
        let named: T = codec.from_slice(bytes)?;
        Ok([cast.is_ok_and(|cast| cast == expected), copied == expected, named == expected])
    }
}
