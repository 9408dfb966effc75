//! Values with types of `domain`: as arguments, as results, and as both. Imports `entry`.

use crate::Entry;
use domain::{Foo, Grade, Measured, Outcome, Pair, Podium, Sample, Sum, Tree};
use ndarray::Array1;
use results::{ArrayResult, DictResult, GenericContext, GenericResult, ListResult, ResultBase, Scores};

pub fn entries() -> Vec<Entry> {
    [arguments(), origins(), both(), bounded(), trait_objects()].into_iter().flatten().collect()
}

pub fn unlisted() -> Vec<Entry> {
    vec![Entry::result("domain::Sum<u8>", "7", || Sum { left: 3_u8, right: 4 })]
}

fn measured<T>(value: T) -> Measured<T> {
    Measured { value, unit: "kg".to_owned() }
}

fn arguments() -> Vec<Entry> {
    vec![
        Entry::result(
            "results::GenericResult<(i64, Vec<domain::Foo>)>",
            "(1, [Foo { id: 2, name: \"foo 2\" }]) as (i64, Vec<domain::Foo>)",
            || GenericResult { value: (1_i64, vec![Foo::new(2)]) },
        ),
        Entry::result(
            "results::GenericResult<[domain::Foo; 2]>",
            "[Foo { id: 1, name: \"foo 1\" }, Foo { id: 2, name: \"foo 2\" }] as [domain::Foo; 2]",
            || GenericResult { value: [Foo::new(1), Foo::new(2)] },
        ),
        Entry::result("results::ArrayResult<domain::Foo>", "Foo { id: 3, name: \"foo 3\" }", || ArrayResult {
            values: Array1::from_vec(vec![Foo::new(3)]),
        }),
        // The order of the variants, which their names do not have.
        Entry::result("results::DictResult<domain::Grade, u8>", "{Poor: 1, Fair: 2, Excellent: 3}", || DictResult {
            entries: [(Grade::Excellent, 3_u8), (Grade::Poor, 1), (Grade::Fair, 2)].into(),
        }),
        Entry::result("results::ListResult<domain::Sample>", "[Sample([1.0, 2.5], sum 3.5)]", || ListResult {
            items: vec![Sample::summed(vec![1.0, 2.5])],
        }),
        Entry::context("results::GenericContext<domain::Foo>", "who = Foo { id: 4, name: \"foo 4\" }", || {
            GenericContext { label: "who".to_owned(), value: Foo::new(4) }
        }),
    ]
}

fn origins() -> Vec<Entry> {
    vec![
        Entry::result("domain::Measured<i64>", "5 kg", || measured(5_i64)),
        Entry::context("domain::Measured<i64>", "in kg", || measured(5_i64)),
        Entry::result("domain::Pair<u8, Vec<u8>>", "1, then [2, 3]", || Pair { left: 1_u8, right: vec![2_u8, 3] }),
        Entry::result("domain::Pair<i64, String>", "1 one", || Pair { left: 1_i64, right: "one".to_owned() }),
        Entry::result("domain::Outcome<i64, String>", "Pending", || Outcome::<i64, String>::Pending),
        Entry::result("domain::Sum<i64>", "5", || Sum { left: 2_i64, right: 3 }),
        Entry::result("domain::Sum<f64>", "2.75", || Sum { left: 2.5, right: 0.25 }),
        Entry::result("domain::Tree<char>", "'a'('b'('c'()) 'd'())", || {
            let leaf = |value| Tree { value, children: Vec::new() };
            Tree { value: 'a', children: vec![Tree { value: 'b', children: vec![leaf('c')] }, leaf('d')] }
        }),
    ]
}

fn both() -> Vec<Entry> {
    vec![
        Entry::result(
            "results::GenericResult<domain::Measured<f64>>",
            "Measured { value: 0.5, unit: \"kg\" } as domain::Measured<f64>",
            || GenericResult { value: measured(0.5) },
        ),
        Entry::result(
            "domain::Measured<results::GenericResult<domain::Foo>>",
            "GenericResult { value: Foo { id: 6, name: \"foo 6\" } } kg",
            || measured(GenericResult { value: Foo::new(6) }),
        ),
        Entry::context("domain::Measured<Vec<domain::Measured<domain::Foo>>>", "in kg", || {
            measured(vec![measured(Foo::new(7))])
        }),
        Entry::result(
            "domain::Pair<domain::Foo, Vec<domain::Foo>>",
            "Foo { id: 1, name: \"foo 1\" }, then [Foo { id: 2, name: \"foo 2\" }]",
            || Pair { left: Foo::new(1), right: vec![Foo::new(2)] },
        ),
        Entry::result(
            "domain::Outcome<domain::Foo, domain::Outcome<u8, String>>",
            "Cut(Foo { id: 8, name: \"foo 8\" }, 9, Failed { error: \"no\", causes: [\"never\"] })",
            || {
                let reason = Outcome::<u8, _>::Failed { error: "no".to_owned(), causes: vec!["never".to_owned()] };
                Outcome::Cut(Foo::new(8), 9, reason)
            },
        ),
        Entry::result(
            "results::GenericResult<domain::Tree<domain::Grade>>",
            "Tree { value: Poor, children: [Tree { value: Fair, children: [] }] } as domain::Tree<domain::Grade>",
            || {
                let child = Tree { value: Grade::Fair, children: Vec::new() };
                GenericResult { value: Tree { value: Grade::Poor, children: vec![child] } }
            },
        ),
    ]
}

fn bounded() -> Vec<Entry> {
    vec![
        Entry::result("results::Scores<domain::Foo>", "1 3 2", || Scores { items: [1, 3, 2].map(Foo::new).into() }),
        Entry::result(
            "domain::Podium<domain::Foo>",
            "Foo { id: 3, name: \"foo 3\" }: 3, Foo { id: 1, name: \"foo 1\" }: 1",
            || Podium::of([1, 3].map(Foo::new).into()),
        ),
        Entry::result("results::Scores<domain::Podium<domain::Foo>>", "2 9", || Scores {
            items: vec![Podium::of(vec![Foo::new(2)]), Podium::of(vec![Foo::new(9)])],
        }),
        // No list is needed where it is an argument only.
        Entry::result(
            "results::GenericResult<domain::Sum<u8>>",
            "Sum { left: 1, right: 2 } as domain::Sum<u8>",
            || GenericResult { value: Sum { left: 1_u8, right: 2 } },
        ),
    ]
}

fn trait_objects() -> Vec<Entry> {
    vec![Entry::result(
        "results::ListResult<Box<dyn results::ResultBase>>",
        "[Sum { left: 1, right: 2 }, Measured { value: Scores { items: [Foo { id: 1, name: \"foo 1\" }] }, unit: \"kg\" }]",
        || {
            let sum: Box<dyn ResultBase> = Box::new(Sum { left: 1_i64, right: 2 });
            let scores: Box<dyn ResultBase> = Box::new(Scores { items: vec![Foo::new(1)] });
            ListResult { items: vec![sum, Box::new(measured(scores))] }
        },
    )]
}
