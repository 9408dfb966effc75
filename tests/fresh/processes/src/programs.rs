//! The paths of the programs, built at first use. Imports serde_json only.

use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const PACKAGES: [&str; 4] = ["fresh-catalogue", "fresh-worker", "fresh-stranger", "fresh-conflict"];

/// The path of the program of that name.
pub(crate) fn path_of(program: &str) -> &'static PathBuf {
    static PROGRAMS: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    PROGRAMS.get_or_init(build).get(program).unwrap_or_else(|| panic!("no package of {PACKAGES:?} has `{program}`"))
}

/// Builds all programs, in the profile of this one. Cargo says where it has put them.
fn build() -> HashMap<String, PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--locked", "--message-format=json-render-diagnostics"]);
    cargo.args(PACKAGES.map(|package| format!("--package={package}")));
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
