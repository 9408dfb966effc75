//! Whether a decoded value equals the encoded one. May import typeport.

use crate::renamed::linked;
use crate::slot::Slot;
use typeport::{Carried, Codec, Envelope, Failure, Format, Opaque, Value};

/// Whether `back` is what was written, and if not, why.
pub fn check_same(written: &Slot, back: &Slot) -> Result<(), String> {
    match (written, back) {
        (Slot::Plain(written), Slot::Plain(back)) => equal(&format!("{written:?}"), &format!("{back:?}")),
        (Slot::Boxed(written), Slot::Boxed(back)) => same_values(&**written, &**back),
        (Slot::Carried(written), Slot::Carried(back)) => match (written, back) {
            (Carried::Known(written), Carried::Known(back)) => same_values(&**written, &**back),
            (Carried::Known(written), Carried::Opaque(back)) => same_as_opaque(&**written, back),
            (Carried::Opaque(written), Carried::Known(back)) => same_values(&*decoded(written)?, &**back),
            (Carried::Opaque(written), Carried::Opaque(back)) => same_opaques(written, back),
        },
        (Slot::Opaque(written), Slot::Opaque(back)) => same_opaques(written, back),
        (Slot::Failure(written), Slot::Failure(back)) => same_failures(written, back),
        _ => Err("another kind of value".to_owned()),
    }
}

fn equal(written: &str, back: &str) -> Result<(), String> {
    if written == back { Ok(()) } else { Err(format!("{written} became {back}")) }
}

fn same_values<A: Value + ?Sized, B: Value + ?Sized>(written: &A, back: &B) -> Result<(), String> {
    equal(written.type_name().as_str(), back.type_name().as_str())?;
    // What is carried inside goes out in one format only, and neither has to have the other's; what is carried by its name
    // alone goes out in JSON of others.
    let mut error = None;
    for &format in Format::ALL {
        match (state_in(format, written), state_in(format, back)) {
            (Ok(written), Ok(back)) if written == back => return Ok(()),
            (Ok(_), Ok(_)) => return Err("another value".to_owned()),
            (Err(text), _) | (_, Err(text)) => error = error.or(Some(text)),
        }
    }
    match (foreign_tree(written), foreign_tree(back)) {
        (Some(written), Some(back)) if written == back => Ok(()),
        (Some(written), Some(back)) => equal(&written.to_string(), &back.to_string()),
        _ => Err(format!("cannot be compared: {}", error.unwrap_or_default())),
    }
}

fn foreign_tree<V: Value + ?Sized>(value: &V) -> Option<serde_json::Value> {
    let mut text = Vec::new();
    erased_serde::serialize(value.__serialize(), &mut serde_json::Serializer::new(&mut text)).ok()?;
    serde_json::from_slice(&text).ok().map(spelled)
}

/// A tree in which what is carried as one text is spelled as what is not.
fn spelled(tree: serde_json::Value) -> serde_json::Value {
    match tree {
        serde_json::Value::Object(fields) => {
            let spelled = fields.into_iter().map(|(key, value)| {
                let carried = value.as_str().filter(|_| key == "json").and_then(|text| serde_json::from_str(text).ok());
                carried.map_or((key, value), |value| ("value".to_owned(), value))
            });
            spelled.map(|(key, value)| (key, self::spelled(value))).collect()
        }
        serde_json::Value::Array(items) => items.into_iter().map(spelled).collect(),
        other => other,
    }
}

fn state_in<V: Value + ?Sized>(format: Format, value: &V) -> Result<Vec<u8>, String> {
    let bytes = Codec::default().format(format).to_vec(value).map_err(|error| error.to_string())?;
    Envelope::parse(&bytes).map(|envelope| envelope.state().to_vec()).map_err(|error| error.to_string())
}

/// A value, and the state that it came back as: that of its own encoding, or, where a format has spelled it in another way, one
/// that is decoded to the same, with all types linked.
fn same_as_opaque<V: Value + ?Sized>(written: &V, back: &Opaque) -> Result<(), String> {
    equal(written.type_name().as_str(), back.type_name().as_str())?;
    let state = match state_in(back.format(), written) {
        Ok(state) => state,
        // What is carried inside has another format, or came by its name alone: what JSON of others makes of the two.
        Err(error) => {
            let carried = foreign_tree(back).and_then(|mut tree| Some(tree.get_mut("value")?.take()));
            return match (foreign_tree(written), carried) {
                (Some(written), Some(back)) if written == back => Ok(()),
                (Some(written), Some(back)) => equal(&written.to_string(), &back.to_string()),
                _ => Err(format!("cannot be compared: {error}")),
            };
        }
    };
    if state == back.state() {
        return Ok(());
    }
    let bytes =
        Codec::default().checksum(false).format(back.format()).to_vec(written).map_err(|error| error.to_string())?;
    let written: Opaque = typeport::from_slice(&linked(&bytes)).map_err(|error| error.to_string())?;
    same_values(&*decoded(&written)?, &*relinked(back)?)
}

fn same_opaques(written: &Opaque, back: &Opaque) -> Result<(), String> {
    equal(written.type_name().as_str(), back.type_name().as_str())?;
    if written.format() == back.format() {
        if written.state() == back.state() {
            return Ok(());
        }
        let text = |opaque: &Opaque| String::from_utf8_lossy(opaque.state()).into_owned();
        return Err(format!("another state: {} became {}", text(written), text(back)));
    }
    same_values(&*decoded(written)?, &*decoded(back)?)
}

fn decoded(opaque: &Opaque) -> Result<Box<dyn Value>, String> {
    opaque.decode().or_else(|_| relinked(opaque)).map_err(|error| format!("cannot be decoded: {error}"))
}

/// The value, by its text or bytes alone, under the name that is linked.
fn relinked(opaque: &Opaque) -> Result<Box<dyn Value>, String> {
    if opaque.format() == Format::Json {
        let state = String::from_utf8_lossy(opaque.state());
        let text = format!("{{\"type\":\"{}\",\"value\":{state}}}", opaque.type_name());
        let text = String::from_utf8(linked(text.as_bytes())).map_err(|error| error.to_string())?;
        return serde_json::from_str(&text).map_err(|error| format!("relinked: {error}"));
    }
    let bytes = Codec::default().checksum(false).to_vec(opaque).map_err(|error| error.to_string())?;
    typeport::from_slice(&linked(&bytes)).map_err(|error| format!("relinked: {error}"))
}

fn same_failures(written: &Failure, back: &Failure) -> Result<(), String> {
    equal(&messages(written), &messages(back))?;
    match (written.value(), back.value(), written.opaque(), back.opaque()) {
        (None, None, ..) => Ok(()),
        (None, Some(_), ..) => Err("a typed error where there was none".to_owned()),
        (Some(_), None, ..) => Err(LOST.to_owned()),
        (_, _, Some(written), Some(back)) => same_opaques(written, back),
        (Some(written), _, None, Some(back)) => same_as_opaque(written, back),
        (_, Some(_), _, None) => Err("a typed error that nobody has decoded".to_owned()),
    }
}

/// What is said of a failure whose messages came alone.
pub const LOST: &str = "the typed error is lost";

fn messages(failure: &Failure) -> String {
    failure.messages().collect::<Vec<_>>().join(" / ")
}
