//! `#[portable]` on a type: what it derives, with which bounds, and what the intermediate form knows of serde's code.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::expansions::{check, check_item};
use super::refusals::ids_of_declaration;
use crate::declaration::Declaration;
use crate::errors::Errors;
use crate::item::{Body, Item};
use crate::serde_attr::{DefaultBy, Serde};

/// The arguments of the attribute, the type below it, and the numbers of their errors.
pub const DECLARATIONS: &[(&str, &str, &str)] = &[
    ("", "struct A;", ""),
    ("", "#[derive(Clone, Copy, derive_more::Display)] #[derive(PartialEq)] struct A;", ""),
    ("idd = \"a::B\"", "struct A;", "001"),
    ("opaque = \"a\"", "struct A;", "001"),
    ("skip(Clone)", "struct A;", "002"),
    ("id = \"a\"", "struct A { #[portable(id = \"a::B\")] b: u8 }", "004 001"),
    ("as_failure, skip(Debug, Serialize, Deserialize)", "enum A { B }", ""),
    ("as_failure, id = \"a::A\"", "enum A { B }", "006"),
    ("", "union A { a: u8 }", "010"),
    ("", "struct A<'a>(&'a str);", "011"),
    ("", "#[serde(untagged)] enum A { B }", "021"),
    ("format = \"json\"", "#[serde(untagged)] enum A { B }", ""),
    ("", "#[derive(Debug, serde::Serialize)] #[derive(Clone, Deserialize)] struct A;", "061 061 061"),
    ("skip(Debug)", "#[derive(derive_more::Debug, Deserialize)] struct A;", "061"),
    ("skip(Serialize, Deserialize, Debug)", "#[derive(Debug, Serialize, Deserialize)] struct A;", ""),
    ("", "#[derive(Clone, typeport::Portable)] struct A;", "062"),
    ("", "#[portable(alias = \"a::B\")] #[typeport::portable] struct A;", "062"),
    ("", "#[portable] trait A {}", "062"),
    ("", "#[typeport::portable] impl A for B {}", "062"),
    ("", "#[serde(crate = \"my::serde\")] struct A;", "063"),
    ("skip(Serialize)", "#[serde(crate = \"my::serde\")] struct A;", "063"),
    ("skip(Serialize, Deserialize)", "#[serde(crate = \"my::serde\")] struct A;", ""),
    ("", "#[serde_with::serde_as] struct A { #[serde_as(as = \"B\")] a: u8 }", "064"),
    ("", "#[derive(Debug)] #[skip_serializing_none] #[serde(tag = \"t\")] enum A { B }", "061 064 022"),
    // The derive looks at what the compiler leaves of these.
    ("", "#[serde(tag = \"t\")] enum A { B { #[cfg(any())] b: u8 } }", ""),
];

#[test]
fn types_are_refused_for_these_reasons_only() {
    for (arguments, source, expected) in DECLARATIONS {
        assert_eq!(ids_of_declaration(arguments, source), *expected, "#[portable({arguments})] {source}");
    }
}

#[test]
fn the_derive_refuses_an_attribute_below_it_that_is_the_macro() {
    let source = "#[typeport::portable(id = \"a::B\")] #[portable(alias = \"a::C\")] struct A;";
    let expansion = crate::expand_derive(syn::parse_str(source).expect("a type")).to_string();
    assert_eq!(expansion.matches("(TP062)").count(), 1, "{expansion}");
}

#[test]
fn serdes_derives_and_debug_stand_in_front_of_everything_else() {
    check_item(
        "id = \"a::B\"",
        "/// Docs.\n #[derive(Clone)] #[serde(rename_all = \"camelCase\")] pub struct A { #[portable(opaque = \"c::C\")] \
         #[serde(rename = \"x\")] pub c: C }",
        &[
            "#[derive(::core::fmt::Debug, ::typeport::serde::Serialize, ::typeport::serde::Deserialize)] \
             #[serde(crate = \":: typeport :: serde\")] #[doc = \" Docs.\"] #[derive(Clone)] \
             #[serde(rename_all = \"camelCase\")] pub struct A { #[serde(rename = \"x\")] pub c: C }",
            "Origin::new(\"a::B\"",
            "impl ::typeport::Portable for A {",
            "Head::Opaque(\"opaque c::C\")",
            "!bound(",
            "!#[portable",
        ],
    );
    check_item(
        "crate = \"my::typeport\"",
        "enum A { #[portable()] B }",
        &["my::typeport::serde::Serialize", "#[serde(crate = \"my :: typeport :: serde\")]", "!::typeport::typeport"],
    );
}

