//! Many inputs through the command line in this process: the samples, which are up to date; the golden envelopes; and ten
//! thousand damaged ones. Nothing panics, nothing a terminal acts on is printed, nothing is long.

mod samples;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use typeport::Limits;
use typeport_cli::{Output, Terminals, run};

/// More than any page: lines of a state and of the lists, each with its longest text.
const LONGEST: usize = 200_000;

fn typeport(line: &str, mut stdin: &[u8]) -> Output {
    let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
    run(&arguments, &mut stdin, Terminals::default())
}

/// Whether a terminal only shows this character: an own list, not the one under test.
fn is_harmless(character: char) -> bool {
    let is_format = matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}')
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(character, '\u{e0000}'..='\u{e0fff}');
    character == '\n' || !(character.is_control() || is_format)
}

#[track_caller]
fn check_output(what: &str, output: &Output) {
    for text in [&output.stdout, &output.stderr] {
        let harmful = text.chars().find(|character| !is_harmless(*character));
        assert_eq!(harmful, None, "{what}: {text:?}");
        assert!(text.len() <= LONGEST, "{what}: {} bytes", text.len());
    }
}

#[test]
fn the_inputs_of_the_tests_are_up_to_date() {
    for (name, bytes) in samples::files() {
        let found = fs::read(samples::folder().join(name)).unwrap_or_default();
        assert!(found == bytes, "{name}: run `cargo run -p typeport-cli --example data`");
    }
    let n_files = fs::read_dir(samples::folder()).unwrap().count();
    assert_eq!(n_files, samples::files().len(), "a file that nothing makes");
}

#[test]
fn every_golden_envelope_is_inspected_and_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/v0.1");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let envelopes: Vec<_> = paths.filter(|path| path.extension().is_some_and(|extension| extension == "bin")).collect();
    assert!(envelopes.len() > 200, "{}", envelopes.len());
    let mut n_read = 0;
    for path in envelopes {
        let bytes = fs::read(&path).unwrap();
        for line in ["typeport inspect -", "typeport inspect - --json", "typeport verify -", "typeport types -"] {
            let output = typeport(line, &bytes);
            check_output(&path.display().to_string(), &output);
            assert_eq!(output.exit, 0, "{line}: {}: {}{}", path.display(), output.stdout, output.stderr);
        }
        n_read += usize::from(!typeport("typeport inspect -", &bytes).stdout.contains("<cannot decode: no schema"));
    }
    println!("{n_read} states read");
    assert!(n_read > 150, "{n_read} states read: those of the standard library and those in JSON need no schema");
}

/// A JSON state of a type that nobody knows may be anything: here, brackets that a parser without bounds follows.
#[test]
fn a_deep_state_is_an_error() {
    let codec = typeport::Codec::default().format(typeport::Format::Json).checksum(false);
    let shallow = codec.to_vec(&"@".to_owned()).unwrap();
    let header = &shallow[..shallow.len() - 3];
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [60, 250, 10_000, 100_000] {
            let mut bytes = [header, open.repeat(depth).as_bytes(), b"1", close.repeat(depth).as_bytes()].concat();
            let length = bytes.len() as u32;
            bytes[3..7].copy_from_slice(&length.to_le_bytes());
            for line in
                ["typeport inspect -", "typeport verify -", "typeport convert -", "typeport inspect - --trusted"]
            {
                let output = typeport(line, &bytes);
                check_output(line, &output);
                let limits = if line.ends_with("--trusted") { Limits::trusted() } else { Limits::default() };
                let is_refused = depth > limits.depth;
                assert_eq!(output.exit, u8::from(is_refused), "{line}: {depth}: {}{}", output.stdout, output.stderr);
            }
        }
    }
}

/// Numbers in an order that a seed gives, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// One change: a bit, a byte, a piece out, a piece twice, an escape sequence in, the end off.
fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = numbers.below(bytes.len());
    let end = (at + 1 + numbers.below(8)).min(bytes.len());
    match numbers.below(6) {
        _ if bytes.is_empty() => {}
        0 => bytes[at] ^= 1 << numbers.below(8),
        1 => bytes[at] = [0, 1, 0x1b, 0x7f, 0x80, 0xff][numbers.below(6)],
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        4 => drop(bytes.splice(at..end, *b"\x1b[2J\xe2\x80\xae")),
        _ => bytes.truncate(at),
    }
}

/// Makes length and checksum right again, so that the damage is what is read.
fn repair(bytes: &mut Vec<u8>) {
    if bytes.len() > 12 && bytes[1] & 1 == 1 {
        bytes.truncate(bytes.len() - 4);
        let length = bytes.len() as u32 + 4;
        bytes[3..7].copy_from_slice(&length.to_le_bytes());
        let checksum = crc32c::crc32c(bytes);
        bytes.extend(checksum.to_le_bytes());
    }
}

#[test]
fn damaged_inputs_neither_panic_nor_reach_the_terminal() {
    let names =
        ["job.schema.bin", "job.json.bin", "job.bincode.bin", "batch.schema.bin", "hostile.schema.bin", "two.bin"];
    let others = ["measures.bin", "hostile.json.bin", "hostile.bin", "job.hex", "job.b64"];
    let files = samples::files();
    let files: Vec<_> = files.iter().filter(|(name, _)| names.contains(name) || others.contains(name)).collect();
    assert_eq!(files.len(), names.len() + others.len());
    let lines =
        ["typeport inspect -", "typeport inspect - --json", "typeport inspect - --state json", "typeport verify -"];
    let (mut numbers, mut n_shown) = (Numbers(0x5eed), 0);
    for turn in 0..10_000 {
        let (name, bytes) = files[turn % files.len()];
        let mut bytes = bytes.clone();
        for _ in 0..=numbers.below(3) {
            damage(&mut bytes, &mut numbers);
        }
        if numbers.below(4) > 0 {
            repair(&mut bytes);
        }
        let output = typeport(lines[numbers.below(lines.len())], &bytes);
        check_output(&format!("turn {turn}, {name}"), &output);
        assert!(output.exit < 2, "turn {turn}, {name}: {}", output.stderr);
        n_shown += usize::from(output.exit == 0);
    }
    println!("{n_shown} of 10000 were shown");
    assert!(n_shown > 1000, "{n_shown}: the damage is to be behind the header, too");
}
