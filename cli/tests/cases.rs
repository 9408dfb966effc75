//! Runs the case files: each says its command lines and what they print, so that a reader can run them in `tests/data`.
//! `TYPEPORT_BLESS=1` writes what is printed now. Lines with `! ` are of standard error, `? 1` is the exit code.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs one command line, as `typeport inspect - < file`, and gives what a case file says of it.
fn printed(line: &str) -> String {
    let (line, stdin) = line.split_once(" < ").unwrap_or((line, ""));
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let stdin = if stdin.is_empty() { Stdio::null() } else { fs::File::open(data.join(stdin)).unwrap().into() };
    let mut words = line.split_whitespace();
    assert_eq!(words.next(), Some("typeport"), "{line}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_typeport"));
    let output = command.args(words).current_dir(data).stdin(stdin).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    let errors: String = errors.lines().map(|line| format!("! {line}\n")).collect();
    let exit = output.status.code().unwrap_or(-1);
    let exit = if exit == 0 { String::new() } else { format!("? {exit}\n") };
    String::from_utf8(output.stdout).unwrap() + &errors + &exit
}

/// The text of a case file with what is printed now: comments and command lines stay.
fn rerun(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with("# ") {
            out += &format!("{line}\n");
        } else if let Some(command) = line.strip_prefix("$ ") {
            out += &format!("{line}\n{}\n", printed(command));
        }
    }
    out
}

#[track_caller]
fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name).with_extension("txt");
    let expected = fs::read_to_string(&path).unwrap();
    let found = rerun(&expected);
    if std::env::var_os("TYPEPORT_BLESS").is_some() {
        fs::write(&path, &found).unwrap();
        return;
    }
    let differs = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
    let at = differs.unwrap_or(found.lines().count().min(expected.lines().count()));
    let of = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
    assert!(found == expected, "{name}, line {}:\n  found    {}\n  expected {}", at + 1, of(&found), of(&expected));
}

#[test]
fn what_inspect_prints() {
    check("inspect");
}

#[test]
fn what_is_printed_of_hostile_inputs() {
    check("hostile");
}

#[test]
fn what_verify_prints() {
    check("verify");
}

#[test]
fn what_types_prints() {
    check("types");
}

#[test]
fn what_diff_prints() {
    check("diff");
}

#[test]
fn what_convert_prints() {
    check("convert");
}

#[test]
fn what_machines_get() {
    check("json");
}

#[test]
fn what_help_says() {
    check("help");
}

/// A file that no test names would be read by nobody.
#[test]
fn every_case_file_is_run() {
    let source = include_str!("cases.rs");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(source.contains(&format!("check(\"{name}\")")), "{name}");
    }
}
