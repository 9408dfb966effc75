//! The macros' refusals and their texts, and what has to compile under hard conditions.
//!
//! `TRYBUILD=overwrite cargo test --all-features --test ui` writes the texts anew; read them before they are committed.
#![cfg(feature = "derive")]

#[test]
fn refusals_say_what_is_wrong_and_what_to_do() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}

#[test]
fn expansions_compile_under_hard_conditions() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
}
