//! One name has one spelling: text and tree say the same, and two trees never print alike. Over generated trees and
//! over damaged texts.

use crate::property::{CASES, check};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::{self, Display};
use typeport::{Limits, TypeName, TypeRef};

/// A name as a tree of our own, with a printer of our own.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    /// A path and its arguments.
    Path(String, Vec<Tree>),
    Tuple(Vec<Tree>),
    Slice(Box<Tree>),
    Array(Box<Tree>, String),
    Dyn(String),
    /// A number of any size.
    Number(String),
    Bool(bool),
    Char(char),
}

impl Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |trees: &[Tree]| trees.iter().map(Tree::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Tree::Path(path, args) if args.is_empty() => f.write_str(path),
            Tree::Path(path, args) => write!(f, "{path}<{}>", list(args)),
            Tree::Tuple(elements) if elements.len() == 1 => write!(f, "({},)", elements[0]),
            Tree::Tuple(elements) => write!(f, "({})", list(elements)),
            Tree::Slice(element) => write!(f, "[{element}]"),
            Tree::Array(element, length) => write!(f, "[{element}; {length}]"),
            Tree::Dyn(path) => write!(f, "dyn {path}"),
            Tree::Number(value) => value.fmt(f),
            Tree::Bool(value) => value.fmt(f),
            Tree::Char(value) if (' '..='~').contains(value) && !"'\\".contains(*value) => write!(f, "'{value}'"),
            Tree::Char(value) => write!(f, "'\\u{{{:x}}}'", u32::from(*value)),
        }
    }
}

/// The tree of a parsed name, through its public methods.
fn tree_of(name: TypeRef<'_>) -> Tree {
    let args: Vec<TypeRef<'_>> = name.args().collect();
    let trees = || args.iter().copied().map(tree_of).collect::<Vec<_>>();
    match name.origin() {
        "()" => Tree::Tuple(trees()),
        "[]" => Tree::Slice(Box::new(trees().remove(0))),
        "[;]" => Tree::Array(Box::new(tree_of(args[0])), args[1].to_string()),
        "true" => Tree::Bool(true),
        "false" => Tree::Bool(false),
        origin => match origin.as_bytes()[0] {
            b'\'' => Tree::Char(character(origin)),
            b'-' | b'0'..=b'9' => Tree::Number(origin.to_owned()),
            _ if origin.starts_with("dyn ") => Tree::Dyn(origin[4..].to_owned()),
            _ => Tree::Path(origin.to_owned(), trees()),
        },
    }
}

fn character(quoted: &str) -> char {
    let inner = &quoted[1..quoted.len() - 1];
    let hex = inner.strip_prefix("\\u{").and_then(|hex| hex.strip_suffix('}'));
    hex.map_or_else(
        || inner.chars().next().unwrap(),
        |hex| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap(),
    )
}

fn path() -> impl Strategy<Value = String> {
    // Few and short, so that different trees come as near to one another as they can.
    let word = prop_oneof![6 => "[ab_A]{1,2}", 1 => "[a-zA-Z_][a-zA-Z0-9_]{0,8}", 1 => Just("true_".to_owned())];
    let is_path = |words: &Vec<String>| words.iter().all(|word| !["dyn", "true", "false"].contains(&word.as_str()));
    vec(word, 1..4).prop_filter("words that mean something else", is_path).prop_map(|words| words.join("::"))
}

fn length() -> impl Strategy<Value = String> {
    prop_oneof![0_u128..12, any::<u128>()].prop_map(|length| length.to_string())
}

fn constant() -> impl Strategy<Value = Tree> {
    prop_oneof![
        length().prop_map(Tree::Number),
        (i128::MIN..0).prop_map(|number| Tree::Number(number.to_string())),
        (-12_i128..0).prop_map(|number| Tree::Number(number.to_string())),
        any::<bool>().prop_map(Tree::Bool),
        any::<char>().prop_map(Tree::Char),
        prop::char::range('\0', '\u{a0}').prop_map(Tree::Char),
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        4 => path().prop_map(|path| Tree::Path(path, Vec::new())),
        1 => Just(Tree::Tuple(Vec::new())),
        1 => path().prop_map(Tree::Dyn),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        let arg = prop_oneof![4 => inner.clone(), 1 => constant()];
        prop_oneof![
            3 => (path(), vec(arg, 1..4)).prop_map(|(path, args)| Tree::Path(path, args)),
            1 => vec(inner.clone(), 1..4).prop_map(Tree::Tuple),
            1 => inner.clone().prop_map(|element| Tree::Slice(Box::new(element))),
            1 => (inner, length()).prop_map(|(element, length)| Tree::Array(Box::new(element), length)),
        ]
    })
}

