//! The results of a command: an answer or an error, as a line or as JSON. Imports `page` and `text` only.

use crate::page::Paint;
use crate::text::{plain_json, quoted, shortened, shown};
use serde::Serialize;
use typeport::readable_text;

/// Exit code: success, or both inputs are the same.
pub const FINE: u8 = 0;
/// Exit code: an input is invalid, or the inputs differ.
pub const WRONG: u8 = 1;
/// Exit code: no answer, because of wrong usage or an unreadable file.
pub const TROUBLE: u8 = 2;

/// The most characters of a foreign message.
const MESSAGE: usize = 400;

/// The output of a command.
#[derive(Default)]
pub struct Answer {
    /// For standard output.
    pub text: String,
    /// For standard error.
    pub errors: Vec<Trouble>,
    pub exit: u8,
}

impl Answer {
    pub fn new(text: String) -> Self {
        Answer { text, errors: Vec::new(), exit: FINE }
    }

    /// One JSON document on a line.
    pub fn json(value: &impl Serialize) -> Result<Self, Trouble> {
        json_line(value)
            .map(Answer::new)
            .map_err(|error| Trouble::usage(format!("the answer cannot be written as JSON: {error}")))
    }

    pub fn exit(mut self, exit: u8) -> Self {
        self.exit = exit;
        self
    }
}

/// One JSON document, on a line of its own.
pub fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(plain_json(&serde_json::to_string(value)?) + "\n")
}

/// An error and its file.
#[derive(Debug)]
pub struct Trouble {
    pub file: Option<String>,
    pub fault: Fault,
    pub exit: u8,
}

/// An error, in its JSON form.
#[derive(Debug, Serialize)]
pub struct Fault {
    /// The code of a typeport error; `None` for other errors.
    code: Option<u16>,
    kind: &'static str,
    /// The path in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<Box<str>>,
    pub message: String,
    /// The readable text in bytes that are not an envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Box<str>>,
}

/// The code of the error for bytes that do not begin like an envelope.
const NO_ENVELOPE: u16 = 1;

impl From<&typeport::Error> for Fault {
    fn from(error: &typeport::Error) -> Self {
        let kinds = [
            (error.is_io(), "io"),
            (error.is_limit(), "limit"),
            (error.is_malformed(), "malformed"),
            (error.is_mismatch(), "mismatch"),
            (error.is_unlinked(), "no_schema"),
        ];
        let kind = kinds.iter().find_map(|(is_it, kind)| is_it.then_some(*kind)).unwrap_or("other");
        Fault {
            code: Some(error.code()),
            kind,
            path: error.path().map(Box::from),
            message: error.to_string(),
            text: None,
        }
    }
}

impl Trouble {
    /// The error of an invalid input.
    pub fn wrong(file: &str, error: &typeport::Error) -> Self {
        Trouble { file: Some(file.to_owned()), fault: error.into(), exit: WRONG }
    }

    /// The error of a file that cannot be read.
    pub fn io(file: &str, error: std::io::Error) -> Self {
        Trouble { exit: TROUBLE, ..Trouble::wrong(file, &error.into()) }
    }

    /// The error of an invalid schema file. The message may quote the file, so it is cut.
    pub fn schema(file: &str, message: &str) -> Self {
        Trouble { file: Some(file.to_owned()), fault: fault("schema", shortened(message, MESSAGE)), exit: TROUBLE }
    }

    /// The error of wrong usage.
    pub fn usage(message: String) -> Self {
        Trouble { file: None, fault: fault("usage", message), exit: TROUBLE }
    }

    /// Adds the readable text in these bytes, if they are not an envelope: it may show what they are, an old pickle for example.
    pub fn with_text_of(mut self, bytes: &[u8]) -> Self {
        if self.fault.code == Some(NO_ENVELOPE) && !bytes.is_empty() {
            self.fault.text = Some(readable_text(bytes).into());
        }
        self
    }

    pub fn with_exit(mut self, exit: u8) -> Self {
        self.exit = exit;
        self
    }

    /// For people.
    pub fn line(&self, paint: Paint) -> String {
        let file = self.file.as_ref().map(|file| format!("{}: ", shown(file))).unwrap_or_default();
        let text = match self.fault.text.as_deref() {
            None => String::new(),
            Some("") => "; it contains no readable text".to_owned(),
            Some(text) => format!("; readable text in it: {}", quoted(text, usize::MAX)),
        };
        format!("{} {file}{}{text}\n", paint.bad("error:"), shown(&self.fault.message))
    }

    /// For machines.
    pub fn json(&self) -> String {
        #[derive(Serialize)]
        struct Document<'a> {
            file: &'a Option<String>,
            error: &'a Fault,
        }
        json_line(&Document { file: &self.file, error: &self.fault }).unwrap_or_default()
    }
}

fn fault(kind: &'static str, message: String) -> Fault {
    Fault { code: None, kind, path: None, message, text: None }
}
