//! Reads inputs: envelopes as bytes or as text, and schema files. Imports `args`,
//! `encoding`, `trouble`.

use crate::args::BySchema;
use crate::encoding::{base64, hex};
use crate::trouble::Trouble;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use typeport::{Limits, Schema};

/// Standard input, which can be read once.
pub struct Stdin<'r>(pub Option<&'r mut dyn Read>);

/// The bytes of a file, decoded if the file is hex or base64.
pub struct Input {
    /// The name that the user gave.
    pub name: String,
    pub bytes: Vec<u8>,
    pub encoding: Encoding,
    /// Whether the file may be longer than the bytes read.
    pub is_cut: bool,
}

/// The encoding of the bytes in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    Bytes,
    Hex,
    Base64,
}

impl Input {
    /// Reads a file, or standard input for `-`: at most one byte more than an envelope may have.
    pub fn read(path: &Path, limits: &Limits, stdin: &mut Stdin<'_>) -> Result<Self, Trouble> {
        let name = path.to_string_lossy().into_owned();
        let most = limits.envelope_bytes as u64;
        let mut read = Vec::new();
        let result = match name.as_str() {
            "-" => {
                let twice = || Trouble::usage("standard input can be read only once: give `-` for one input".into());
                stdin.0.take().ok_or_else(twice)?.take(most.saturating_add(1)).read_to_end(&mut read)
            }
            _ => File::open(path).and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut read)),
        };
        result.map_err(|error| Trouble::io(&name, error))?;
        let is_cut = read.len() > limits.envelope_bytes;
        let (bytes, encoding) = decoded(read);
        Ok(Input { name, bytes, encoding, is_cut })
    }

    /// Whether the input can only be a schema: no envelope begins with `{`, as bytes or as text.
    pub fn is_schema(&self) -> bool {
        self.bytes.trim_ascii_start().first() == Some(&b'{')
    }

    /// Parses the input as a schema.
    pub fn schema(&self) -> Result<Schema, Trouble> {
        serde_json::from_slice(&self.bytes)
            .map_err(|error| Trouble::schema(&self.name, &format!("not a schema: {error}")))
    }

    /// An error in the input, with a note if the input was not read to its end.
    pub fn wrong(&self, error: &typeport::Error) -> Trouble {
        let mut trouble = Trouble::wrong(&self.name, error);
        if self.is_cut {
            let note = format!("; only the first {} bytes of the input were read", self.bytes.len());
            trouble.fault.message.push_str(&note);
        }
        trouble
    }
}

impl BySchema {
    /// The schema of the arguments; an empty one if none is given.
    pub fn read(&self, limits: &Limits, stdin: &mut Stdin<'_>) -> Result<Schema, Trouble> {
        match &self.schema {
            Some(path) => Input::read(path, limits, stdin)?.schema(),
            None => Ok(Schema::default()),
        }
    }
}

/// The decoded bytes, if the text is hex or base64 of an envelope; otherwise the same bytes.
fn decoded(read: Vec<u8>) -> (Vec<u8>, Encoding) {
    if !begins_an_envelope(&read) {
        let forms = [(hex as fn(&[u8]) -> Option<Vec<u8>>, Encoding::Hex), (base64, Encoding::Base64)];
        for (decode, encoding) in forms {
            if let Some(bytes) = decode(&read).filter(|bytes| begins_an_envelope(bytes)) {
                return (bytes, encoding);
            }
        }
    }
    (read, Encoding::Bytes)
}

fn begins_an_envelope(bytes: &[u8]) -> bool {
    matches!(bytes, [0xd7, version_and_flags, ..] if version_and_flags >> 4 == 1)
}
