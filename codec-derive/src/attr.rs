//! Parses the keys of `#[portable(..)]`, once for all places. Imports `errors`, `id` and `tokens`.
//! Invariant: ids are well formed, and a key is set only where it is allowed.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseBuffer, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Path, Token, Type, WherePredicate, parenthesized};

use crate::errors::{Code, Errors};
use crate::id::is_id;
use crate::tokens::spelled;

/// A key and its form.
struct Key {
    name: &'static str,
    form: &'static str,
}

/// The table of keys. `on_impl Impl { crate "crate = \"acme::typeport\"" "The path."; }` allows `crate` on an impl, and gives its form
/// and its meaning: messages print the form, and the documentation takes its table from `on_impl!()`.
macro_rules! keys {
    ($($(#[$about:meta])* $rows:ident $place:ident {$($key:ident $form:literal $meaning:literal;)*})*) => {
        /// The place of a `#[portable(..)]`.
        #[derive(Clone, Copy)]
        pub enum Place {$(
            $(#[$about])*
            $place,
        )*}

        impl Place {
            /// The keys of this place only.
            fn own_keys(self) -> &'static [Key] {
                match self {$(
                    Place::$place => &[$(Key { name: stringify!($key), form: $form }),*],
                )*}
            }
        }

        $(
            #[allow(unused_macros, reason = "a place without keys has no table")]
            macro_rules! $rows {
                () => {
                    concat!($("| `", $form, "` | ", $meaning, " |\n"),*)
                };
            }
            #[allow(unused_imports, reason = "as above")]
            pub(crate) use $rows;
        )*
    };
}

keys! {
    /// On a type, below `#[derive(Portable)]`.
    on_type Type {
        id r#"id = "acme::Money""#
            "The id in encoded type names. By default the name of the package, `::`, and the name of the type.";
        alias r#"alias = "acme::Price""# "A former id that is still accepted; repeatable, oldest first.";
        as_failure "as_failure"
            "Sends only the text of the error: it converts into a `Failure`, and is not portable itself. No other key may be beside it.";
        bound r#"bound = "T: Unit""# "Replaces the bounds `T: Portable` that the impl puts on every type parameter.";
        crate r#"crate = "acme::typeport""# "The path of `typeport`, where it is not `::typeport`.";
        format r#"format = "json""#
            "Restricts the type to JSON, and permits serde attributes that need field names in the data.";
        specialize "specialize(Sum<i64>, Sum<f64>)"
            "Registers these specializations natively, which is faster; a type with const parameters or bounds that cannot be erased has no other form.";
        unknown "unknown"
            "The type stands for values whose type is not linked: it is created with `From<Opaque>`, and returns the carried value with `AsRef<Opaque>`.";
    }

    /// On a type, as the attribute macro: these keys and those of the derive.
    on_declaration Declaration {
        skip "skip(Debug)"
            "Does not derive the listed traits: `skip(Serialize, Deserialize)`. The impls are hand-written, or derived below by another macro.";
    }

    on_variant Variant {}

    on_field Field {
        opaque r#"opaque = "chrono::DateTime<Utc>""#
            "The field's type need not be `Portable`; the text stands for it in the shape, so change it when the type's state changes. If the type needs a self-describing format, as `serde_json::Value` does, the field works in JSON only, unless a `serde(with)` reads it.";
    }

    on_trait Trait {
        id r#"id = "acme::ResultBase""#
            "The id in encoded type names. By default the name of the package, `::`, and the name of the trait.";
        alias r#"alias = "acme::Base""# "A former id that is still accepted; repeatable, oldest first.";
        crate r#"crate = "acme::typeport""# "The path of `typeport`, where it is not `::typeport`.";
        unknown "unknown = UnknownResult"
            "The member that stands for a value whose type is not linked, or not allowed; a type with `#[portable(unknown)]`.";
    }

    on_impl Impl {
        specialize "specialize(Sum<i64>, Sum<f64>)" "Registers these specializations natively, beside the erased form or instead of it.";
        crate r#"crate = "acme::typeport""# "As above.";
    }
}

impl Place {
    fn keys(self) -> impl Iterator<Item = &'static Key> {
        let of_the_derive = if let Place::Declaration = self { Place::Type.own_keys() } else { &[] };
        of_the_derive.iter().chain(self.own_keys())
    }

    fn key(self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}

/// The keys of one item or field.
#[derive(Default)]
pub struct Attrs {
    /// `id = ".."`
    pub id: Option<LitStr>,
    /// `alias = ".."`, in the order of the source.
    pub aliases: Vec<LitStr>,
    /// `bound = ".."`
    pub bound: Option<Vec<WherePredicate>>,
    /// `crate = ".."`
    pub krate: Krate,
    /// `format = "json"`
    pub json_only: bool,
    /// `specialize(..)`
    pub specialize: Option<Specialize>,
    /// `opaque = ".."`
    pub opaque: Option<LitStr>,
    /// `skip(Debug)`
    pub skip: Option<Vec<Derive>>,
    /// `as_failure`: the key, for errors.
    pub as_failure: Option<Path>,
    /// `unknown` of a type
    pub is_unknown: bool,
    /// `unknown = Type` of a trait
    pub unknown: Option<Type>,
    /// The names of all given keys.
    given: Vec<String>,
}

/// A trait that `#[portable]` derives for a type beside `Portable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derive {
    Debug,
    Serialize,
    Deserialize,
}

impl Derive {
    pub const ALL: [Derive; 3] = [Derive::Debug, Derive::Serialize, Derive::Deserialize];

    pub fn name(self) -> &'static str {
        match self {
            Derive::Debug => "Debug",
            Derive::Serialize => "Serialize",
            Derive::Deserialize => "Deserialize",
        }
    }
}

