//! The paths of the programs, built at first use. Imports serde_json only.

use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const PROGRAMS: [&str; 10] = [
    "fresh-producer",
    "fresh-exact",
    "fresh-worker",
    "fresh-forgetful",
    "fresh-linked-forwarder",
    "fresh-stranger",
    "fresh-forwarder",
    "fresh-one-version",
    "fresh-two-versions",
    "fresh-two-versions-swapped",
];

/// The path of the program of that name.
pub(crate) fn path_of(program: &str) -> &'static PathBuf {
    static PROGRAMS: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    PROGRAMS.get_or_init(build).get(program).unwrap_or_else(|| panic!("`{program}` is none of {PROGRAMS:?}"))
}

/// Builds all programs, in the profile of this one. Cargo says where it has put them. They are those of the workspace with all
/// features, so that what `cargo test --workspace --all-features` has compiled of them is not compiled again.
fn build() -> HashMap<String, PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--locked", "--workspace", "--all-features", "--message-format=json-render-diagnostics"]);
    cargo.args(PROGRAMS.map(|program| format!("--bin={program}")));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.stderr(Stdio::inherit()).output().expect("cargo can be started");
    assert!(output.status.success(), "the programs cannot be built: {}", output.status);
    let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    messages.filter_map(|message| program_in(&message.expect("cargo writes JSON"))).collect()
}

/// Name and path, if cargo's message is about a program.
fn program_in(message: &Value) -> Option<(String, PathBuf)> {
    let path = message.get("executable")?.as_str()?;
    Some((message.pointer("/target/name")?.as_str()?.to_owned(), path.into()))
}
