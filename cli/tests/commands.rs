//! What no case file can say well: completions, man pages, colours, and how much is read.

use std::ffi::OsString;
use std::io::Read;
use typeport_cli::{Output, Terminals, run};

fn typeport(line: &str, stdin: &mut dyn Read, is_terminal: bool) -> Output {
    let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
    run(&arguments, stdin, Terminals { stdout: is_terminal, stderr: is_terminal })
}

const COMMANDS: [&str; 7] = ["inspect", "verify", "types", "diff", "convert", "completions", "man"];

#[test]
fn each_shell_completes_each_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = typeport(&format!("typeport completions {shell}"), &mut std::io::empty(), false);
        assert_eq!(output.exit, 0);
        let missing = COMMANDS.iter().find(|command| !output.stdout.contains(**command));
        assert_eq!(missing, None, "{shell}");
    }
}

#[test]
fn the_man_page_names_each_command_and_each_command_has_its_own() {
    let page = typeport("typeport man", &mut std::io::empty(), false).stdout;
    assert!(page.contains(".TH typeport 1") && page.contains("Exit codes:"), "{page}");
    for command in COMMANDS {
        assert!(page.contains(&format!("typeport\\-{command}(1)")), "{command}: {page}");
        let own = typeport(&format!("typeport man {command}"), &mut std::io::empty(), false).stdout;
        assert!(own.contains(&format!(".TH typeport-{command} 1")), "{own}");
        assert!(own.contains(&format!("\\fBtypeport {command}\\fR")), "{own}");
    }
}

/// The variable `NO_COLOR` is set for a process of its own: in this one, other tests run.
#[test]
fn colour_is_for_terminals() {
    let bytes = typeport::to_vec(&7_i64).unwrap();
    let is_coloured = |line: &str, is_terminal| {
        let output = typeport(line, &mut bytes.as_slice(), is_terminal);
        assert_eq!(output.exit, 0);
        output.stdout.contains('\u{1b}')
    };
    assert!(!is_coloured("typeport inspect -", false));
    assert!(is_coloured("typeport inspect - --color always", false));
    assert!(!is_coloured("typeport inspect - --color never", true));
    assert!(!is_coloured("typeport inspect - --json --color always", true));
    if std::env::var_os("NO_COLOR").is_none() {
        assert!(is_coloured("typeport inspect -", true));
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        let again = again.arg("colour_is_for_terminals").env("NO_COLOR", "1").output().unwrap();
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
    } else {
        assert!(!is_coloured("typeport inspect -", true));
    }
}

/// A reader without end, which counts what is taken of it.
struct Endless(usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(0xd7);
        self.0 += buffer.len();
        Ok(buffer.len())
    }
}

#[test]
fn no_more_is_read_than_an_envelope_may_have() {
    let mut endless = Endless(0);
    let output = typeport("typeport inspect -", &mut endless, false);
    assert_eq!(output.exit, 1);
    assert_eq!(endless.0, typeport::Limits::default().envelope_bytes + 1);
    assert!(output.stderr.contains("only the first 16777217 bytes of the input were read"), "{}", output.stderr);
}

#[test]
fn an_envelope_of_more_than_the_default_limits_is_read_with_trust() {
    let codec = typeport::Codec::default().limits(typeport::Limits::trusted());
    let bytes = codec.to_vec(&"x".repeat(17 << 20)).unwrap();
    let output = typeport("typeport inspect -", &mut bytes.as_slice(), false);
    assert!(output.stderr.contains("envelope_bytes is 16777216"), "{}", output.stderr);
    let output = typeport("typeport inspect - --trusted", &mut bytes.as_slice(), false);
    assert_eq!(output.exit, 0, "{}", output.stderr);
    assert!(output.stdout.contains("(17825792 characters)") && output.stdout.len() < 1000, "{}", output.stdout);
}

#[test]
fn a_state_of_many_parts_is_shown_in_part() {
    let bytes = typeport::to_vec(&(0..500).map(|number| format!("number {number}")).collect::<Vec<_>>()).unwrap();
    let lines = |line: &str| typeport(line, &mut bytes.as_slice(), false).stdout.lines().map(str::to_owned).collect();
    let (page, whole): (Vec<_>, Vec<String>) = (lines("typeport inspect -"), lines("typeport inspect - --full"));
    assert_eq!(whole.len(), page.len() + 299, "200 of 500 lines, and one that says so");
    assert_eq!(page.last().unwrap(), "  .. 300 more lines: --full shows them");
}

#[test]
fn many_numbers_are_rows_and_no_wall() {
    let bytes = typeport::to_vec(&(vec![255_u8; 1_000_000], (1..40).collect::<Vec<u64>>())).unwrap();
    let output = typeport("typeport inspect -", &mut bytes.as_slice(), false).stdout;
    let state: Vec<&str> = output.lines().skip_while(|line| *line != "state").skip(1).collect();
    assert_eq!(state.len(), 1 + 8 + 1 + 1 + 2, "{output}");
    assert_eq!(state[1..3], [format!("    [0]{}", " 255".repeat(15)), format!("    [15]{}", " 255".repeat(15))]);
    assert_eq!(state[9], "    .. 999880 more elements: --full shows them");
    let whole = typeport("typeport inspect - --full", &mut bytes.as_slice(), false).stdout;
    assert_eq!(whole.matches(" 255").count(), 1_000_000);
    let last = "    [23] 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39";
    assert_eq!((state[12], whole.lines().last()), (last, Some(last)));
}

#[test]
fn an_argument_does_not_reach_the_terminal_raw() {
    let arguments: Vec<OsString> = ["typeport", "inspect", "--state", "\u{1b}[2J"].map(OsString::from).to_vec();
    let output = run(&arguments, &mut std::io::empty(), Terminals::default());
    assert!(output.stderr.contains("\\u{1b}[2J") && !output.stderr.contains('\u{1b}'), "{}", output.stderr);
}
