//! Our JSON, and values in it that pass through serde's buffer and other serializers.

mod beside;
mod borrowed;
mod buffered;
mod inline;
mod json;
mod merged;
mod nested_texts;
mod reserved;
mod unified;

/// Two modules that give their types one id would disable both types.
#[test]
fn no_two_types_have_one_id() {
    typeport::Registry::global().check().unwrap();
}