/// A name is a key like any other: equal, ordered and hashed as its text, and padded as text is.
#[test]
fn a_name_is_as_its_text() {
    let texts = ["b::B<u8>", "a::A", "(u8, a::A)", "a::A"];
    let names: Vec<TypeName> = texts.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), 3);
    let sorted: BTreeSet<&TypeName> = names.iter().collect();
    assert_eq!(sorted.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["(u8, a::A)", "a::A", "b::B<u8>"]);
    assert_eq!(format!("{:?} {:?}", names[1], names[0].args().next().unwrap()), "TypeName(a::A) TypeRef(u8)");
    assert_eq!(format!("[{:6}|{:>4}]", names[1], names[0].args().next().unwrap()), "[a::A  |  u8]");
    assert_eq!("a::A<".parse::<TypeName>().unwrap_err().code(), 9);
}

/// Limits for the names of generated trees, which are larger than the default ones.
fn limits() -> Limits {
    Limits::default().with_name_bytes(64 << 10).with_name_nodes(4096).with_name_depth(32)
}

#[test]
fn a_tree_and_its_name_are_one_and_the_same() {
    check(1, CASES, tree(), |tree| {
        let text = tree.to_string();
        let name = TypeName::parse(&text, &limits()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(name.to_string(), text.as_str());
        prop_assert_eq!(name.as_str(), text.as_str());
        // That a tree comes back from its text is what makes printing injective.
        prop_assert_eq!(&tree_of(name.as_ref()), &tree);
        for arg in name.args() {
            prop_assert_eq!(tree_of(arg.to_type_name().as_ref()), tree_of(arg));
        }
        Ok(())
    });
}

/// The same said without the parser: among many trees, those with one text are one tree.
#[test]
fn two_trees_never_print_alike() {
    let seen = std::cell::RefCell::new(HashMap::<String, Tree>::new());
    check(2, CASES, tree(), |tree| {
        let mut seen = seen.borrow_mut();
        let known = seen.entry(tree.to_string()).or_insert_with(|| tree.clone());
        prop_assert_eq!(&*known, &tree);
        Ok(())
    });
    println!("{} different names", seen.borrow().len());
}

/// A tree with one change in its text: a character taken away, doubled, or replaced by one that matters to the grammar.
fn damaged() -> impl Strategy<Value = String> {
    let with =
        prop::sample::select(" ,;:<>()[]'\\u{}-+0129xA_\t\u{0}\u{202e}\u{e4}\u{ff0c}".chars().collect::<Vec<_>>());
    (tree(), any::<prop::sample::Index>(), 0..3, with).prop_map(|(tree, index, change, with)| {
        let mut text: Vec<char> = tree.to_string().chars().collect();
        let at = index.index(text.len());
        match change {
            0 => drop(text.remove(at)),
            1 => text.insert(at, with),
            _ => text[at] = with,
        }
        text.into_iter().collect()
    })
}

#[test]
fn what_is_accepted_prints_as_it_stood_and_all_else_is_refused() {
    let (accepted, refused) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    check(3, CASES, damaged(), |text| {
        match TypeName::parse(&text, &limits()) {
            Ok(name) => {
                accepted.set(accepted.get() + 1);
                prop_assert_eq!(tree_of(name.as_ref()).to_string(), text);
            }
            Err(error) => {
                refused.set(refused.get() + 1);
                prop_assert_eq!(error.code(), 9, "{}", error);
                let message = error.to_string();
                prop_assert!(message.chars().all(|c| (' '..='~').contains(&c) || c.is_alphanumeric()), "{}", message);
            }
        }
        Ok(())
    });
    println!("{} damaged names are names too, {} are refused", accepted.get(), refused.get());
    assert!(cfg!(miri) || (accepted.get() > 0 && refused.get() > accepted.get()));
}
