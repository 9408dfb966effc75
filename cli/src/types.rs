//! `typeport types`: the type names in an envelope or a schema. Imports all but the other commands.

use crate::args::{Common, Types};
use crate::input::{Input, Stdin};
use crate::look::Look;
use crate::text::shown;
use crate::trouble::{Answer, Trouble};
use serde::Serialize;
use typeport::Codec;

/// The answer in JSON: the root and the nested types of an envelope, or the types of a schema.
#[derive(Serialize)]
struct Document<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<&'a str>,
    types: Vec<&'a str>,
}

pub fn run(options: &Types, common: &Common, stdin: &mut Stdin<'_>) -> Result<Answer, Trouble> {
    let limits = common.limits();
    let input = Input::read(&options.file, &limits, stdin)?;
    if input.is_schema() {
        let schema = input.schema()?;
        return answer(common, &Document { file: &input.name, root: None, types: schema.types().collect() });
    }
    let look = Look::first(&input, &Codec::default().limits(limits))?;
    let root = look.value.type_name().as_str();
    let too_large = || Trouble::usage("cannot list the nested types: the envelope exceeds the default limits".into());
    let nested = look.nested.as_ref().ok_or_else(too_large)?;
    let types = nested.iter().map(|nested| nested.name).filter(|name| *name != root).collect();
    answer(common, &Document { file: &input.name, root: Some(root), types })
}

fn answer(common: &Common, document: &Document<'_>) -> Result<Answer, Trouble> {
    if common.json {
        return Answer::json(document);
    }
    let names = document.root.iter().chain(&document.types);
    Ok(Answer::new(names.map(|name| shown(name) + "\n").collect()))
}
