//! The errors of the macros and their texts. `tests/hard` has the crates that must compile under hard conditions.
//!
//! `TRYBUILD=overwrite cargo test --all-features --test house ui` updates the texts; review them before you commit.
#![cfg(feature = "derive")]

/// The compiler whose texts are in the repository. Others word their own part differently.
const BLESSED: &str = "rustc 1.95.";

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = std::process::Command::new(rustc).arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&version.stdout).into_owned()
}

#[test]
fn refusals_say_what_is_wrong_and_what_to_do() {
    if !compiler().starts_with(BLESSED) {
        println!("skipped: the texts are those of {BLESSED}x, this is {}", compiler());
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
