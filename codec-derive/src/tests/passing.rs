//! What a forwarded method settles: by the types of its arguments and its result.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{FnArg, Signature};

use crate::settle::Passing;
use crate::tokens::spelled;

/// The code around the call of a method with this signature.
fn around(sig: &str) -> (String, String) {
    let sig: Signature = syn::parse_str(sig).expect("a signature");
    let inputs = sig.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))).count();
    let names: Vec<Ident> = (0..inputs).map(|at| format_ident!("a{}", at)).collect();
    let private = quote!(p);
    let passing = Passing::of(&private, &sig, &names);
    let [before, after] = [passing.arguments("default"), Some(passing.output())];
    let code = |tokens: Option<TokenStream>| tokens.map(spelled).unwrap_or_default().replace(' ', "");
    (code(before), code(after))
}

#[test]
fn what_surely_contains_no_trait_object_costs_nothing() {
    for sig in [
        "fn a(&self)",
        "fn a(&self) -> u64",
        "fn a(&self, text: &str, list: &[Box<dyn I>], number: (u8, f64), all: [String; 3]) -> &'static str",
        "fn a<'a>(&'a self, text: &'a mut Vec<Box<dyn I>>) -> &'a dyn I",
        "fn a(&mut self, other: &mut dyn I, text: &mut String) -> Option<&dyn I>",
        "fn a(&self) -> Box<dyn Iterator<Item = u8> + '_>",
        "fn a(&self, out: &mut (dyn std::fmt::Write + Send), path: &mut Path, alias: &mut Out)",
    ] {
        assert_eq!(around(sig), (String::new(), "__out".to_owned()), "{sig}");
    }
}

/// Whether the code before the call, and that after it, settles something.
#[track_caller]
fn check(sig: &str, before: &str, after: &str) {
    let (arguments, output) = around(sig);
    assert!(arguments.contains("Passage"), "{sig}: {arguments}");
    for (code, needed) in [(&arguments, before), (&output, after)] {
        let is_there = code.contains("__kind()");
        assert_eq!(is_there, !needed.is_empty(), "{sig}: {code}");
        assert!(code.contains(needed), "{sig}: {code}");
    }
}

#[test]
fn arguments_are_settled_before_the_call_and_lent_ones_after_it() {
    check("fn a(&self, part: Box<dyn I>)", "leta0=", "");
    check("fn a(&self, number: u8, parts: Vec<Box<dyn I>>) -> u8", "leta1=", "");
    check(
        "fn a(&self, parts: &mut Vec<Box<dyn I>>) -> &'static str",
        "settle_in_place(&mut*a0",
        "settle_in_place(&mut*a0",
    );
}

#[test]
fn results_are_settled_by_their_kind_and_tuples_part_by_part() {
    for result in
        ["Box<dyn I>", "Alias", "Box<dyn I + 'static>", "Result<Box<dyn I>, u8>", "BTreeMap<&'static str, Box<dyn I>>"]
    {
        check(&format!("fn a(&self) -> {result}"), "", "__value");
    }
    check("fn a(&self) -> (u8, Box<dyn I>)", "", "__part1");
}

#[test]
fn what_is_polled_later_enters_the_scope_again() {
    for (sig, settles) in [
        ("fn a(&self) -> Pin<Box<dyn Future<Output = u8> + Send + '_>>", false),
        ("fn a(&self) -> BoxFuture<'_, Box<dyn I>>", true),
        ("fn a(&self) -> Pin<Box<dyn Stream<Item = u8>>>", false),
        ("fn a(&self) -> Pin<Box<dyn std::future::Future<Output = u8> + Send + Sync>>", false),
        ("fn a(&self) -> std::pin::Pin<Box<dyn futures::Stream<Item = Box<dyn I>> + Send>>", true),
    ] {
        let output = around(sig).1;
        assert!(output.contains("__arguments"), "{sig}: {output}");
        assert_eq!(output.contains("__kind()"), settles, "{sig}: {output}");
    }
}
