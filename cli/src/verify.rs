//! `typeport verify`: checks that envelopes are sound. Imports all but the other commands.

use crate::args::{Common, Verify};
use crate::input::{Input, Stdin};
use crate::look::{Look, Unread};
use crate::page::Paint;
use crate::text::{SHOWN, shortened, shown};
use crate::trouble::{Answer, FINE, Fault, Trouble};
use serde::Serialize;
use std::path::Path;
use typeport::{Codec, Schema};

pub fn run(options: &Verify, common: &Common, stdin: &mut Stdin<'_>, paint: Paint) -> Result<Answer, Trouble> {
    let limits = common.limits();
    let schema = options.by.read(&limits, stdin)?;
    let codec = Codec::default().limits(limits);
    let mut check = |path: &Path| verify(path, common, stdin, &codec, &schema);
    let verdicts: Vec<_> = options.files.iter().map(|path| check(path)).collect();
    let exit = verdicts.iter().map(|verdict| verdict.as_ref().map_or_else(|trouble| trouble.exit, |_| FINE)).max();
    let exit = exit.unwrap_or(FINE);
    if common.json {
        let files: Vec<Row<'_>> =
            options.files.iter().zip(&verdicts).map(|(path, verdict)| row(path, verdict)).collect();
        return Ok(Answer::json(&Document { sound: exit == FINE, files })?.exit(exit));
    }
    let mut answer = Answer::default().exit(exit);
    for (path, verdict) in options.files.iter().zip(verdicts) {
        match verdict {
            Ok(sound) => answer.text += &line(path, &sound, paint),
            Err(trouble) => answer.errors.push(trouble),
        }
    }
    Ok(answer)
}

/// A sound envelope.
struct Sound {
    name: String,
    /// The reason, if its state was not read.
    unread: Option<Unread>,
}

fn verify(
    path: &Path,
    common: &Common,
    stdin: &mut Stdin<'_>,
    codec: &Codec,
    schema: &Schema,
) -> Result<Sound, Trouble> {
    let input = Input::read(path, &common.limits(), stdin)?;
    let look = Look::only(&input, codec)?;
    let unread = look.read(codec, schema).err();
    let name = look.value.type_name().to_string();
    match unread {
        Some(unread) if !unread.error.is_unlinked() => Err(input.wrong(&unread.error)),
        unread => Ok(Sound { name, unread }),
    }
}

fn line(path: &Path, sound: &Sound, paint: Paint) -> String {
    let (file, name) = (shown(&path.to_string_lossy()), shortened(&sound.name, SHOWN));
    let note = sound.unread.as_ref().map(|unread| format!(" (state not read: {})", unread.reason()));
    format!("{} {file}: {name}{}\n", paint.good("sound:"), note.unwrap_or_default())
}

/// The answer in JSON; the README describes the fields.
#[derive(Serialize)]
struct Document<'a> {
    sound: bool,
    files: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    file: String,
    sound: bool,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Fault>,
}

fn row<'a>(path: &Path, verdict: &'a Result<Sound, Trouble>) -> Row<'a> {
    let sound = verdict.as_ref().ok();
    Row {
        file: path.to_string_lossy().into_owned(),
        sound: sound.is_some(),
        name: sound.map(|sound| sound.name.as_str()),
        state_read: sound.map(|sound| sound.unread.is_none()),
        error: verdict.as_ref().err().map(|trouble| &trouble.fault),
    }
}
