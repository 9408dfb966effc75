//! Type names that are deep, wide, long, or repeat one part many times, on the smallest stacks. Imports `case`, `envelope`.

use crate::case::{Case, Decode, Expect, STACKS, Table, value};
use crate::envelope::{leb128, of, repaired};
use std::collections::HashSet;
use std::rc::Rc;
use typeport::{Error, Format, Limits, TypeName};

/// What parses, prints and compares a name may use.
const SMALL_STACK: usize = 64 << 10;
/// The levels and nodes that an unbounded parser may take, for a thousandth of which a recursive one has no stack.
const MANY: usize = 100_000;
const MILLION: usize = 1_000_000;

pub fn add(table: &mut Table) {
    broken(table);
    sound(table);
}

/// Names that are none.
fn broken(table: &mut Table) {
    let format = table.format;
    for (what, part) in
        [("<", "<"), ("(", "("), ("[", "["), (",", ","), ("a<", "a<"), ("(a, ", "(a, "), ("dyn", "dyn ")]
    {
        for count in [1, 16, 65, 4096, MANY] {
            add_text(table, &format!("{count} times {what}"), Expect::Refused, move || part.repeat(count));
        }
    }
    for part in ["<", "(", "[", "a<"] {
        let text = move || part.repeat(MILLION).into_bytes();
        push(
            table,
            format!("a million times {part}, parsed within limits"),
            Expect::Refused,
            SMALL_STACK,
            bounded,
            text,
        );
        let make = move || named(format, &part.repeat(MILLION));
        push(table, format!("a million times {part}, in an envelope"), Expect::Limit, SMALL_STACK, value, make);
    }
    add_text(table, "a char without an end", Expect::Refused, || format!("a<'\\u{{{}", "0".repeat(MILLION)));
    add_text(table, "a number of a million digits", Expect::Bounded, || format!("[u8; {}]", "9".repeat(MILLION)));
}

/// Names that are sound; an unbounded parser takes them, an envelope with them names unknown types, or another hash.
fn sound(table: &mut Table) {
    for count in [2, 15, 63, 1000, MANY] {
        let vectors = move || format!("{}u8{}", "Vec<".repeat(count), ">".repeat(count));
        add_text(table, &format!("{count} vectors"), Expect::Bounded, vectors);
        let ones = move || format!("{}u8{}", "(".repeat(count), ",)".repeat(count));
        add_text(table, &format!("{count} tuples of one"), Expect::Bounded, ones);
        let wide = move || format!("({}u8)", "u8, ".repeat(count - 1));
        add_text(table, &format!("a tuple of {count}"), Expect::Bounded, wide);
        let path = move || format!("a{}", "::a".repeat(count));
        add_text(table, &format!("a path of {count}"), Expect::Bounded, path);
        let long = move || format!("a::{}", "a".repeat(count));
        add_text(table, &format!("a word of {count}"), Expect::Bounded, long);
    }
    for levels in [1, 3, 4, 5, 16] {
        add_text(table, &format!("{levels} levels of pairs"), Expect::Bounded, move || pairs(levels));
    }
}

/// The same pair twice in each pair: the text doubles with each level.
fn pairs(levels: usize) -> String {
    (0..levels).fold("u8".to_owned(), |inner, _| format!("({inner}, {inner})"))
}

fn add_text(table: &mut Table, what: &str, expect: Expect, text: impl Fn() -> String + Clone + 'static) {
    let format = table.format;
    let parsed = text.clone();
    push(table, format!("{what}, parsed"), expect, SMALL_STACK, unbounded, move || parsed().into_bytes());
    let refused = if expect == Expect::Bounded { Expect::Refused } else { expect };
    push(table, format!("{what}, in an envelope"), refused, STACKS[1], value, move || named(format, &text()));
}

fn push(
    table: &mut Table,
    what: String,
    expect: Expect,
    stack: usize,
    decode: Decode,
    make: impl Fn() -> Vec<u8> + 'static,
) {
    table.cases.push(Case { name: format!("name: {what}"), expect, stack, make: Rc::new(make), decode });
}

/// An envelope with this type name.
fn named(format: Format, name: &str) -> Vec<u8> {
    let sound = of::<u8>(format, b"0");
    repaired([&sound[..15], &leb128(name.len() as u64), name.as_bytes(), b"0"].concat())
}

fn bounded(text: &[u8]) -> Result<(), Error> {
    std::str::from_utf8(text).expect("it was a string").parse::<TypeName>().map(drop)
}

/// All that a name can do, with no limit on it.
fn unbounded(text: &[u8]) -> Result<(), Error> {
    let limits = Limits::default().with_name_bytes(usize::MAX).with_name_nodes(usize::MAX).with_name_depth(usize::MAX);
    let name = TypeName::parse(std::str::from_utf8(text).expect("it was a string"), &limits)?;
    assert_eq!(name.to_string().as_bytes(), text);
    assert_eq!(format!("{name:?}").len(), "TypeName()".len() + text.len());
    let copy = name.clone();
    assert_eq!(copy.cmp(&name), std::cmp::Ordering::Equal);
    assert_eq!(HashSet::from([copy, name.clone()]).len(), 1);
    assert!(name.args().all(|arg| arg.to_type_name().as_str().len() < text.len()));
    Ok(())
}
