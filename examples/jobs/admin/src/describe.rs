//! Describes stored bytes on one line: the content of an envelope, or the readable text of other bytes. Imports jobs-store,
//! typeport.

use jobs_store::{Outcome, escaped};
use typeport::{Envelope, Error, readable_text};

/// The type of a job, or a description of the bytes if they are not a job.
pub fn job(bytes: &[u8]) -> Result<String, String> {
    let envelope = Envelope::parse(bytes).map_err(|error| no_envelope(bytes, &error))?;
    Ok(envelope.type_name().to_string())
}

/// What came of a job.
pub fn outcome(bytes: &[u8]) -> String {
    let outcome: Outcome = match typeport::from_slice(bytes) {
        Ok(outcome) => outcome,
        Err(error) if Envelope::parse(bytes).is_ok() => return format!("no outcome: {}", escaped(&error.to_string())),
        Err(error) => return no_envelope(bytes, &error),
    };
    match outcome {
        Ok(value) => format!("a {}", value.type_name()),
        Err(failure) => {
            let of = failure.type_name().map_or("text".to_owned(), |name| name.to_string());
            format!("failed with {of}: {}", escaped(&format!("{failure:#}")))
        }
    }
}

fn no_envelope(bytes: &[u8], error: &Error) -> String {
    let message = error.to_string();
    // What it is; the rest of the message is for those who look into one envelope.
    let what = message.split(':').next().unwrap_or_default();
    let like = match bytes.trim_ascii_start().first() {
        Some(b'{' | b'[' | b'"') => " (starts like JSON)",
        _ => "",
    };
    match readable_text(bytes) {
        text if text.is_empty() => format!("{what}{like}; no text in it"),
        text => format!("{what}{like}; text in it: \"{text}\""),
    }
}
