//! Counts the instructions of a program with valgrind.

use std::process::{Command, Stdio};

/// Whether there is something that counts; says so if not.
pub fn can_count() -> bool {
    let is_there = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !is_there {
        println!("skipped: no valgrind; install it to count instructions");
    }
    is_there
}

/// The instructions that this program takes within functions of the name `measured`, when it runs with `arguments`.
///
/// # Panics
///
/// If nothing was counted.
pub fn instructions(arguments: &[&str]) -> u64 {
    let program = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new("valgrind");
    // The C library may copy by one instruction that valgrind counts once a byte.
    command.env("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-ERMS");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"]);
    command.arg("--toggle-collect=*::measured*").arg(program).args(arguments);
    let output = command.output().expect("valgrind can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    counted.filter(|count| *count > 0).unwrap_or_else(|| panic!("{arguments:?}: valgrind counts nothing: {said}"))
}
