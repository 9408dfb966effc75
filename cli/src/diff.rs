//! `typeport diff`: compares two envelopes or two schemas. Imports all but the other commands.

use crate::args::{Common, Diff};
use crate::input::{Input, Stdin};
use crate::look::Look;
use crate::page::{LINES, Page, Paint};
use crate::schema_diff;
use crate::text::{count, shown};
use crate::tree::Tree;
use crate::tree_diff::{Difference, Search};
use crate::trouble::{Answer, FINE, TROUBLE, Trouble, WRONG};
use serde::Serialize;
use typeport::{Codec, Schema};

/// The most characters of a value on a line, without `--full`.
const VALUE: usize = 60;

pub fn run(options: &Diff, common: &Common, stdin: &mut Stdin<'_>, paint: Paint) -> Result<Answer, Trouble> {
    let limits = common.limits();
    let schema = options.by.read(&limits, stdin)?;
    let before = Input::read(&options.before, &limits, stdin)?;
    let after = Input::read(&options.after, &limits, stdin)?;
    let (differences, note) = match (before.is_schema(), after.is_schema()) {
        (true, true) => (schema_diff::compare(&before.schema()?, &after.schema()?), None),
        (false, false) => {
            let codec = Codec::default().limits(limits);
            let [before, after] = [&before, &after].map(|input| Look::first(input, &codec));
            let (before, after) = (before.map_err(as_trouble)?, after.map_err(as_trouble)?);
            compare(&before, &after, &codec, &schema)
        }
        _ => return Err(Trouble::usage("cannot compare an envelope with a schema".into())),
    };
    let exit = if differences.is_empty() { FINE } else { WRONG };
    if common.json {
        return Ok(Answer::json(&Document { same: differences.is_empty(), differences, note })?.exit(exit));
    }
    Ok(Answer::new(text(&differences, note, common.full, paint)).exit(exit))
}

/// An invalid input, for which the answer is neither the same nor different.
fn as_trouble(trouble: Trouble) -> Trouble {
    trouble.with_exit(TROUBLE)
}

/// The JSON form of the answer.
#[derive(Serialize)]
struct Document {
    same: bool,
    differences: Vec<Difference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

fn compare(
    before: &Look<'_>,
    after: &Look<'_>,
    codec: &Codec,
    schema: &Schema,
) -> (Vec<Difference>, Option<&'static str>) {
    let mut search = Search::below("");
    search.compare(&header(before), &header(after));
    let mut found = search.found;
    for difference in &mut found {
        difference.path = difference.path.trim_start_matches('.').to_owned();
    }
    // The schema of one envelope may also describe the other; the type hash tells whether it does.
    let mut both = schema.clone();
    [before, after].iter().filter_map(|look| look.value.schema()).for_each(|schema| both.merge(schema));
    let mut search = Search::below("state");
    let note = match (before.read(codec, &both), after.read(codec, &both)) {
        (Ok(before), Ok(after)) => {
            search.compare(&before, &after);
            None
        }
        _ if before.value.format() != after.value.format() => {
            Some("the states were not compared: their formats differ, and at least one state cannot be read")
        }
        _ => {
            let [before, after] = [before, after].map(|look| look.value.state());
            if before != after {
                let text = |state: &[u8]| Tree::text(count(state.len(), "byte"));
                let (before, after) = (Some(text(before)), Some(text(after)));
                search.found.push(Difference { path: "state".into(), before, after });
            }
            Some("the states were compared byte by byte: at least one cannot be read")
        }
    };
    found.extend(search.found);
    (found, note)
}

/// The parts of an envelope except the state, as a tree.
fn header(look: &Look<'_>) -> Tree {
    let hash = |hash: u64| Tree::text(format!("{hash:016x}"));
    let nested = look.nested.iter().flatten().map(|nested| (Tree::text(nested.name), hash(nested.type_hash)));
    let mut entries = vec![
        (Tree::text("type"), Tree::text(look.value.type_name().as_str())),
        (Tree::text("type_hash"), look.value.type_hash().map_or(Tree::Null, hash)),
        (Tree::text("format"), Tree::text(look.value.format().name())),
        (Tree::text("checksum"), Tree::Bool(look.has_checksum)),
        (Tree::text("nested"), Tree::Map(nested.collect())),
        (Tree::text("following_bytes"), Tree::Unsigned(look.rest.len() as u128)),
    ];
    entries.extend(look.value.schema().map(|schema| (Tree::text("schema"), schema_diff::tree(schema))));
    Tree::Map(entries)
}

fn text(differences: &[Difference], note: Option<&str>, is_full: bool, paint: Paint) -> String {
    let mut page = Page::new(LINES, is_full);
    for Difference { path, before, after } in differences {
        let value = |tree: &Tree| tree.summary(if is_full { usize::MAX } else { VALUE });
        let path = shown(path);
        page.line(&match (before, after) {
            (Some(before), Some(after)) => format!("~ {path}: {} -> {}", value(before), value(after)),
            (Some(before), None) => paint.bad(&format!("- {path}: {}", value(before))),
            (None, after) => {
                let after = after.as_ref().map(value).unwrap_or_default();
                paint.good(&format!("+ {path}: {after}"))
            }
        });
    }
    if differences.is_empty() {
        page.line("no differences");
    }
    let note = note.map(|note| format!("({note})\n")).unwrap_or_default();
    page.finish("") + &paint.aside(&note)
}