#[test]
fn what_is_skipped_is_not_derived() {
    check_item(
        "skip(Debug)",
        "struct A;",
        &["#[derive(::typeport::serde::Serialize, ::typeport::serde::Deserialize)]"],
    );
    check_item(
        "skip(Serialize)",
        "struct A;",
        &["#[derive(::core::fmt::Debug, ::typeport::serde::Deserialize)] #[serde("],
    );
    check_item(
        "skip(Serialize, Deserialize)",
        "struct A;",
        &["#[derive(::core::fmt::Debug)] struct A;", "!#[serde(", "impl ::typeport::Portable for A {"],
    );
    check_item("skip(Serialize, Deserialize, Debug)", "struct A;", &["!#[derive"]);
    check_item("as_failure", "struct A;", &["::typeport::serde::Deserialize)]", "IntoFailure for A", "!Portable"]);
}

#[test]
fn the_bounds_of_serde_leave_out_what_the_declaration_says() {
    check_item("", "struct A<T>(T);", &["!bound("]);
    check_item("", "struct A<T: Portable>(T);", &["struct A<T: Portable>(#[serde(bound(deserialize = \"\"))] T);"]);
    check_item(
        "crate = \"p\"",
        "enum A<T, U, V, W> where T: p::Portable, for<'x> V: serde::Deserialize<'x> { B(Vec<(T, U)>), C { \
         v: V, w: W, p: PhantomData<T>, #[serde(default)] d: Option<Box<V>> }, #[serde(skip)] D(T), \
         #[serde(with = \"w\")] E(T), F(#[serde(bound = \"T: X\")] T), G([W; 2]) }",
        &[
            "B(#[serde(bound(deserialize = \"U : p :: serde :: Deserialize < 'de >\"))] Vec<(T, U)>)",
            "#[serde(bound(deserialize = \"\"))] v: V, w: W, p: PhantomData<T>, #[serde(default)] \
             #[serde(bound(deserialize = \"\"))] d:",
            "#[serde(skip)] D(T), #[serde(with = \"w\")] E(T), F(#[serde(bound = \"T: X\")] T), G([W; 2])",
        ],
    );
    check_item("", "#[serde(bound = \"T: X\")] struct A<T: Portable>(T);", &["A<T: Portable>(T)", "!deserialize ="]);
    check_item("", "struct A<T: Portable> where Vec<T>: X { b: m!(T) }", &["!bound("]);
}

#[test]
fn the_key_bound_is_that_of_serdes_impls_too() {
    check_item(
        "bound = \"T: Unit, U: X\"",
        "struct A<T: Unit, U>(T, U);",
        &[
            "#[serde(bound(deserialize = \"T : Unit , U : X\"))] #[serde(bound(serialize = \"T : Unit , U : X\"))] struct",
            "where T: Unit, U: X {",
        ],
    );
    check_item(
        "bound = \"T: Unit\"",
        "#[serde(bound(serialize = \"T: X\"))] struct A<T>(T);",
        &[
            "#[serde(bound(deserialize = \"T : Unit\"))] #[serde(bound(serialize = \"T: X\"))] struct",
            "!bound(serialize = \"T : Unit",
        ],
    );
}

#[test]
fn where_the_compiler_decides_first_the_derive_reads_the_rest() {
    check_item(
        "id = \"a::B\", skip(Debug), specialize(A<u8>), unknown",
        "struct A<T> { #[cfg_attr(x, portable(opaque = \"c::C\"))] c: T }",
        &[
            "#[derive(::typeport::Portable)] #[portable(id = \"a::B\", specialize(A<u8>), unknown)] \
             #[derive(::typeport::serde::Serialize, ::typeport::serde::Deserialize)]",
            "#[cfg_attr(x, portable(opaque = \"c::C\"))]",
            "!impl",
        ],
    );
}

#[test]
fn errors_leave_a_type_that_is_derived_in_place() {
    let declared = "struct A { a: u8 }";
    check_item(
        "",
        "#[derive(Debug, Clone)] #[serde_as] struct A { #[portable(opaque = \"b\")] a: u8 }",
        &[
            "#[derive(::typeport::serde::Serialize, ::typeport::serde::Deserialize)]",
            declared,
            "!#[portable(opaque",
            "!#[serde_as",
        ],
    );
    check_item("", "/// Docs. \n #[portable] struct A;", &["#[portable] struct A;", "compile_error!", "!derive("]);
    check_item("", "union A { a: u8 }", &["union A { a: u8 }", "compile_error!", "!derive"]);
}

