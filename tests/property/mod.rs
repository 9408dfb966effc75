//! Laws over generated values: how many, and by which seed. May use proptest only.
//!
//! `TYPEPORT_CASES=1000000` sets the number of values of a law. Under Miri, which is a thousand times slower, they are few.
#![allow(dead_code, reason = "each program of tests uses what it needs")]

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Values of a law that does not say otherwise.
pub const CASES: u32 = 10_000;

/// Checks a law on so many values; the same seed makes the same ones.
pub fn check<S: Strategy>(seed: u8, cases: u32, strategy: S, law: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let cases = match std::env::var("TYPEPORT_CASES") {
        Ok(cases) => cases.parse().expect("TYPEPORT_CASES is a number"),
        Err(_) if cfg!(miri) => cases.div_ceil(5_000),
        Err(_) => cases,
    };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    TestRunner::new_with_rng(config, rng).run(&strategy, law).unwrap_or_else(|error| panic!("{error}"));
}

/// Asserts that a law over [`CASES`] values has met each of these often enough to say something of it.
#[track_caller]
pub fn assert_met<const N: usize>(counts: [usize; N]) {
    assert!(cfg!(miri) || counts.iter().all(|count| *count > 500), "too few of one kind: {counts:?}");
}
