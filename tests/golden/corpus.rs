//! The files of the corpus and their manifest. Imports `samples`.
//!
//! Invariant: the corpus is append-only. `TYPEPORT_BLESS=1 cargo test --all-features --test golden` adds missing envelopes; it
//! never changes an envelope or a line of the manifest, and nothing else does.

use crate::samples::{Sample, samples};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};
use typeport::{Codec, Format};

/// One envelope of the corpus, and the sample that it was made of.
pub struct Entry {
    pub manifest: Manifest,
    /// The line of the manifest.
    pub line: String,
    pub bytes: Vec<u8>,
    pub sample: &'static Sample,
    pub format: Format,
}

/// The manifest's entry for an envelope; its value is compared as text, since JSON numbers can be of any size.
#[derive(Deserialize)]
pub struct Manifest {
    pub file: String,
    #[serde(rename = "type")]
    pub type_name: String,
    pub format: String,
    pub checksum: bool,
    pub crc32c: String,
}

impl Entry {
    /// The codec that wrote it.
    pub fn codec(&self) -> Codec {
        Codec::default().format(self.format).checksum(self.manifest.checksum)
    }

    /// The value as the manifest has it.
    pub fn value(&self) -> &str {
        let (_, value) = self.line.split_once(",\"value\":").expect("a line has a value");
        value.strip_suffix('}').expect("a line is an object")
    }
}

/// What a sample gives for one file.
struct Expected {
    file: String,
    line: String,
    bytes: Vec<u8>,
    sample: &'static Sample,
    format: Format,
}

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(samples);
static CORPUS: LazyLock<Vec<Entry>> = LazyLock::new(load);

/// All envelopes, in the order of the manifest.
pub fn corpus() -> &'static [Entry] {
    &CORPUS
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v0.1")
}

pub fn crc(bytes: &[u8]) -> String {
    format!("{:08x}", crc32c::crc32c(bytes))
}

/// All files that the samples make.
fn expected() -> Vec<Expected> {
    let mut expected = Vec::new();
    for sample in SAMPLES.iter() {
        // A third of the samples is there without checksum as well: which, depends on nothing but the name.
        let checksums: &[bool] =
            if crc32c::crc32c(sample.label.as_bytes()) % 3 == 0 { &[true, false] } else { &[true] };
        for (format, checksum) in
            sample.formats.iter().flat_map(|format| checksums.iter().map(move |on| (*format, *on)))
        {
            expected.push(expect(sample, format, checksum));
        }
    }
    expected
}

fn expect(sample: &'static Sample, format: Format, checksum: bool) -> Expected {
    let bytes = sample.encode(&Codec::default().format(format).checksum(checksum));
    let plain = if checksum { "" } else { ".plain" };
    let file = format!("{}.{}{plain}.bin", sample.label, format.name());
    let present = sample.value.type_name().to_string();
    let line = format!(
        "{{\"file\":\"{file}\",\"type\":{},\"format\":\"{}\",\"checksum\":{checksum},\"crc32c\":\"{}\",\"value\":{}}}",
        serde_json::to_string(sample.former.unwrap_or(&present)).unwrap(),
        format.name(),
        crc(&bytes),
        sample.json(),
    );
    Expected { file, line, bytes, sample, format }
}

fn manifest_path() -> PathBuf {
    folder().join("manifest.json")
}

/// The items of the manifest, one a line.
fn manifest_lines() -> Vec<String> {
    let text = fs::read_to_string(manifest_path()).unwrap_or_default();
    let items = text.lines().filter(|line| line.starts_with('{'));
    items.map(|line| line.trim_end_matches(',').to_owned()).collect()
}

fn manifest_of(line: &str) -> Manifest {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("manifest.json: {line}: {error}"))
}

fn load() -> Vec<Entry> {
    let mut lines = manifest_lines();
    let expected = expected();
    if cfg!(miri) {
        // There are fewer samples there.
        let heads: Vec<String> = expected.iter().map(|new| format!("{{\"file\":\"{}\",", new.file)).collect();
        lines.retain(|line| heads.iter().any(|head| line.starts_with(head)));
    }
    let known: Vec<String> = lines.iter().map(|line| manifest_of(line).file).collect();
    let missing: Vec<&Expected> = expected.iter().filter(|new| !known.contains(&new.file)).collect();
    if env::var_os("TYPEPORT_BLESS").is_some() {
        lines.extend(missing.iter().map(|new| bless(new)));
        fs::write(manifest_path(), format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    } else if let Some(new) = missing.first() {
        panic!("{} samples, {} the first, are not in the corpus: set TYPEPORT_BLESS=1 once", missing.len(), new.file);
    }
    let mut expected: HashMap<String, Expected> = expected.into_iter().map(|new| (new.file.clone(), new)).collect();
    lines.into_iter().filter_map(|line| entry(line, &mut expected)).collect()
}

/// Writes a new envelope and gives its line.
fn bless(new: &Expected) -> String {
    let path = folder().join(&new.file);
    assert!(!path.exists(), "{} stands there without a line in the manifest: nothing is overwritten", new.file);
    fs::write(path, &new.bytes).unwrap();
    println!("{} is new", new.file);
    new.line.clone()
}

fn entry(line: String, expected: &mut HashMap<String, Expected>) -> Option<Entry> {
    let manifest = manifest_of(&line);
    // The text of the system is another enum variant there, which this system does not write.
    if cfg!(not(unix)) && manifest.type_name == "OsString" {
        return None;
    }
    let Some(sample) = expected.remove(&manifest.file) else {
        panic!("{}: its sample is gone: nothing is taken out of the corpus", manifest.file)
    };
    let bytes = fs::read(folder().join(&manifest.file)).unwrap_or_else(|error| panic!("{}: {error}", manifest.file));
    assert_eq!(crc(&bytes), manifest.crc32c, "{}: the file has changed", manifest.file);
    assert_eq!(sample.line, line, "{}: its line, or what this version writes, has changed", manifest.file);
    Some(Entry { manifest, line, bytes, sample: sample.sample, format: sample.format })
}
