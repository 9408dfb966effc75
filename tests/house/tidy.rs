//! The rules of the house that a program can check: layers, first lines, lengths, no unsafe code, no panics.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `src`, the lowest layer first. A module imports from lower layers and from its own module only.
const LAYERS: &[&[&str]] = &[
    &["error", "limits", "preview"],
    &["wire", "type_name"],
    &["format"],
    &["shape"],
    &["schema"],
    &["envelope"],
    &["policy"],
    &["state"],
    &["registry"],
    &["codec"],
    &["erased"],
    &["interface"],
    &["failure"],
    &["std_types"],
    &["private", "lib", "collisions"],
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below `folder`, with their text, build output and generated cases left out.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if ["target", "ui", "corpus", "artifacts", ".git"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
        }
    }
    assert!(!found.is_empty(), "{folder} has sources");
    found.sort();
    found
}

/// The top-level module of a file of `src`.
fn module(path: &Path) -> String {
    let first = path.components().nth(1).unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The part of a source that is not tests and not comments.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_point_down_the_layers() {
    let mut upward = Vec::new();
    for (path, text) in sources("src") {
        let from = module(&path);
        let own = layer(&from).unwrap_or_else(|| panic!("{from} has no layer: give it one"));
        for mention in code(&text).split("crate::").skip(1) {
            let to: String =
                mention.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();

            if to != from && layer(&to).is_some_and(|other| other >= own) {
                upward.push(format!("{} imports {to}", path.display()));
            }
        }
    }
    assert_eq!(upward, Vec::<String>::new());
}

#[test]
fn every_module_has_a_layer_and_every_layer_its_module() {
    let modules: Vec<String> = sources("src").iter().map(|(path, _)| module(path)).collect();
    for module in LAYERS.concat() {
        assert!(modules.iter().any(|found| found == module), "{module} is gone: take it off the table");
    }
}

#[test]
fn every_file_says_first_what_it_is() {
    for folder in ["src", "codec-derive/src", "tests", "examples", "fuzz", "benches", "cli"] {
        for (path, text) in sources(folder) {
            assert!(text.starts_with("//! "), "{}: the first line says what the file is", path.display());
        }
    }
}

#[test]
fn files_are_short_or_say_why_not() {
    for folder in ["src", "codec-derive/src", "examples", "benches", "cli"] {
        for (path, text) in sources(folder) {
            let lines = code(&text).lines().count();
            assert!(lines <= 400, "{}: {lines} lines of code", path.display());
        }
    }
}

/// The compiler holds the rest: a crate that forbids unsafe code cannot allow it anywhere, expansions included.
#[test]
fn every_crate_forbids_unsafe_code() {
    let roots = |folder: &str| sources(folder).into_iter().filter(|(path, _)| is_crate_root(path));
    let folders = ["src", "codec-derive/src", "tests/fresh", "tests/bombs", "examples", "benches", "cli"];
    for (path, text) in folders.into_iter().flat_map(roots) {
        assert!(text.contains("#![forbid(unsafe_code)]"), "{}", path.display());
    }
}

fn is_crate_root(path: &Path) -> bool {
    let in_src = path.parent().is_some_and(|parent| parent.ends_with("src"));
    in_src && (path.ends_with("lib.rs") || path.ends_with("main.rs"))
}

/// A sender who knows how keys are hashed can choose keys that meet in one bucket. Std's maps hash by a random seed of the
/// process, which nobody knows; any other hasher has to be named.
#[test]
fn keys_are_hashed_by_a_random_seed() {
    for (path, text) in sources("src") {
        // Its maps have the hasher that the user's type names.
        if path.ends_with("std_types/containers.rs") {
            continue;
        }
        for name in ["BuildHasher", "with_hasher", "and_hasher", "DefaultHasher", "SipHasher", "Fnv", "FxHash", "AHash"]
        {
            assert!(!code(&text).contains(name), "{}: {name}", path.display());
        }
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("\n[").find(|section| section.starts_with("dependencies]")).unwrap();
    for name in ["hash", "fnv", "indexmap", "dashmap"] {
        assert!(!dependencies.contains(name), "{name}: its maps may hash by a seed that is known");
    }
}

/// The lints against panics that the core, the macros and the command line deny, and those that the core denies besides.
const DENIED: &[&str] = &["expect_used", "indexing_slicing", "panic", "string_slice", "unwrap_used"];
const DENIED_IN_CORE: &[&str] = &[
    "arithmetic_side_effects",
    "cast_possible_truncation",
    "cast_possible_wrap",
    "cast_precision_loss",
    "cast_sign_loss",
    "todo",
    "unimplemented",
    "unreachable",
];

/// The exceptions that there are. Fewer are better; one more needs a proof that nothing simpler will do.
const EXCEPTIONS: usize = 24;

#[test]
fn what_could_panic_is_denied_or_says_why_it_cannot() {
    let in_core = [DENIED, DENIED_IN_CORE].concat();
    for (path, lints) in
        [("src/lib.rs", in_core.as_slice()), ("codec-derive/src/lib.rs", DENIED), ("cli/src/lib.rs", DENIED)]
    {
        let text = fs::read_to_string(root().join(path)).unwrap();
        let denied: Vec<&str> = attributes(&text).filter(|it| it.contains("deny(")).flat_map(clippy_lints).collect();
        let missing: Vec<&&str> = lints.iter().filter(|lint| !denied.contains(*lint)).collect();
        assert!(missing.is_empty(), "{path} does not deny {missing:?}");
    }
    let mut exceptions = Vec::new();
    for (path, text) in [sources("src"), sources("codec-derive/src"), sources("cli/src")].concat() {
        let code = code(&text);
        let levels = attributes(&code).filter(|it| it.contains("expect(") || it.contains("allow("));
        for exception in levels.filter(|it| clippy_lints(it).any(|lint| in_core.contains(&lint))) {
            let place = format!("{}: {}", path.display(), exception.split_whitespace().collect::<Vec<_>>().join(" "));
            assert!(exception.contains("reason = \""), "an exception without its reason: {place}");
            exceptions.push(place);
        }
    }
    println!("{} exceptions from the lints against panics", exceptions.len());
    assert!(exceptions.len() <= EXCEPTIONS, "{} exceptions: {exceptions:#?}", exceptions.len());
}

/// The attributes with arguments, from behind the bracket to the end of the arguments.
fn attributes(code: &str) -> impl Iterator<Item = &str> {
    code.split("#[").flat_map(|part| part.split("#![")).filter_map(|part| part.split(")]").next())
}

fn clippy_lints(attribute: &str) -> impl Iterator<Item = &str> {
    let is_in_name = |character: char| character.is_alphanumeric() || character == '_';
    attribute.split("clippy::").skip(1).filter_map(move |rest| rest.split(|other| !is_in_name(other)).next())
}

#[test]
fn nothing_is_unfinished() {
    let marks = [
        ["// TO", "DO"].concat(),
        ["todo", "!("].concat(),
        ["unimpl", "emented!("].concat(),
        ["#[ign", "ore"].concat(),
    ];
    for folder in ["src", "codec-derive/src", "tests", "examples", "fuzz", "benches", "cli"] {
        for (path, text) in sources(folder) {
            for mark in &marks {
                assert!(!text.contains(mark.as_str()), "{}: {mark}", path.display());
            }
        }
    }
}

/// Who another crate is is found out by asking it, or by what its types are: a name or a message may be anybody's. The exceptions
/// say why there is no other way.
#[test]
fn nothing_is_decided_by_a_name_or_a_message() {
    let marks = ["type_name::<", "type_name_of_val", "::private::", "to_string().contains("];
    let exceptions = [("src/state/budget/handle.rs", "type_name::<"), ("src/interface/text.rs", "::private::")];
    let (mut excused, files) = (Vec::new(), [sources("src"), sources("codec-derive/src"), sources("cli/src")].concat());
    let is_test = |path: &Path| path.ends_with("collisions.rs") || path.iter().any(|part| part == "tests");
    for (path, text) in files.into_iter().filter(|(path, _)| !is_test(path)) {
        let (path, code) = (path.to_string_lossy().into_owned(), code(&text));
        for mark in marks.into_iter().filter(|mark| code.contains(mark)) {
            let is_exception = exceptions.contains(&(&*path, mark));
            assert!(is_exception, "{path}: `{mark}`: ask, or compare types, as in `interface/text.rs`");
            excused.push(mark);
        }
    }
    assert_eq!(excused.len(), exceptions.len(), "each exception is needed");
}

/// What cargo is told to link no test program for has no tests, as they would never run; nor examples in its documentation, where
/// it is told to look for none.
/// Where the oldest supported compiler is not installed, nothing else says so: it has no `if let .. && let ..`.
#[test]
fn the_oldest_compiler_has_the_language() {
    let files = [sources("src"), sources("codec-derive/src")].concat();
    let chained = files.iter().filter(|(_, text)| code(text).contains("&& let "));
    assert_eq!(chained.map(|(path, _)| path).collect::<Vec<_>>(), Vec::<&PathBuf>::new());
}

#[test]
fn what_is_built_as_no_test_has_no_tests() {
    let mut n_files = 0;
    for (path, text) in ["tests", "examples", "benches", "cli"].into_iter().flat_map(sources) {
        let Some(package) = path.ancestors().find(|folder| folder.ends_with("src")).and_then(Path::parent) else {
            continue;
        };
        let manifest = fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
        let parts = manifest.split("\n[").filter(|part| part.starts_with("lib]") || part.starts_with("[bin]"));
        let parts: Vec<&str> = parts.collect();
        let is_untested = !parts.is_empty() && parts.iter().all(|part| part.contains("\ntest = false"));
        assert!(!is_untested || !text.contains("#[test]"), "{}: a test that never runs", path.display());
        let has_examples = text.lines().any(|line| line.trim_start().starts_with("//") && line.ends_with("```"));
        assert!(!manifest.contains("\ndoctest = false") || !has_examples, "{}: an example", path.display());
        n_files += usize::from(is_untested);
    }
    assert!(n_files > 30, "{n_files} files");
}

/// Each test that `docs/threats.md` names is there, and is a test.
#[test]
fn every_promise_has_its_test() {
    let page = fs::read_to_string(root().join("docs/threats.md")).unwrap();
    let named: Vec<(&str, &str)> = page.split('`').filter_map(|code| code.split_once(".rs::")).collect();
    let missing = named.iter().filter(|(file, function)| {
        let text = fs::read_to_string(root().join(format!("{file}.rs"))).unwrap_or_default();
        !is_test(&text, function)
    });
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&(&str, &str)>::new());
    assert!(named.len() > 50, "{} tests are named", named.len());
}

/// Whether a source has a test of this name that is always compiled: not in a comment, and under no `cfg` of its own.
fn is_test(text: &str, function: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let at = lines.iter().position(|line| line.starts_with(&format!("fn {function}()")));
    let Some(at) = at else { return false };
    let head = || lines[..at].iter().rev().take_while(|line| !line.is_empty());
    head().any(|line| *line == "#[test]") && !head().any(|line| line.starts_with("#[cfg("))
}

/// A published package is its sources and what a reader of them needs; tests, their data and benches stay here.
#[test]
#[cfg_attr(miri, ignore = "it asks cargo")]
fn a_package_is_sources_and_licences() {
    let made = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig"];
    let papers = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];
    for (package, folder) in [("typeport", "."), ("typeport-derive", "codec-derive"), ("typeport-cli", "cli")] {
        let mut cargo = std::process::Command::new(env!("CARGO"));
        let list = cargo.args(["package", "--list", "--allow-dirty", "--offline", "-p", package]).current_dir(root());
        let output = list.output().unwrap();
        assert!(output.status.success(), "{package}: {}", String::from_utf8_lossy(&output.stderr));
        let listed = String::from_utf8(output.stdout).unwrap();
        let is_source = |file: &str| file.starts_with("src/") && file.ends_with(".rs");
        for file in listed.lines() {
            assert!(is_source(file) || made.contains(&file) || papers.contains(&file), "{package} has {file}");
        }
        assert!(listed.lines().any(is_source), "{package} has no source");
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            assert!(listed.lines().any(|file| file == licence), "{package} has no {licence}");
            let text = |folder: &str| fs::read_to_string(root().join(folder).join(licence)).unwrap();
            assert_eq!(text(folder), text("."), "{package}: {licence}");
        }
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        for key in [
            "description = ",
            "license.workspace = true",
            "repository.workspace = true",
            "rust-version.workspace = true",
        ] {
            assert!(manifest.contains(key), "{package} does not say {key}");
        }
    }
}
