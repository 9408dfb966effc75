//! The keys of `#[serde(..)]` that change the bytes. serde_derive checks their form, so malformed keys are ignored here
//! and reported there. Imports `attr`, `case` and `tokens`.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Path, Token};

use crate::attr::skip_value;
use crate::case::Case;

/// A key and its text.
#[derive(Clone)]
pub struct Text {
    /// The key, for errors.
    pub key: Path,
    pub value: LitStr,
}

/// A name for writing and a name for reading.
#[derive(Default)]
pub struct Halves {
    pub serialize: Option<Text>,
    pub deserialize: Option<Text>,
    /// The other names for reading, of which serde accepts several.
    former: Vec<LitStr>,
}

impl Halves {
    /// The written name, which is also the name for reading if [`Halves::first_difference`] is `None`.
    pub fn name(&self) -> Option<String> {
        self.serialize.as_ref().map(|text| text.value.value())
    }

    /// The name as a rule for other names.
    pub fn case(&self) -> Option<Case> {
        Case::parse(&self.name()?)
    }

    /// The half to underline if the two differ.
    pub fn first_difference(&self) -> Option<&Text> {
        let value = |half: &Option<Text>| half.as_ref().map(|text| text.value.value());
        let is_same = value(&self.serialize) == value(&self.deserialize);
        self.serialize.as_ref().or(self.deserialize.as_ref()).filter(|_| !is_same)
    }

    fn read(&mut self, meta: &ParseNestedMeta) -> syn::Result<()> {
        if meta.input.peek(Token![=]) {
            self.serialize = text(meta)?;
            self.deserialize = self.serialize.clone();
            return Ok(());
        }
        meta.parse_nested_meta(|half| {
            if half.path.is_ident("serialize") {
                self.serialize = text(&half)?;
            } else if self.deserialize.is_none() {
                // serde uses the first name in its messages.
                self.deserialize = text(&half)?;
            } else {
                self.former.extend(text(&half)?.map(|text| text.value));
            }
            Ok(())
        })
    }
}

/// serde's keys on a container, a variant or a field. Keys without a value are kept as paths, for errors.
#[derive(Default)]
pub struct Serde {
    pub rename: Halves,
    aliases: Vec<LitStr>,
    pub rename_all: Halves,
    pub rename_all_fields: Halves,
    pub skip_serializing: Option<Path>,
    pub skip_deserializing: Option<Path>,
    pub skip_serializing_if: Option<Path>,
    /// `serialize_with = ".."`, or `with = ".."`.
    pub serialize_with: Option<Text>,
    /// `deserialize_with = ".."`, or `with = ".."`.
    pub deserialize_with: Option<Text>,
    pub transparent: Option<Path>,
    pub from: Option<Text>,
    pub into: Option<Text>,
    pub try_from: Option<Text>,
    pub tag: Option<Text>,
    pub content: Option<Text>,
    pub untagged: Option<Path>,
    pub flatten: Option<Path>,
    pub other: Option<Path>,
    pub remote: Option<Path>,
    /// The bounds of serde's impls.
    pub bound: Halves,
    pub krate: Option<Path>,
    pub default: Option<DefaultBy>,
    pub deny_unknown_fields: Option<Path>,
    /// The `expecting` text for serde's messages.
    pub expecting: Option<Text>,
    /// An unknown key, which may change serde's derived code in any way.
    pub unknown: Option<Path>,
}

/// `default`, or `default = "path"`: the value of an absent field.
pub enum DefaultBy {
    /// The type's own default.
    Trait,
    /// The result of a function.
    Path(Text),
}

impl Serde {
    /// Reads all `#[serde(..)]` among the attributes.
    pub fn from_attributes(attributes: &[Attribute]) -> Self {
        let mut serde = Serde::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            // serde_derive reports the same mistake, in its own words.
            let _ = attribute.parse_nested_meta(|meta| {
                serde.read_key(&meta)?;
                skip_value(meta.input)
            });
        }
        serde
    }

    /// The function or module that writes the value instead of its type, as an opaque name.
    pub fn with(&self) -> Option<String> {
        let (serialize, deserialize) = (&self.serialize_with, &self.deserialize_with);
        let keys: Vec<&Text> = match (serialize, deserialize) {
            (Some(one), Some(other)) if one.key.is_ident("with") && other.key.is_ident("with") => vec![one],
            _ => serialize.iter().chain(deserialize).collect(),
        };
        let spelled = |text: &Text| format!("{} {}", crate::tokens::spelled(&text.key), unspaced(&text.value));
        (!keys.is_empty()).then(|| keys.into_iter().map(spelled).collect::<Vec<_>>().join(", "))
    }

    /// The aliases of the field or variant.
    pub fn former_names(&self) -> impl Iterator<Item = String> {
        self.aliases.iter().chain(&self.rename.former).map(LitStr::value)
    }

    /// The key that omits both writing and reading.
    pub fn skip(&self) -> Option<&Path> {
        self.skip_serializing.as_ref().filter(|_| self.skip_deserializing.is_some())
    }

    fn read_key(&mut self, meta: &ParseNestedMeta) -> syn::Result<()> {
        let key = Some(meta.path.clone());
        match meta.path.get_ident().map(ToString::to_string).unwrap_or_default().as_str() {
            "rename" => self.rename.read(meta)?,
            "alias" => self.aliases.extend(text(meta)?.map(|text| text.value)),
            "rename_all" => self.rename_all.read(meta)?,
            "rename_all_fields" => self.rename_all_fields.read(meta)?,
            "skip" => (self.skip_serializing, self.skip_deserializing) = (key.clone(), key),
            "skip_serializing" => self.skip_serializing = key,
            "skip_deserializing" => self.skip_deserializing = key,
            "skip_serializing_if" => self.skip_serializing_if = key,
            "serialize_with" => self.serialize_with = text(meta)?,
            "deserialize_with" => self.deserialize_with = text(meta)?,
            "with" => {
                self.serialize_with = text(meta)?;
                self.deserialize_with = self.serialize_with.clone();
            }
            "transparent" => self.transparent = key,
            "from" => self.from = text(meta)?,
            "into" => self.into = text(meta)?,
            "try_from" => self.try_from = text(meta)?,
            "tag" => self.tag = text(meta)?,
            "content" => self.content = text(meta)?,
            "untagged" => self.untagged = key,
            "flatten" => self.flatten = key,
            "other" => self.other = key,
            "remote" => self.remote = key,
            "bound" => self.bound.read(meta)?,
            "crate" => self.krate = key,
            "default" if meta.input.peek(Token![=]) => self.default = text(meta)?.map(DefaultBy::Path),
            "default" => self.default = Some(DefaultBy::Trait),
            "deny_unknown_fields" => self.deny_unknown_fields = key,
            "expecting" => self.expecting = text(meta)?,
            _ => self.unknown = key,
        }
        Ok(())
    }
}

/// The value of `key = ".."`; a `macro_rules!` passes literals on in an invisible group.
fn text(meta: &ParseNestedMeta) -> syn::Result<Option<Text>> {
    let mut value: Expr = meta.value()?.parse()?;
    while let Expr::Group(group) = value {
        value = *group.expr;
    }
    Ok(match value {
        Expr::Lit(ExprLit { lit: Lit::Str(value), .. }) => Some(Text { key: meta.path.clone(), value }),
        _ => None,
    })
}

/// A path or type in a string, without insignificant spaces.
fn unspaced(path: &LitStr) -> String {
    path.value().split_whitespace().collect()
}
