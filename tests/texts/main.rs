//! JSON of ours, and what serde's buffer and other serializers make of values in it.

mod beside;
mod buffered;
mod json;
mod merged;
mod nested_texts;
mod unified;
