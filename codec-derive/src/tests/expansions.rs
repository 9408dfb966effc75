//! What the expansions say, and what they leave out.

use proc_macro2::TokenStream;

use crate::tokens::spelled;
use crate::{expand_attribute, expand_derive};

/// Checks that `source` expands to items that contain each fact, or lack it if it begins with `!`.
#[track_caller]
pub fn check(expansion: TokenStream, facts: &[&str]) {
    syn::parse2::<syn::File>(expansion.clone()).expect("an expansion is a list of items");
    let text = squeezed(&spelled(expansion));
    for fact in facts {
        let (expected, fact) = match fact.strip_prefix('!') {
            Some(fact) => (false, fact),
            None => (true, *fact),
        };
        assert_eq!(text.contains(&squeezed(fact)), expected, "{fact}\n{text}");
    }
}

/// Spaces around punctuation differ between printers.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[track_caller]
fn check_type(source: &str, facts: &[&str]) {
    check(expand_derive(syn::parse_str(source).expect("a type")), facts);
}

#[track_caller]
pub fn check_item(arguments: &str, source: &str, facts: &[&str]) {
    let expansion = expand_attribute(arguments.parse().expect("tokens"), source.parse().expect("tokens"));
    check(expansion, facts);
}

#[test]
fn a_plain_type_is_registered_as_it_stands() {
    check_type(
        "struct Money { pub cents: i64 }",
        &[
            "Origin::new(::typeport::__private::id!(\"Money\"), &[], ::typeport::__private::site!())",
            "impl ::typeport::Portable for Money {",
            "args: &[],",
            "style: ::typeport::__private::Style::Named",
            r#"member: ",\"cents\":", is_plain: true, ty: <i64 as ::typeport::Portable>::TYPE, flatten: false"#,
            "Entry::native_type::<Money>()",
        ],
    );
}

#[test]
fn of_a_type_whose_text_travels_nothing_else_is_portable() {
    check_type(
        "#[portable(as_failure, crate = \"my::typeport\")] enum A<T: Debug> { B(T) }",
        &[
            "impl<T: Debug> my::typeport::IntoFailure for A<T> where Self: ::core::error::Error + 'static {",
            "my::typeport::Failure::text_of(&self)",
            "!Portable",
            "!submit",
        ],
    );
}

#[test]
fn ids_aliases_and_the_path_of_the_crate_are_as_given() {
    check_type(
        "#[portable(id = \"a::B\", alias = \"a::C\", alias = \"a::D\", crate = \"my::typeport\")] struct A;",
        &["Origin::new(\"a::B\", &[\"a::C\", \"a::D\"],", "impl my::typeport::Portable for A", "!::typeport::typeport"],
    );
    check_type("struct r#type;", &["id!(\"type\")", "native_type::<r#type>()"]);
}

#[test]
fn parameters_are_bounded_and_erased() {
    check_type(
        "struct Pair<K: Ord, V: Scorable = i64>(K, V) where K: Clone;",
        &[
            "impl<K: Ord, V: Scorable> ::typeport::Portable for Pair<K, V> \
             where K: Clone, K: ::typeport::Portable, V: ::typeport::Portable {",
            "args: &[<K as ::typeport::Portable>::TYPE, <V as ::typeport::Portable>::TYPE]",
            "erased_type::<Pair<::typeport::__private::Erased<0usize>, ::typeport::__private::Erased<1usize, dyn \
             Scorable>>>()",
        ],
    );
    check_type(
        "#[portable(bound = \"T: Unit\")] struct A<T>(T);",
        &["for A<T> where T: Unit {", "erased_type::<A<::typeport::__private::Erased<0usize, dyn Unit>>>()"],
    );
}

#[test]
fn what_cannot_be_erased_is_listed() {
    check_type(
        "#[portable(specialize(Grid<f64, 3>))] struct Grid<T, const N: usize, const B: bool>([T; N]);",
        &[
            "Head::Const(::typeport::__private::ConstValue::Uint(N as ::core::primitive::u128))",
            "ConstValue::Bool(B)",
            "Entry::unlisted_type(&::typeport::__private::TypeExpr { head: \
             ::typeport::__private::Head::Origin(&__ORIGIN)",
            "Entry::listed_type::<Grid<f64, 3> >()",
            "!erased_type",
        ],
    );
    check_type("struct Sum<T: Copy>(T);", &["unlisted_type", "!native_type", "!::listed_type"]);
    check_type(
        "#[portable(specialize(A<u8>))] struct A<T>(T);",
        &["erased_type", "listed_type::<A<u8>>()", "!unlisted"],
    );
}

