//! Imports point down, and each file's first lines name them.

use std::collections::BTreeSet;
use std::fs;

/// The files, each above those that it may import.
const LAYERS: &[&str] = &[
    "tokens",
    "errors",
    "id",
    "case",
    "attr",
    "serde_attr",
    "signature",
    "bounds",
    "item",
    "declaration",
    "serde_bounds",
    "interface",
    "member",
    "check_attr",
    "check",
    "check_declaration",
    "check_trait",
    "check_impl",
    "expansion",
    "settle",
    "delegate",
    "expand_direct",
    "expand_listed",
    "expand_shape",
    "expand_type",
    "expand_declaration",
    "expand_trait",
    "expand_impl",
    "lib",
];

/// The words that follow `mark` in `text`, up to `end`.
fn words_after<'a>(text: &'a str, mark: &'a str, end: &'a str) -> BTreeSet<&'a str> {
    text.split(mark).skip(1).filter_map(|rest| Some(rest.split_once(end)?.0)).collect()
}

#[test]
fn imports_point_down_and_are_announced() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    for (layer, file) in LAYERS.iter().enumerate().filter(|(_, file)| **file != "lib") {
        let source = fs::read_to_string(format!("{folder}/{file}.rs")).expect("a source file");
        let code = source.split("#[cfg(test)]\nmod tests {").next().expect("the first part");
        let imports = words_after(code, "crate::", "::");
        let head: String = source.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let announced = head.split("Imports ").nth(1).and_then(|rest| rest.split('.').next()).unwrap_or_default();
        let announced: BTreeSet<&str> = announced.split('`').skip(1).step_by(2).collect();
        assert_eq!(imports, announced, "{file}");
        assert!(imports.iter().all(|import| LAYERS[..layer].contains(import)), "{file}: {imports:?}");
    }
}

#[test]
fn every_file_has_its_layer() {
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).expect("the folder");
    let names = files.map(|file| file.expect("an entry").file_name().into_string().expect("a name"));
    let found: BTreeSet<String> = names.filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned())).collect();
    assert_eq!(found, LAYERS.iter().map(|file| (*file).to_owned()).collect());
}