#[track_caller]
fn declaration(arguments: &str, source: &str) -> Declaration {
    let mut errors = Errors::new();
    let input = syn::parse_str(source).expect("a type");
    let declaration = Declaration::parse(&mut errors, arguments.parse().expect("tokens"), input);
    assert_eq!(errors.into_ids(), [""; 0], "{source}");
    declaration
}

#[test]
fn only_what_the_macro_derives_is_known_to_be_derived() {
    let is_derived = |arguments, source| declaration(arguments, source).item.is_derived;
    assert!(is_derived("id = \"a::B\", skip(Debug)", "struct A<T>(T);"));
    assert!(!is_derived("skip(Serialize)", "struct A;"));
    assert!(!is_derived("skip(Deserialize)", "struct A;"));
    assert!(!is_derived("", "struct A<#[cfg(any())] T>(T);"), "what is left of it is not known");
    assert!(!is_derived("", "enum A { B { #[cfg_attr(a, serde(skip))] b: u8 } }"));
    let mut errors = Errors::new();
    let derived =
        Item::parse(&mut errors, syn::parse_str("#[derive(Serialize, Deserialize)] struct A;").expect("a type"));
    errors.finish().expect("no errors");
    assert!(!derived.is_derived, "the derive knows nothing of the impls beside it");
}

/// The intermediate form as text: idents, names, and the keys that change what serde's derive reads.
fn described(item: &Item) -> String {
    let variants = match &item.body {
        Body::Struct(fields) => vec![("struct".to_owned(), fields)],
        Body::Enum(variants) => variants
            .iter()
            .map(|variant| (format!("{} as {}{}", variant.ident, variant.name, keys(&variant.serde)), &variant.fields))
            .collect(),
    };
    let lines = variants.into_iter().flat_map(|(head, fields)| {
        let of_fields = fields.list.iter().map(|field| {
            let ident = field.ident.to_token_stream();
            format!("  {ident} as {}{}", field.name, keys(&field.serde))
        });
        std::iter::once(head).chain(of_fields)
    });
    std::iter::once(format!("{}{}", item.ident, keys(&item.serde))).chain(lines).collect::<Vec<_>>().join("\n")
}

fn keys(serde: &Serde) -> String {
    let default = serde.default.as_ref().map(|default| match default {
        DefaultBy::Trait => "default".to_owned(),
        DefaultBy::Path(path) => format!("default {}", path.value.value()),
    });
    let strict = serde.deny_unknown_fields.as_ref().map(|_| "strict".to_owned());
    let expecting = serde.expecting.as_ref().map(|text| format!("expecting {}", text.value.value()));
    let unknown = serde.unknown.as_ref().map(|key| format!("unknown {}", key.to_token_stream()));
    let former: Vec<String> = serde.former_names().collect();
    let former = (!former.is_empty()).then(|| format!("formerly {}", former.join(" ")));
    [default, strict, expecting, former, unknown].into_iter().flatten().map(|key| format!(", {key}")).collect()
}

#[test]
fn the_intermediate_form_knows_what_serdes_code_depends_on() {
    let item = declaration(
        "",
        "#[serde(default = \"fresh\", deny_unknown_fields, expecting = \"an A\", nonsense)] struct A { \
         #[serde(default, alias = \"c\", alias = \"d\")] r#type: u8, #[serde(default = \"a::b\", borrow)] e: u8 }",
    )
    .item;
    let expected = "A, default fresh, strict, expecting an A, unknown nonsense\nstruct\n  \
                    r#type as type, default, formerly c d\n  e as e, default a::b, unknown borrow";
    assert_eq!(described(&item), expected);
    let item = declaration("", "#[serde(default)] enum A { #[serde(rename = \"x\", alias = \"y\")] B(u8), C {} }").item;
    assert_eq!(described(&item), "A, default\nB as x, formerly y\n   as \nC as C");
}

#[test]
fn a_declaration_expands_to_items() {
    for (arguments, source, _) in DECLARATIONS {
        let expansion = crate::expand_attribute(arguments.parse().expect("tokens"), source.parse().expect("tokens"));
        check(expansion, &[]);
    }
    let tokens: TokenStream = "struct A".parse().expect("tokens");
    assert!(crate::expand_attribute(TokenStream::new(), tokens).to_string().contains("TP060"), "no item");
}
