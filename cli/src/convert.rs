//! `typeport convert`: the state of an envelope as JSON text, or its schema. Imports all but the other commands.

use crate::args::{Common, Convert, Target};
use crate::input::{Input, Stdin};
use crate::look::Look;
use crate::trouble::{Answer, Trouble, WRONG};
use typeport::Codec;

pub fn run(options: &Convert, common: &Common, stdin: &mut Stdin<'_>) -> Result<Answer, Trouble> {
    let limits = common.limits();
    let schema = options.by.read(&limits, stdin)?;
    let input = Input::read(&options.file, &limits, stdin)?;
    let codec = Codec::default().limits(limits);
    let look = Look::only(&input, &codec)?;
    match options.format {
        Target::Json => match look.read(&codec, &schema) {
            Ok(tree) => Answer::json(&look.json(&tree)),
            Err(unread) => Err(input.wrong(&unread.error)),
        },
        Target::Schema => match look.value.schema() {
            Some(schema) => Answer::json(schema),
            None => Err(Trouble::schema(&input.name, "the envelope contains no schema").with_exit(WRONG)),
        },
    }
}
