//! `typeport inspect`: the content of an envelope. Imports all but the other commands.

use crate::args::{Common, Inspect, StateForm};
use crate::draw::{Drawing, type_lines};
use crate::input::{Encoding, Input, Stdin};
use crate::look::{JsonState, Look, Sizes, Unread};
use crate::page::{LINES, Page, Paint};
use crate::text::{SHOWN, count, quoted, shortened, shown};
use crate::tree::Tree;
use crate::trouble::{Answer, FINE, Fault, Trouble, WRONG, json_line};
use serde::Serialize;
use typeport::{Codec, TypeRef};

/// The most lines, without `--full`, of the type name, the nested types, and the types in the schema, each.
const LISTED: usize = 20;

pub fn run(options: &Inspect, common: &Common, stdin: &mut Stdin<'_>, paint: Paint) -> Result<Answer, Trouble> {
    let limits = common.limits();
    let schema = options.by.read(&limits, stdin)?;
    let input = Input::read(&options.file, &limits, stdin)?;
    let codec = Codec::default().limits(limits);
    let look = Look::first(&input, &codec).map_err(|trouble| trouble.with_text_of(&input.bytes))?;
    let state = match options.state {
        StateForm::None => None,
        _ => Some(look.read(&codec, &schema)),
    };
    let exit = match &state {
        Some(Err(unread)) if !unread.error.is_unlinked() => WRONG,
        _ => FINE,
    };
    if common.json {
        return Ok(Answer::json(&document(&input, &look, state.as_ref()))?.exit(exit));
    }
    let report = Report { input: &input, look: &look, paint, is_full: common.full };
    Ok(Answer::new(report.head() + &report.state(state.as_ref(), options.state)?).exit(exit))
}

/// The answer for people.
struct Report<'a> {
    input: &'a Input,
    look: &'a Look<'a>,
    paint: Paint,
    is_full: bool,
}

impl Report<'_> {
    fn head(&self) -> String {
        let look = self.look;
        let name = look.value.type_name();
        let mut out = self.row("file", &self.file());
        out += &self.row("type", &self.name(name.as_str()));
        if name.args().next().is_some() {
            out += &self.list("", type_lines(name.as_ref()).into_iter());
        }
        out += &self.row("hash", &look.value.type_hash().map(|hash| format!("{hash:016x}")).unwrap_or_default());
        out += &self.row("format", &format!("{}, envelope version {}", look.value.format(), look.version));
        let checksum = if look.has_checksum { self.paint.good("correct") } else { "none".to_owned() };
        out += &self.row("checksum", &checksum);
        out += &self.row("bytes", &sizes(&look.sizes));
        match &look.nested {
            Some(nested) if nested.is_empty() => {}
            Some(nested) => {
                let names = nested.iter().map(|nested| format!("{:016x} {}", nested.type_hash, self.name(nested.name)));
                out += &self.list("nested", names);
            }
            None => out += &self.row("nested", "not listed: the envelope exceeds the default limits"),
        }
        if let Some(types) = look.schema_types() {
            out += &self.row("schema", &count(types.len(), "type"));
            out += &self.list("", types.into_iter().map(|name| self.name(name)));
        }
        if !look.rest.is_empty() {
            out += &self.row("then", &self.rest());
        }
        out
    }

    fn row(&self, label: &str, text: &str) -> String {
        let padding = " ".repeat(LABEL.saturating_sub(label.len()));
        match text {
            "" => format!("{}\n", self.paint.label(label)),
            _ => format!("{}{padding}{text}\n", self.paint.label(label)),
        }
    }

    /// Rows below one label.
    fn list(&self, label: &str, lines: impl Iterator<Item = String>) -> String {
        let mut page = Page::new(LISTED, self.is_full);
        for (at, line) in lines.enumerate() {
            page.line(&self.row(if at == 0 { label } else { "" }, &line));
        }
        page.finish(&" ".repeat(LABEL))
    }

    fn name(&self, name: &str) -> String {
        shortened(name, if self.is_full { usize::MAX } else { SHOWN })
    }

    fn file(&self) -> String {
        let name = shown(&self.input.name);
        match self.input.encoding {
            Encoding::Bytes => name,
            Encoding::Hex => format!("{name} (hex text)"),
            Encoding::Base64 => format!("{name} (base64 text)"),
        }
    }

    fn rest(&self) -> String {
        let (n_bytes, more) = (self.look.rest.len(), if self.input.is_cut { " or more" } else { "" });
        format!("{}{more} after the first envelope, not shown", count(n_bytes, "byte"))
    }

    fn state(&self, state: Option<&Result<Tree, Unread>>, form: StateForm) -> Result<String, Trouble> {
        Ok(match state {
            None => String::new(),
            Some(Err(unread)) => self.row("state", &self.unread(unread)),
            Some(Ok(tree)) if form == StateForm::Json => {
                let line = json_line(&self.look.json(tree));
                let text = line.map_err(|error| Trouble::usage(error.to_string()))?;
                self.row("state", &shortened(text.trim_end(), if self.is_full { usize::MAX } else { LONG }))
            }
            Some(Ok(tree)) => {
                let mut page = Page::new(LINES, self.is_full);
                Drawing { page: &mut page, paint: self.paint, is_full: self.is_full }.value(tree);
                self.row("state", "") + &page.finish("  ")
            }
        })
    }

    fn unread(&self, unread: &Unread) -> String {
        let (reason, text) = (unread.reason(), quoted(&unread.text, usize::MAX));
        let line = format!("<cannot decode: {reason}; readable text in it: {text}>");
        if unread.error.is_unlinked() { self.paint.aside(&line) } else { self.paint.bad(&line) }
    }
}

