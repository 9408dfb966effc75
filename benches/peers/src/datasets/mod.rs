//! The four data sets of the public Rust serialization benchmark, <https://github.com/djkoloski/rust_serialization_benchmark>
//! at 695b804, generated anew by the definition in its `src/datasets` and `benches/bench.rs`: the same types, counts and
//! distributions, from another random number generator. They import `seeded`.

pub mod log;
pub mod mesh;
pub mod minecraft;
pub mod mk48;

use crate::seeded::Seeded;

/// The digits of pi, as in the public benchmark, whose generator is another one.
const SEED: u64 = 3_141_592_653;

fn seeded() -> Seeded {
    Seeded::new(SEED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    /// The public tables give postcard's size of each set. The seed differs, the distribution does not: one standard deviation
    /// of `mk48`, which varies most, is a hundredth of its size.
    #[track_caller]
    fn check(value: &impl Serialize, public: usize) {
        let size = postcard::to_allocvec(value).unwrap().len();
        assert!(size.abs_diff(public) * 50 <= public, "{size} bytes, {public} in the public table");
    }

    #[test]
    fn sizes_are_those_of_the_public_tables() {
        check(&log::logs(), 724_953);
        check(&mesh::mesh(), 6_000_003);
        check(&minecraft::players(), 367_489);
        check(&mk48::updates(), 1_311_281);
    }
}
