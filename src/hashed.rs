//! Maps whose keys are hashes already: type hashes, `TypeId`s. Std only.
//!
//! The standard library's own hash takes 70 instructions more for a key, of which decoding a small value has two.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by a key that is a hash. Not for keys that a sender chooses: those that share their bits all meet in one place.
pub(crate) type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<Hashed>>;

/// Takes a key for its hash.
#[derive(Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    /// No key of ours comes so, but one may on another platform or with another compiler.
    fn write(&mut self, bytes: &[u8]) {
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        self.0 = bytes.iter().fold(self.0, mix);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::any::TypeId;
    use std::hash::Hash;

    fn hash(key: impl Hash) -> u64 {
        let mut hashed = Hashed::default();
        key.hash(&mut hashed);
        hashed.finish()
    }

    #[test]
    fn a_hash_is_taken_as_it_is() {
        assert_eq!(hash(0x0123_4567_89ab_cdef_u64), 0x0123_4567_89ab_cdef);
    }

    #[test]
    fn all_bytes_of_another_key_count() {
        assert_ne!(hash([1_u8, 2]), hash([2_u8, 1]));
        assert_ne!(hash(1_u32), hash(2_u32));
        assert_ne!(hash(TypeId::of::<u8>()), hash(TypeId::of::<i8>()));
    }
}
