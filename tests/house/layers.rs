//! Imports inside a module of `src` also point one way, and each file's first lines list its imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A file of `src` by its path without `.rs` or `/mod.rs`, and its text.
type Sources = BTreeMap<String, String>;

fn sources() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut found = Sources::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else {
            let name = path.strip_prefix(&root).expect("a file below").with_extension("");
            let name = if name.ends_with("mod") { name.parent().map(PathBuf::from).expect("a folder") } else { name };
            let name = name.to_str().expect("a name of ASCII").replace('\\', "/");
            found.insert(name, fs::read_to_string(&path).expect("a source"));
        }
    }
    found
}

/// The part of a source that is neither comment nor test.
fn code(text: &str) -> String {
    let code = text.split("\nmod tests {").next().unwrap_or_default();
    let is_code = |line: &&str| !(line.starts_with("//") || line.starts_with("mod ") && line.ends_with(';'));
    code.lines().map(str::trim_start).filter(is_code).collect::<Vec<_>>().join("\n")
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The paths that begin with one of these words, in `use` or in place, each spelled out: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(code: &str, first: &[&str]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for word in first {
        let mark = format!("{word}::");
        for (at, _) in code.match_indices(&mark) {
            let before = code[..at].chars().next_back();
            if !before.is_some_and(|before| is_word(before) || before == ':' || before == '$') {
                spell_out(&code[at..], Vec::new(), &mut found);
            }
        }
    }
    found
}

/// Reads a path off the front of `text`; gives what follows it.
fn spell_out<'t>(text: &'t str, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> &'t str {
    let mut rest = text.trim_start();
    loop {
        let end = rest.find(|character: char| !is_word(character)).unwrap_or(rest.len());
        path.push(rest[..end].to_owned());
        rest = &rest[end..];
        let Some(next) = rest.strip_prefix("::") else { break };
        let Some(inner) = next.strip_prefix('{') else {
            if !next.starts_with(is_word) {
                break;
            }
            rest = next;
            continue;
        };
        rest = inner.trim_start();
        while !rest.starts_with('}') {
            rest = spell_out(rest, path.clone(), found).trim_start();
            // A name of its own, and what parts it from the next.
            let end = rest.find([',', '}']).expect("a list ends");
            rest = rest[end..].trim_start_matches(',').trim_start();
        }
        return &rest[1..];
    }
    found.push(path);
    rest
}

/// The code without `pub use` of any kind, and what is in these.
fn exports_apart(code: &str) -> (String, String) {
    let (mut used, mut exports) = (String::new(), String::new());
    for statement in code.split_inclusive(';') {
        let at =
            ["pub use ", "pub(crate) use "].iter().find_map(|mark| statement.find(mark)).unwrap_or(statement.len());
        used.push_str(&statement[..at]);
        exports.push_str(&statement[at..]);
    }
    (used, exports)
}

/// The files in a folder, as its own file names them.
fn children<'a>(name: &str, sources: &'a Sources) -> Vec<&'a str> {
    let folder = format!("{name}/");
    sources.keys().filter_map(|file| file.strip_prefix(&folder)).collect()
}

/// The file below a folder that has what the folder's own file passes on by this name.
fn exported(folder: &str, wanted: &str, sources: &Sources) -> Option<String> {
    let (_, exports) = exports_apart(&code(sources.get(folder)?));
    let found = paths(&exports, &children(folder, sources));
    let path = found.into_iter().find(|path| path.last().is_some_and(|name| name == wanted))?;
    Some(format!("{folder}/{}", path[0]))
}

/// What a file imports: other modules, and files of its own.
#[derive(Default)]
struct Imports {
    modules: BTreeSet<String>,
    siblings: BTreeSet<String>,
}

