//! No abort on a stack of any size, at any level of optimisation.
//!
//! The level of this test's own profile, 0 by default, is always tried; with `TYPEPORT_OPT_LEVELS=all` so are 1 and 3, for
//! which the child is compiled again.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Values of many levels, an encode, and collections of one large element, each the root of its value.
const WAYS: [&str; 10] = ["typed", "dynamic", "erased", "encode", "vector", "set", "sorted", "heap", "tree", "map"];
const FORMATS: [&str; 3] = ["postcard", "bincode", "json"];
const KIB: usize = 1 << 10;

/// From 64 KiB to 8 MiB, a bit more than a fifth from one to the next: the next level fits in, or just does not, somewhere.
fn stacks() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(64 * KIB), |size| Some(size + size / 5)).take_while(|size| *size < 10 << 20)
}

fn check(child: &Path) {
    let mut aborts = Vec::new();
    for way in WAYS {
        for format in FORMATS {
            for stack in stacks() {
                let output = Command::new(child).args([way, format, &stack.to_string()]).output().expect("a child");
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                let is_sound = said == "done\n" || said.contains("stack nearly exhausted");
                if !output.status.success() || !is_sound {
                    aborts.push(format!("{way} {format} {stack}: {} {said}", output.status));
                }
                // What a thread has that asks for nothing is enough.
                assert!(stack < 2048 * KIB || said == "done\n", "{way} {format} {stack}: {said}");
            }
        }
    }
    assert!(
        aborts.is_empty(),
        "{} of {}:\n{}",
        aborts.len(),
        WAYS.len() * FORMATS.len() * stacks().count(),
        aborts.join("\n")
    );
}

#[test]
fn no_stack_size_aborts() {
    check(Path::new(env!("CARGO_BIN_EXE_stacks")));
}

#[test]
fn no_stack_size_aborts_at_other_levels_of_optimisation() {
    if std::env::var("TYPEPORT_OPT_LEVELS").is_ok_and(|levels| levels == "all") {
        for level in ["1", "3"] {
            check(&compiled(level));
        }
    }
}

/// The child, compiled at this level, in a folder of its own.
fn compiled(level: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("opt-levels");
    let setting = format!("profile.dev.opt-level={level}");
    let mut build = Command::new(env!("CARGO"));
    build
        .args(["build", "--locked", "--offline", "--package", "stacks", "--config", &setting, "--target-dir"])
        .arg(&target);
    let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo");
    assert!(status.success(), "opt-level {level}");
    let child = target.join("debug").join("stacks");
    let copy = target.join(format!("stacks-{level}"));
    std::fs::copy(child, &copy).expect("it was just built");
    copy
}
