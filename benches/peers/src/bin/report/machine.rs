//! The machine and the versions of a measurement.

use std::process::Command;

/// The contenders' packages.
const PACKAGES: [&str; 16] = [
    "typeport",
    "serde",
    "postcard",
    "bincode",
    "wincode",
    "serde_json",
    "serde_bytes",
    "typetag",
    "serde_flexitos",
    "erased-serde",
    "fory",
    "bevy_reflect",
    "rkyv",
    "rkyv_dyn",
    "facet",
    "facet-postcard",
];

/// The processor and how many of it there are.
pub fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {n_processors} processors", model.trim_start_matches(['\t', ' ', ':']))
}

/// The compiler.
pub fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

/// Name and version of each package.
pub fn versions() -> Vec<String> {
    PACKAGES.iter().map(|name| format!("{name} {}", version(name))).collect()
}

/// What the lock file says, in which a version stands below its name.
fn version(package: &str) -> &'static str {
    let name = format!("name = \"{package}\"");
    let mut lines = include_str!("../../../Cargo.lock").lines();
    lines.find(|line| *line == name);
    lines.next().and_then(|line| line.strip_prefix("version = ")).unwrap_or("unknown").trim_matches('"')
}
