//! Values with types of `results` and of the standard library. Imports `entry`.

use crate::Entry;
use chrono::NaiveDate;
use ndarray::Array1;
use results::{
    ArrayResult, DateContext, DictResult, GenericContext, GenericResult, ListResult, NullContext, ResultBase,
};
use std::collections::BTreeMap;

pub fn entries() -> Vec<Entry> {
    [collections(), nested(), trait_objects(), contexts()].into_iter().flatten().collect()
}

fn list() -> ListResult<i64> {
    ListResult { items: vec![1, -2, 300] }
}

fn context(value: i64) -> GenericContext<i64> {
    GenericContext { label: "limit".to_owned(), value }
}

fn named<T>((name, value): (&str, T)) -> (String, T) {
    (name.to_owned(), value)
}

fn collections() -> Vec<Entry> {
    vec![
        Entry::result("results::GenericResult<i64>", "7 as i64", || GenericResult { value: 7_i64 }),
        Entry::result("results::ListResult<i64>", "[1, -2, 300]", list),
        Entry::result("results::DictResult<String, f64>", r#"{"": -0.0, "half": 0.5}"#, || DictResult {
            entries: [("half", 0.5), ("", -0.0)].map(named).into(),
        }),
        // Erased keys keep the order of the native ones: by number, not by their bytes.
        Entry::result("results::DictResult<i64, char>", "{-300: 'a', -1: 'b', 0: 'c', 256: 'd'}", || DictResult {
            entries: [(256_i64, 'd'), (-1, 'b'), (0, 'c'), (-300, 'a')].into(),
        }),
        Entry::result("results::ArrayResult<f64>", "0.1 -2.0 1e300", || ArrayResult {
            values: Array1::from_vec(vec![0.1, -2.0, 1e300]),
        }),
        Entry::result("results::ArrayResult<Vec<Option<bool>>>", "[Some(true), None] []", || ArrayResult {
            values: Array1::from_vec(vec![vec![Some(true), None], Vec::new()]),
        }),
    ]
}

fn nested() -> Vec<Entry> {
    vec![
        Entry::result(
            "results::GenericResult<results::ListResult<i64>>",
            "ListResult { items: [1, -2, 300] } as results::ListResult<i64>",
            || GenericResult { value: list() },
        ),
        Entry::result(
            "results::GenericResult<Vec<results::ListResult<i64>>>",
            "[ListResult { items: [1, -2, 300] }, ListResult { items: [] }] as Vec<results::ListResult<i64>>",
            || GenericResult { value: vec![list(), ListResult { items: Vec::new() }] },
        ),
        Entry::result(
            "results::GenericResult<Option<results::ListResult<i64>>>",
            "Some(ListResult { items: [1, -2, 300] }) as Option<results::ListResult<i64>>",
            || GenericResult { value: Some(list()) },
        ),
        Entry::result(
            "results::GenericResult<BTreeMap<String, results::GenericContext<i64>>>",
            "{\"a\": GenericContext { label: \"limit\", value: 1 }, \"b\": GenericContext { label: \"limit\", value: 2 }} \
             as BTreeMap<String, results::GenericContext<i64>>",
            || GenericResult { value: BTreeMap::from([("b", context(2)), ("a", context(1))].map(named)) },
        ),
        Entry::result(
            "results::GenericResult<Result<results::GenericContext<i64>, String>>",
            "Ok(GenericContext { label: \"limit\", value: 3 }) as Result<results::GenericContext<i64>, String>",
            || GenericResult { value: Ok::<_, String>(context(3)) },
        ),
        Entry::result(
            "results::ListResult<Result<results::GenericContext<i64>, String>>",
            "[Err(\"no\"), Ok(GenericContext { label: \"limit\", value: 4 })]",
            || ListResult { items: vec![Err("no".to_owned()), Ok(context(4))] },
        ),
    ]
}

fn boxed(result: impl ResultBase + 'static) -> Box<dyn ResultBase> {
    Box::new(result)
}

fn trait_objects() -> Vec<Entry> {
    vec![
        Entry::result(
            "results::GenericResult<Box<dyn results::ResultBase>>",
            "ListResult { items: [1, -2, 300] } as results::ListResult<i64>",
            || GenericResult { value: boxed(list()) },
        ),
        Entry::result(
            "results::DictResult<String, Box<dyn results::ResultBase>>",
            "{\"deep\": GenericResult { value: GenericResult { value: ListResult { items: [1, -2, 300] } } }, \
             \"flat\": GenericResult { value: 5 }}",
            || {
                let inner = GenericResult { value: boxed(list()) };
                let (flat, deep) = (GenericResult { value: 5_u8 }, GenericResult { value: boxed(inner) });
                DictResult { entries: [("flat", boxed(flat)), ("deep", boxed(deep))].map(named).into() }
            },
        ),
    ]
}

fn contexts() -> Vec<Entry> {
    vec![
        Entry::context("results::NullContext", "nowhere", || NullContext),
        Entry::context("results::DateContext", "2024-02-29", leap_day),
        Entry::context("results::GenericContext<String>", "user = \"Zoë\"", || GenericContext {
            label: "user".to_owned(),
            value: "Zoë".to_owned(),
        }),
        Entry::context(
            "results::GenericContext<(results::DateContext, results::NullContext)>",
            "since = (DateContext { day: 2024-02-29 }, NullContext)",
            || GenericContext { label: "since".to_owned(), value: (leap_day(), NullContext) },
        ),
    ]
}

fn leap_day() -> DateContext {
    DateContext { day: NaiveDate::from_ymd_opt(2024, 2, 29).expect("2024 is a leap year") }
}