#[test]
fn the_shape_follows_serde() {
    check_type(
        "#[serde(rename_all = \"camelCase\")] struct A { one_two: u8, #[serde(rename = \"x\")] three: u8, \
         #[serde(skip)] four: NotPortable }",
        &[r#"member: ",\"oneTwo\":""#, r#"member: ",\"x\":""#, "!NotPortable"],
    );
    check_type(
        "struct A(#[serde(with = \"my :: module\")] B, #[portable(opaque = \"c::C\")] C);",
        &["Head::Opaque(\"with my::module\")", "Head::Opaque(\"opaque c::C\")", "!<B as", "!<C as", "Style::Tuple"],
    );
    check_type("#[serde(transparent)] struct A<T> { a: B, b: PhantomData<T> }", &["Transparent { inner: <B as"]);
    check_type("#[serde(from = \"B\", into = \"B\")] struct A { c: C }", &["Transparent { inner: <B as", "!<C as"]);
    check_type("struct A(#[serde(skip)] B);", &["Style::Newtype", "<B as"]);
}

#[test]
fn variants_keep_their_number_in_the_source() {
    check_type(
        "#[serde(rename_all = \"snake_case\", rename_all_fields = \"UPPERCASE\")] \
         enum A { FirstOne, Second(#[serde(skip)] B), Third { a: u8 }, #[serde(rename_all = \"lowercase\")] \
          Fourth { b: u8 }, #[serde(skip)] Last(C) }",
        &[
            "Tagging::External",
            "name: \"first_one\", aliases: &[], index: 0u32",
            "name: \"second\", aliases: &[], index: 1u32, fields: ::typeport::__private::Fields { style: \
             ::typeport::__private::Style::Unit, fields: &[], listed: &[] }",
            "name: \"third\", aliases: &[], index: 2u32",
            r#"member: ",\"A\":""#,
            r#"member: ",\"b\":""#,
            "!<C as",
            "json_only: false",
        ],
    );
    check_type("enum A { #[serde(with = \"w\")] B(C) }", &["Style::Newtype", "Opaque(\"with w\")", "!<C as"]);
}

#[test]
fn json_only_types_carry_what_json_shows() {
    check_type(
        "#[portable(format = \"json\")] #[serde(tag = \"t\", content = \"c\")] enum A { #[serde(untagged)] \
         B(#[serde(skip_serializing_if = \"f\")] u8) }",
        &["Adjacent { tag: \"t\", content: \"c\" }", "name: \"\"", "optional: true", "json_only: true"],
    );
    check_type(
        "#[portable(format = \"json\")] #[serde(tag = \"t\", rename = \"a\")] struct A { #[serde(flatten)] b: u8, \
         #[serde(skip_serializing)] c: C, #[serde(deserialize_with = \"d\")] d: D }",
        &[
            "Internal { tag: \"t\" }",
            "name: \"a\", aliases: &[], index: 0u32",
            "flatten: true",
            "!<C as",
            "Opaque(\"deserialize_with d\")",
        ],
    );
}

#[test]
fn an_interface_gets_its_supertrait_and_its_trait_object_is_portable() {
    check_item(
        "id = \"acme::Base\"",
        "#[cfg(unix)] pub trait Base: Scorable { fn a(&self); }",
        &[
            "pub trait Base: Scorable + ::typeport::Value {",
            "#[diagnostic::on_unimplemented(note = \"to make `{Self}` a member, write `#[portable] impl Base for \
             {Self}`\")]",
            "fn __add_the_portable_attribute_to_this_impl(&self, _: ::typeport::__private::Token) where \
             Self: ::core::marker::Sized;",
            "#[cfg(unix)] #[doc(hidden)] #[allow(",
            "Origin::new(\"acme::Base\", &[], ::typeport::__private::site!())",
            "impl ::typeport::Interface for dyn Base",
            "Deserialize<'de> for ::std::boxed::Box<dyn Base>",
            "boxed_interface_methods!(dyn Base);",
            "Entry::interface::<dyn Base>()",
        ],
    );
    check_item(
        "",
        "#[diagnostic::on_unimplemented(message = \"mine\")] trait Base {}",
        &["trait Base: ::typeport::Value", "!to make"],
    );
}

#[test]
fn methods_are_passed_on_to_what_a_wrapper_holds() {
    check_item(
        "",
        "trait Base { #[cfg(unix)] fn a(&self, _: u8, mut b: &str) -> &str { b } fn c(&mut self); fn d(self: \
         Box<Self>); fn e() where Self: Sized {} }",
        &[
            "#[cfg(unix)] fn a(&self, __arg0: u8, __arg1: &str) -> &str { <__I as \
             Base>::a(::typeport::__private::Erased::get(self), __arg0, __arg1) }",
            "<__I as Base>::c(::typeport::__private::Erased::get_mut(self),)",
            "<__I as Base>::d(::typeport::__private::Erased::into_inner(*self),)",
            "let (__value, __scope) = ::typeport::__private::Specialized::enter(self); let __out = <__G as \
             Base>::a(__value, __arg0, __arg1); __out",
            "Specialized::enter_mut(self)",
            "Specialized::enter_box(self)",
            "!<__G as Base>::e",
        ],
    );
}

#[test]
fn a_required_method_for_sized_types_rules_out_the_erased_bound() {
    check_item(
        "",
        "trait Base { fn a() -> Self where Self: Sized; fn b<T>(&self) where Self: Sized; }",
        &["!for ::typeport::__private::Erased", "::core::unreachable!", "<__G as Base>::b::<T>(__value,)"],
    );
}

#[test]
fn async_methods_enter_the_scope_each_time_they_run() {
    check_item(
        "",
        "#[async_trait] trait Base { async fn a(&self); }",
        &[
            "#[async_trait] #[doc(hidden)] #[automatically_derived] impl<__G>",
            "<__I as Base>::a(::typeport::__private::Erased::get(self),).await",
            "let __scope = ::typeport::__private::Specialized::scope(&self); \
             let __value = ::typeport::__private::Specialized::get(self); \
             ::typeport::__private::in_scope(__scope, async move { <__G as Base>::a(__value,).await }).await",
        ],
    );
}

#[test]
fn a_plain_member_is_registered_as_it_stands() {
    check_item(
        "",
        "impl acme::Base for Sum<i64> { fn a(&self) {} }",
        &[
            "fn a(&self) {} #[doc(hidden)] fn __add_the_portable_attribute_to_this_impl(&self, _: \
             ::typeport::__private::Token) {} }",
            "const __CAST: ::typeport::__private::Cast<dyn acme::Base>",
            "unbox::<Sum<i64>>(__boxed)",
            "native_member::<Sum<i64>, dyn acme::Base>(&__CAST, ::typeport::__private::site!())",
            "listed_type::<Sum<i64>>()",
            "!where",
        ],
    );
}

#[test]
fn a_generic_member_is_registered_as_a_pattern() {
    check_item(
        "",
        "impl<T: Scorable, U> Base for Pair<U, Vec<(T, b::T)>> where U: Clone {}",
        &[
            "where U: Clone, T: ::typeport::Portable, U: ::typeport::Portable {",
            "erased_member::<Pair<::typeport::__private::Erased<1usize>, \
             Vec<(::typeport::__private::Erased<0usize, dyn Scorable>, b::T)>>, dyn Base>",
            "unbox::<::typeport::__private::Specialized<Pair<",
            "!native",
            "!listed",
        ],
    );
}

#[test]
fn listed_specializations_are_registered_beside_the_pattern_or_alone() {
    let listed =
        ["native_member::<Sum<i64>, dyn Base>", "listed_type::<Sum<i64>>()", "native_member::<Sum<f64>, dyn Base>"];
    let list = "specialize(Sum<i64>, Sum<f64>)";
    check_item(list, "impl<T: Copy> Base for Sum<T> {}", &[&listed[..], &["!erased_member"]].concat());
    check_item(list, "impl<T> Base for Sum<T> {}", &[&listed[..], &["erased_member"]].concat());
}

#[test]
fn errors_leave_the_item_in_place() {
    check_item("", "trait A { fn a(); }", &["trait A { fn a(); }", "compile_error!", "!Token"]);
    check_item("", "impl<T: Copy> A for B<T> {}", &["A for B<T>", "Token) {}", "compile_error!", "!inventory"]);
    check_item("", "mod a {}", &["mod a {}", "compile_error!"]);
}

#[test]
fn the_error_for_a_bound_offers_the_line_to_add() {
    let expansion = expand_attribute(
        TokenStream::new(),
        "impl<T: Copy, const N: usize> A for b::Sum<T, N> {}".parse().expect("tokens"),
    );
    assert!(expansion.to_string().contains(
        "`const N`, `T: Copy` cannot be erased (TP031): list the specializations that the program uses: \
         #[portable(specialize(b::Sum<i64, 3>, ..))]"
    ));
}