/// The width of the labels.
const LABEL: usize = 10;
/// The most characters of a state as JSON without `--full`: about as many as in the lines of a tree.
const LONG: usize = 16_000;

fn sizes(sizes: &Sizes) -> String {
    let Sizes { header, state, names, schema, checksum, total } = *sizes;
    let parts = [("header", header), ("state", state), ("names", names), ("schema", schema), ("checksum", checksum)];
    let parts = parts.iter().filter(|(what, size)| *size > 0 || *what == "state");
    let parts: Vec<String> = parts.map(|(what, size)| format!("{what} {size}")).collect();
    format!("{total}: {}", parts.join(", "))
}

/// The answer in JSON; the README describes the fields.
#[derive(Serialize)]
struct Document<'a> {
    file: &'a str,
    encoding: Encoding,
    version: u8,
    format: &'static str,
    checksum: bool,
    #[serde(rename = "type")]
    name: &'a str,
    type_tree: Node<'a>,
    type_hash: Option<String>,
    sizes: &'a Sizes,
    nested: Option<Vec<Nested<'a>>>,
    schema_types: Option<Vec<&'a str>>,
    following_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State<'a>>,
}

#[derive(Serialize)]
struct Node<'a> {
    origin: &'a str,
    args: Vec<Node<'a>>,
}

#[derive(Serialize)]
struct Nested<'a> {
    #[serde(rename = "type")]
    name: &'a str,
    type_hash: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum State<'a> {
    Value { value: JsonState<'a> },
    Unread { error: Fault, text: &'a str },
}

fn document<'a>(input: &'a Input, look: &'a Look<'a>, state: Option<&'a Result<Tree, Unread>>) -> Document<'a> {
    let of_nested = |nested: &typeport::NestedType<'a>| Nested {
        name: nested.name,
        type_hash: format!("{:016x}", nested.type_hash),
    };
    Document {
        file: &input.name,
        encoding: input.encoding,
        version: look.version,
        format: look.value.format().name(),
        checksum: look.has_checksum,
        name: look.value.type_name().as_str(),
        type_tree: node(look.value.type_name().as_ref()),
        type_hash: look.value.type_hash().map(|hash| format!("{hash:016x}")),
        sizes: &look.sizes,
        nested: look.nested.as_ref().map(|nested| nested.iter().map(of_nested).collect()),
        schema_types: look.schema_types(),
        following_bytes: look.rest.len(),
        state: state.map(|state| match state {
            Ok(tree) => State::Value { value: look.json(tree) },
            Err(unread) => State::Unread { error: (&unread.error).into(), text: &unread.text },
        }),
    }
}

fn node(name: TypeRef<'_>) -> Node<'_> {
    Node { origin: name.origin(), args: name.args().map(node).collect() }
}
