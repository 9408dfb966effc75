//! Which parameters are erased, and with which bound.

use quote::quote;

use crate::bounds::slots;
use crate::tokens::spelled;

/// `generics` are written as in `impl<..> where ..`; expected are the slots of the parameters, or the barriers.
#[track_caller]
fn check(generics: &str, expected: &str) {
    let item: syn::ItemStruct = syn::parse_str(&format!("struct S {generics};")).expect("generics");
    let actual = match slots(&item.generics, &[]) {
        Ok(slots) => slots.iter().map(|slot| spelled(slot.erased(&quote!(p)))).collect::<Vec<_>>().join(" | "),
        Err(barriers) => {
            let texts = barriers.into_iter().map(|barrier| barrier.text);
            format!("barred: {}", texts.collect::<Vec<_>>().join(" | "))
        }
    };
    assert_eq!(actual, expected, "{generics}");
}

#[test]
fn unbounded_parameters_are_erased_by_position() {
    check("", "");
    check("<T>", "p::Erased<0usize>");
    check("<K, V = i64>", "p::Erased<0usize> | p::Erased<1usize>");
}

#[test]
fn bounds_that_every_erased_value_has_change_nothing() {
    check("<T: Debug + Clone + PartialEq + Eq + ::core::hash::Hash + PartialOrd + Ord>", "p::Erased<0usize>");
    check("<T: ?Sized + Send + Sync + Unpin + 'static + typeport::Portable>", "p::Erased<0usize>");
    check("<T> where T: for<'de> serde::Deserialize<'de> + Serialize, T: 'static", "p::Erased<0usize>");
}

#[test]
fn one_interface_is_the_bound_of_the_erased_value() {
    check("<T: Scorable>", "p::Erased<0usize, dyn Scorable>");
    check("<A, B: acme::Scorable + Hash> where B: Eq", "p::Erased<0usize> | p::Erased<1usize, dyn acme::Scorable>");
    check("<T: Scorable> where T: Scorable", "p::Erased<0usize, dyn Scorable>");
}

#[test]
fn two_interfaces_stand_in_the_way() {
    check("<T: Scorable + Named>", "barred: T: Scorable + Named");
    check("<T: Scorable> where T: Named", "barred: T: Scorable + Named");
}

#[test]
fn known_and_generic_bounds_stand_in_the_way() {
    check("<T: Copy>", "barred: T: Copy");
    check("<T: Copy + std::ops::Add<Output = T>, U>", "barred: T: Copy | T: std::ops::Add<Output = T>");
    check("<T: Into<i64>, F: Fn(i64) -> i64>", "barred: T: Into<i64> | F: Fn (i64) -> i64");
    check("<T: Base<i64>>", "barred: T: Base<i64>");
}

#[test]
fn const_parameters_and_foreign_predicates_stand_in_the_way() {
    check("<T, const N: usize>", "barred: const N");
    check("<T> where Vec<T>: Scorable", "barred: Vec<T>: Scorable");
    check("<T: Iterator> where T::Item: Debug", "barred: T: Iterator | T::Item: Debug");
}