/// `specialize(Sum<i64>, Sum<f64>)`
pub struct Specialize {
    /// The key, for errors.
    pub key: Path,
    pub types: Vec<Type>,
}

impl Attrs {
    /// Whether the user writes the impl instead of the attribute.
    pub fn skips(&self, derive: Derive) -> bool {
        self.skip.as_ref().is_some_and(|skip| skip.contains(&derive))
    }

    /// Reads all `#[portable(..)]` among the attributes of a derive's input.
    pub fn from_attributes(errors: &mut Errors, place: Place, attributes: &[Attribute]) -> Self {
        let mut attrs = Attrs::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("portable")) {
            if let Err(error) = attribute.parse_nested_meta(|meta| attrs.read_key(errors, place, &meta)) {
                errors.syntax(error);
            }
        }
        attrs
    }

    /// Reads the arguments of the attribute macro.
    pub fn from_arguments(errors: &mut Errors, place: Place, arguments: TokenStream) -> Self {
        let mut attrs = Attrs::default();
        if let Err(error) = syn::meta::parser(|meta| attrs.read_key(errors, place, &meta)).parse2(arguments) {
            errors.syntax(error);
        }
        attrs
    }

    fn read_key(&mut self, errors: &mut Errors, place: Place, meta: &ParseNestedMeta) -> syn::Result<()> {
        let name = spelled(&meta.path);
        let Some(Key { form, .. }) = place.key(&name) else { return unknown_key(errors, place, meta) };
        match name.as_str() {
            "id" => self.id = Some(id_value(errors, form, meta)?),
            "alias" => self.aliases.push(id_value(errors, form, meta)?),
            "as_failure" => self.as_failure = Some(meta.path.clone()),
            "bound" => self.bound = Some(bound_value(form, meta)?),
            "crate" => self.krate.0 = Some(string(form, meta)?.parse_with(Path::parse_mod_style)?),
            "format" => self.json_only = format_value(form, meta)?,
            "opaque" => self.opaque = Some(opaque_value(form, meta)?),
            "skip" => self.skip = Some(skipped_derives(meta)?),
            "specialize" => self.specialize = Some(specialize_value(meta)?),
            "unknown" if !matches!(place, Place::Trait) => self.is_unknown = true,
            "unknown" => self.unknown = Some(unknown_value(form, meta)?),
            _ => return unknown_key(errors, place, meta),
        }
        if name != "alias" && self.given.contains(&name) {
            errors.add(&meta.path, Code::GivenTwice, format_args!("`{name}` is given twice"), "keep one of them");
        }
        self.given.push(name);
        Ok(())
    }

    /// The given keys of a type that concern its state.
    pub fn about_state(&self) -> impl Iterator<Item = &'static str> {
        let names = Place::Type.keys().map(|key| key.name).filter(|name| !["as_failure", "crate"].contains(name));
        names.filter(|name| self.given.iter().any(|given| given == name))
    }
}

/// The path of the core crate.
#[derive(Default)]
pub struct Krate(Option<Path>);

impl Krate {
    /// The path of the private module that expansions use.
    pub fn private(&self) -> TokenStream {
        quote!(#self::__private)
    }
}

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote!(::typeport)),
        }
    }
}

fn unknown_key(errors: &mut Errors, place: Place, meta: &ParseNestedMeta) -> syn::Result<()> {
    let known: Vec<&str> = place.keys().map(|key| key.name).collect();
    let remedy = match *known {
        [] => "no key is known here".to_owned(),
        _ => format!("known here: {}", known.join(", ")),
    };
    errors.add(&meta.path, Code::UnknownKey, format_args!("unknown key `{}`", spelled(&meta.path)), remedy);
    skip_value(meta.input)
}

/// Skips the rest of a key, up to the next comma.
pub fn skip_value(input: ParseStream) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

/// The string value of a key.
fn string(form: &str, meta: &ParseNestedMeta) -> syn::Result<LitStr> {
    let explain = |error: syn::Error| syn::Error::new(error.span(), format!("expected text, as in `{form}`"));
    meta.value().and_then(ParseBuffer::parse).map_err(explain)
}

