//! Turns a binary state into the JSON that the type's own encode writes, by the schema. Imports `error`, `format`,
//! `schema` and its siblings.

use super::at::{At, Context, Own};
use crate::error::{Result, Step};
use crate::format::Format;
use crate::schema::Schema;
use crate::state::decode::types::{Bytes, Input, Session};
use crate::state::encode::sink::Sink;
use crate::state::handoff::NESTED_FIELDS;
use crate::state::metered::json_text::Text;
use crate::state::tape::{Place, Source, Walk};

/// Appends a binary state of this type as JSON; the first schema that contains a type describes it.
pub(crate) fn append_as_json(
    session: &Session,
    schemas: Vec<&Schema>,
    identity: (&str, u64),
    format: Format,
    state: &[u8],
    sink: &mut Sink<'_>,
) -> Result<()> {
    let context = Context::new(session, schemas);
    let root = context.root(identity)?;
    Input::whole(state, session, format, |input| {
        let text = Text::new(&mut sink.bytes, &sink.encoding);
        let source = Described { input, context: &context };
        Walk { source, text, encoding: &sink.encoding }.value(root, Place::default())
    })
}

/// A binary state, and the context that describes it.
struct Described<'i, 'c, 's, 'a, 'de> {
    input: &'i mut Input<'a, 'de>,
    context: &'c Context<'s>,
}

impl<'c, 's, 'de> Source<'de> for Described<'_, 'c, 's, '_, 'de> {
    type At = At<'c, 's>;

    fn bytes(&mut self) -> &mut Bytes<'de> {
        self.input
    }

    fn text(&mut self) -> Result<&'de [u8]> {
        self.input.text().map(str::as_bytes)
    }

    fn level<'w, T>(walk: &mut Walk<'w, Self>, run: impl FnOnce(&mut Walk<'w, Self>) -> Result<T>) -> Result<T> {
        walk.source.input.enter::<()>()?;
        let (session, depth) = (walk.source.input.session, walk.source.input.depth());
        let made = session.on_level(depth, || run(walk))?;
        walk.source.input.leave();
        Ok(made)
    }

    /// Counts each part: a type may have many parts that take no byte.
    fn part<'w>(
        walk: &mut Walk<'w, Self>,
        step: Step,
        run: impl FnOnce(&mut Walk<'w, Self>) -> Result<()>,
    ) -> Result<()> {
        let (session, before) = (walk.source.input.session, walk.source.input.bytes.len());
        let counted = session.budget.count_elements(1, true, 0).and_then(|()| run(walk)).and_then(|()| {
            let took_none = walk.source.input.bytes.len() == before && !matches!(step, Step::Position(_));
            if took_none { session.budget.count_unbacked_item() } else { Ok(()) }
        });
        counted.map_err(|error| error.within(step))
    }

    fn own(walk: &mut Walk<'_, Self>, own: Own<'c, 's>, place: Place) -> Result<()> {
        if let Own::Address(address) = own {
            let text = walk.source.input.by_serde(0, |reader| address.text(reader))?;
            return walk.text.put_str(text.as_bytes());
        }
        let [of_type, of_value] = NESTED_FIELDS;
        walk.begin_named(of_type, place)?;
        let Walk { source: Described { input, context }, text, encoding } = walk;
        context.nested(input, |input, name, at| {
            text.put_str(name.as_str().as_bytes())?;
            text.put_name(b',', of_value)?;
            let source = Described { input, context };
            Walk { source, text: text.again(), encoding }.value(at, Place::default())
        })?;
        walk.text.put(b"}")
    }
}