fn imports(name: &str, text: &str, sources: &Sources) -> Imports {
    let own = name.split('/').next().expect("a first part");
    let code = code(text);
    let mut imports = Imports::default();
    // What a folder's own file passes on, it uses where it has the name again.
    let (used, passed_on) = exports_apart(&code);
    let within = [&["self"], &*children(name, sources)].concat();
    for path in paths(&passed_on, &within) {
        let (last, first) = (path.last().expect("a name"), path.iter().find(|part| *part != "self").expect("a file"));
        if used.split(|character: char| !is_word(character)).any(|word| word == last) {
            imports.siblings.insert(format!("{name}/{first}"));
        }
    }
    for path in paths(&code, &["crate", "super"]).into_iter().chain(paths(&used, &within)) {
        // Where the path begins, and what of it is a file.
        let (mut place, mut rest): (Vec<&str>, &[String]) = (name.split('/').collect(), &path);
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" => place.clear(),
                "super" => drop(place.pop()),
                "self" => {}
                _ => break,
            }
            rest = others;
        }
        for part in rest {
            place.push(part);
            if !sources.contains_key(&place.join("/")) {
                place.pop();
                break;
            }
        }
        let file = place.join("/");
        let passed_on = path.last().and_then(|last| exported(&file, last, sources)).filter(|_| file != name);
        let file = passed_on.unwrap_or(file);
        match place.first() {
            // A macro is at the root, wherever it is defined.
            None if path.last().is_some_and(|name| name.starts_with("__")) => {}
            None => drop(imports.modules.insert("lib".to_owned())),
            Some(module) if *module != own => drop(imports.modules.insert((*module).to_owned())),
            Some(_) if file != name => drop(imports.siblings.insert(file)),
            Some(_) => {}
        }
    }
    imports
}

/// The form in which the first lines of a file list its imports.
fn sentence(imports: &Imports) -> String {
    let mut parts: Vec<String> = imports.modules.iter().map(|module| format!("`{module}`")).collect();
    if !imports.siblings.is_empty() {
        parts.push("its siblings".to_owned());
    }
    match parts.split_last() {
        None => "Imports nothing.".to_owned(),
        Some((last, [])) => format!("Imports {last}."),
        Some((last, others)) => format!("Imports {} and {last}.", others.join(", ")),
    }
}

#[test]
fn every_file_says_what_it_imports() {
    let sources = sources();
    let mut wrong = Vec::new();
    for (name, text) in sources.iter().filter(|(name, _)| *name != "lib") {
        let head: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
        let sentence = sentence(&imports(name, text, &sources));
        if !head.join(" ").contains(&sentence) {
            wrong.push(format!("{name}: {sentence}"));
        }
    }
    assert!(wrong.is_empty(), "the first lines say otherwise:\n{}", wrong.join("\n"));
}

/// The files that one imports, and those that these import, and so on.
fn reached<'a>(from: &'a str, imports: &'a BTreeMap<&str, Imports>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        open.extend(imports[name].siblings.iter().map(String::as_str).filter(|next| found.insert(*next)));
    }
    found
}

#[test]
fn files_of_a_module_import_one_way() {
    let sources = sources();
    let imports: BTreeMap<&str, Imports> =
        sources.iter().map(|(name, text)| (&**name, imports(name, text, &sources))).collect();
    let reached: BTreeMap<&str, BTreeSet<&str>> = imports.keys().map(|name| (*name, reached(name, &imports))).collect();
    let circle = |name: &&str| -> Vec<&str> {
        reached[name].iter().filter(|other| reached[*other].contains(name)).copied().collect()
    };
    let circles: BTreeSet<Vec<&str>> = reached.keys().map(circle).filter(|circle| circle.len() > 1).collect();
    assert!(circles.is_empty(), "these import each other: {circles:?}");
}

#[test]
fn paths_are_spelled_out() {
    let code = "use crate::a::{B, c::{D as E, f}};\nfn g() { super::h::i(); crate::j::K::<u8>::l() } xcrate::m();";
    let found: Vec<String> = paths(code, &["crate", "super"]).iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["crate::a::B", "crate::a::c::D", "crate::a::c::f", "crate::j::K", "super::h::i"]);
}