fn id_value(errors: &mut Errors, form: &str, meta: &ParseNestedMeta) -> syn::Result<LitStr> {
    let id = string(form, meta)?;
    if !is_id(&id.value()) {
        let what = format!("`{}` is not an id", id.value().escape_debug());
        errors.add(
            &id,
            Code::InvalidId,
            what,
            "write two or more identifiers of ASCII letters, digits and `_`, joined by `::`, such as \"acme::Money\"",
        );
    }
    Ok(id)
}

fn bound_value(form: &str, meta: &ParseNestedMeta) -> syn::Result<Vec<WherePredicate>> {
    let predicates = string(form, meta)?.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated)?;
    Ok(predicates.into_iter().collect())
}

fn format_value(form: &str, meta: &ParseNestedMeta) -> syn::Result<bool> {
    let format = string(form, meta)?;
    if format.value() != "json" {
        return Err(syn::Error::new(format.span(), "the only restriction of the format is \"json\""));
    }
    Ok(true)
}

fn skipped_derives(meta: &ParseNestedMeta) -> syn::Result<Vec<Derive>> {
    let content;
    parenthesized!(content in meta.input);
    let names = content.parse_terminated(Ident::parse_any, Token![,])?;
    let expected = "expected `Debug`, `Serialize` or `Deserialize`, as in `skip(Debug)`";
    let named = |name: Ident| {
        let derive = Derive::ALL.into_iter().find(|derive| name == derive.name());
        derive.ok_or_else(|| syn::Error::new(name.span(), expected))
    };
    let derives: Vec<Derive> = names.into_iter().map(named).collect::<syn::Result<_>>()?;
    if derives.is_empty() { Err(meta.error(expected)) } else { Ok(derives) }
}

fn specialize_value(meta: &ParseNestedMeta) -> syn::Result<Specialize> {
    let content;
    parenthesized!(content in meta.input);
    let types = content.parse_terminated(Type::parse, Token![,])?;
    Ok(Specialize { key: meta.path.clone(), types: types.into_iter().collect() })
}

fn unknown_value(form: &str, meta: &ParseNestedMeta) -> syn::Result<Type> {
    let explain = |error: syn::Error| syn::Error::new(error.span(), format!("expected a type, as in `{form}`"));
    meta.value().and_then(ParseBuffer::parse).map_err(explain)
}

fn opaque_value(form: &str, meta: &ParseNestedMeta) -> syn::Result<LitStr> {
    let name = string(form, meta)?;
    if name.value().is_empty() || name.value().contains(char::is_control) {
        return Err(syn::Error::new(name.span(), "expected the name of the type, such as \"chrono::DateTime<Utc>\""));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(place: Place, arguments: &str, expected: &[&str]) {
        let mut errors = Errors::new();
        Attrs::from_arguments(&mut errors, place, arguments.parse().expect("tokens"));
        assert_eq!(errors.into_ids(), expected, "{arguments}");
    }

    #[test]
    fn keys_are_checked_against_their_place() {
        check(Place::Type, r#"id = "a::B", alias = "a::C", alias = "a::D", bound = "T: X, U: Y", crate = "a::b""#, &[]);
        check(Place::Type, "as_failure", &[]);
        check(Place::Type, "as_failure, as_failure", &["003"]);
        check(Place::Field, "as_failure", &["001"]);
        check(Place::Type, r#"format = "json", specialize(Sum<i64>, Sum<f64>)"#, &[]);
        check(Place::Type, r#"opaque = "a""#, &["001"]);
        check(Place::Field, r#"opaque = "chrono::DateTime<Utc>""#, &[]);
        check(Place::Field, r#"id = "a::B""#, &["001"]);
        check(Place::Variant, "skip", &["001"]);
        check(Place::Type, "skip(Debug)", &["001"]);
        check(Place::Declaration, r#"id = "a::B", format = "json", skip(Debug, Serialize, Deserialize), unknown"#, &[]);
        check(Place::Declaration, "skip(Debug), skip(Serialize)", &["003"]);
        check(Place::Trait, r#"specialize(A, B), id = "a::B""#, &["001"]);
        check(Place::Impl, r#"alias = "a::B""#, &["001"]);
    }

    #[test]
    fn values_are_checked() {
        check(Place::Type, "id", &["002"]);
        check(Place::Type, "id = 7", &["002"]);
        check(Place::Type, r#"bound = "T""#, &["002"]);
        check(Place::Type, r#"crate = "a b""#, &["002"]);
        check(Place::Type, r#"format = "postcard""#, &["002"]);
        check(Place::Type, "specialize = 1", &["002"]);
        check(Place::Field, r#"opaque = """#, &["002"]);
        for skip in ["skip", "skip = 1", "skip()", "skip(Clone)", "skip(Debug Serialize)", "skip(Portable)"] {
            check(Place::Declaration, skip, &["002"]);
        }
        check(Place::Type, r#"id = "B""#, &["004"]);
        check(Place::Type, r#"alias = "a.B", id = "c""#, &["004", "004"]);
    }

    #[test]
    fn all_errors_of_one_attribute_are_reported() {
        check(Place::Type, r#"id = "B", idd = "C", id = "a::B""#, &["004", "001", "003"]);
    }
}
