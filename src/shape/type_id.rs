//! A cheap hash of a type for small caches. Imports nothing.

use std::any::TypeId;
use std::hash::{Hash as _, Hasher};

/// The low byte of a `TypeId`, which is itself a hash.
#[inline]
pub(crate) fn low_byte(id: TypeId) -> u8 {
    struct Low(u64);
    impl Hasher for Low {
        #[inline]
        fn write(&mut self, bytes: &[u8]) {
            bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
        }

        #[inline]
        fn write_u64(&mut self, number: u64) {
            self.0 ^= number;
        }

        fn finish(&self) -> u64 {
            self.0
        }
    }
    let mut low = Low(0);
    id.hash(&mut low);
    let [low, ..] = low.finish().to_le_bytes();
    low
}
