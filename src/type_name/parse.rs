//! The parser of type names: iterative, one pass, one open node per level. Imports `error`, `limits` and its siblings.
//!
//! ```text
//! type  = path [ "<" arg { ", " arg } ">" ]
//! | "()" | "(" type ",)" | "(" type ", " type { ", " type } ")"
//! | "[" type "]" | "[" type "; " uint "]" | "dyn " path
//! arg   = type | int | "true" | "false" | char
//! path  = ident { "::" ident }          uint = "0" | nonzero { digit }    int = uint | "-" nonzero { digit }
//! char  = "'" printable "'" | "'\u{" hex "}'"     (printable: ASCII 0x20 to 0x7e without ' and \)
//! ```

use super::node::{Node, NodeKind, is_identifier};
use crate::error::{Kind, Result, printable};
use crate::limits::Limits;

/// The root of a name, and the nodes below it in order of first byte.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<(Node, Box<[Node]>)> {
    // Nodes keep positions as `u32`.
    check_limit("name_bytes", limits.name_bytes.min(u32::MAX as usize), text.len())?;
    let mut parser = Parser { text, rest: text, nodes: Vec::new(), open: Vec::new(), limits };
    parser.run()?;
    match parser.nodes.split_first() {
        Some((root, below)) => Ok((*root, below.into())),
        None => parser.fail("expected a type"),
    }
}

fn check_limit(limit: &'static str, value: usize, asked: usize) -> Result<()> {
    if asked <= value {
        return Ok(());
    }
    Err(Kind::Limit { limit, value: value as u64, asked: asked as u64 }.into())
}

struct Parser<'a> {
    text: &'a str,
    /// The unread rest of `text`.
    rest: &'a str,
    nodes: Vec<Node>,
    open: Vec<Open>,
    limits: &'a Limits,
}

/// A node whose arguments are being read.
#[derive(Clone, Copy)]
struct Open {
    index: usize,
    kind: NodeKind,
    /// The number of arguments so far, and the kind of the last one.
    n_args: usize,
    last_arg: Option<NodeKind>,
}

impl<'a> Parser<'a> {
    /// Reads one node per iteration; each iteration takes at least one byte or ends the loop.
    fn run(&mut self) -> Result<()> {
        loop {
            let opened = self.head()?;
            if opened {
                continue;
            }
            loop {
                let Some(open) = self.open.pop() else {
                    return if self.rest.is_empty() { Ok(()) } else { self.fail("unexpected text after the name") };
                };
                if self.after_argument(open)? {
                    break;
                }
            }
        }
    }

    /// Reads the start of a node. Returns whether arguments follow; otherwise the node is complete.
    fn head(&mut self) -> Result<bool> {
        let start = self.rest;
        match start.as_bytes().first() {
            Some(b'(') if self.eat("()") => self.leaf(NodeKind::Tuple, start),
            Some(b'(') => self.enter(NodeKind::Tuple, start, "("),
            Some(b'[') => self.enter(NodeKind::Slice, start, "["),
            Some(b'\'') => {
                self.character()?;
                self.constant(start)
            }
            Some(b'-' | b'0'..=b'9') => {
                self.integer()?;
                self.constant(start)
            }
            Some(_) if self.eat_word("true") || self.eat_word("false") => self.constant(start),
            Some(_) => self.path_or_dyn(start),
            None => self.fail("expected a type"),
        }
    }

    /// Takes `word` if it is a whole word.
    fn eat_word(&mut self, word: &str) -> bool {
        let start = self.rest;
        if self.eat(word) && !self.at_identifier() {
            return true;
        }
        self.rest = start;
        false
    }

    fn path_or_dyn(&mut self, start: &'a str) -> Result<bool> {
        let is_dyn = self.eat("dyn ");
        self.path()?;
        if is_dyn {
            return self.leaf(NodeKind::Dyn, start);
        }
        if self.rest.starts_with('<') {
            return self.enter(NodeKind::Path, start, "<");
        }
        self.leaf(NodeKind::Path, start)
    }

    fn path(&mut self) -> Result<()> {
        loop {
            let len = self.rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            let Some((_, rest)) = self.rest.split_at_checked(len).filter(|(word, _)| is_identifier(word)) else {
                return self.fail("expected an identifier");
            };
            self.rest = rest;
            if !self.eat("::") {
                return Ok(());
            }
        }
    }

    fn integer(&mut self) -> Result<()> {
        let negative = self.eat("-");
        let len = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_canonical = |digits: &str| match digits {
            "" => false,
            "0" => !negative,
            _ => !digits.starts_with('0'),
        };
        let Some((_, rest)) = self.rest.split_at_checked(len).filter(|(digits, _)| is_canonical(digits)) else {
            return self.fail("expected a decimal number without leading zeros");
        };
        self.rest = rest;
        Ok(())
    }

    fn character(&mut self) -> Result<()> {
        let quoted = self.rest.strip_prefix('\'').and_then(|rest| rest.split_once('\''));
        let Some((inner, _)) = quoted.filter(|(inner, _)| !inner.is_empty()) else {
            return self.fail("expected a character and its closing quote");
        };
        let value = match inner.strip_prefix("\\u{").and_then(|hex| hex.strip_suffix('}')) {
            Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
            None => Some(inner).filter(|inner| inner.len() == 1).and_then(|inner| inner.chars().next()),
        };
        if value.map(quote_char).is_some_and(|quoted| self.eat(&quoted)) {
            return Ok(());
        }
        self.fail("expected a character as 'x' or '\\u{hex}'")
    }

    fn constant(&mut self, start: &'a str) -> Result<bool> {
        let allowed = self.open.last().is_some_and(|open| match open.kind {
            NodeKind::Path => true,
            NodeKind::Array => open.n_args == 1 && start.starts_with(|first: char| first.is_ascii_digit()),
            _ => false,
        });
        if !allowed {
            self.rest = start;
            return self.fail("a constant can stand only as an argument");
        }
        self.leaf(NodeKind::Const, start)
    }

    fn leaf(&mut self, kind: NodeKind, start: &str) -> Result<bool> {
        let index = self.push(kind, start)?;
        self.close(index, kind);
        Ok(false)
    }

    fn enter(&mut self, kind: NodeKind, start: &str, bracket: &str) -> Result<bool> {
        let index = self.push(kind, start)?;
        self.eat(bracket);
        check_limit("name_depth", self.limits.name_depth, self.open.len().saturating_add(2))?;
        self.open_again(Open { index, kind, n_args: 0, last_arg: None })
    }

    fn open_again(&mut self, open: Open) -> Result<bool> {
        self.open.push(open);
        Ok(true)
    }

    /// Adds a node whose text begins where `start` does; returns its index.
    fn push(&mut self, kind: NodeKind, start: &str) -> Result<usize> {
        let index = self.nodes.len();
        check_limit("name_nodes", self.limits.name_nodes, index.saturating_add(1))?;
        let (start, head_end) = (stored(self.place(start)), stored(self.place(self.rest)));
        self.nodes.push(Node { kind, start, head_end, end: head_end, n_below: 0 });
        Ok(index)
    }

    /// Ends a complete node, and counts it as an argument of its parent.
    fn close(&mut self, index: usize, kind: NodeKind) {
        let end = stored(self.place(self.rest));
        if let Some([node, below @ ..]) = self.nodes.get_mut(index..) {
            // A node that began as a slice may be an array.
            *node = Node { kind, end, n_below: stored(below.len()), ..*node };
        }
        if let Some(open) = self.open.last_mut() {
            *open = Open { n_args: open.n_args.saturating_add(1), last_arg: Some(kind), ..*open };
        }
    }

    /// Reads the separator or bracket after an argument of `open`. Returns whether another argument follows.
    fn after_argument(&mut self, open: Open) -> Result<bool> {
        match open.kind {
            NodeKind::Path if self.eat(", ") => return self.open_again(open),
            NodeKind::Path => self.expect(">")?,
            NodeKind::Tuple if open.n_args == 1 && self.eat(",)") => {}
            NodeKind::Tuple if self.eat(", ") => return self.open_again(open),
            NodeKind::Tuple if open.n_args > 1 => self.expect(")")?,
            NodeKind::Tuple => return self.fail("expected `,)` or another element"),
            NodeKind::Slice if self.eat("; ") => return self.open_again(Open { kind: NodeKind::Array, ..open }),
            NodeKind::Array if open.last_arg != Some(NodeKind::Const) => {
                return self.fail("expected a number as the array length");
            }
            _ => self.expect("]")?,
        }
        self.close(open.index, open.kind);
        Ok(false)
    }

    /// The position at which `rest`, a suffix of the text, begins.
    fn place(&self, rest: &str) -> usize {
        self.text.len().saturating_sub(rest.len())
    }

    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: &'static str) -> Result<()> {
        if self.eat(token) {
            return Ok(());
        }
        self.fail(match token {
            ">" => "expected `>` or `, `",
            ")" => "expected `)` or `, `",
            _ => "expected `]` or `; `",
        })
    }

    fn at_identifier(&self) -> bool {
        self.rest.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
    }

    fn fail<T>(&self, reason: &'static str) -> Result<T> {
        Err(Kind::InvalidTypeName { text: printable(self.text), at: self.place(self.rest), reason }.into())
    }
}

/// A position or count as stored in a node; [`parse`] refuses longer texts.
fn stored(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The one spelling of a character constant.
pub(crate) fn quote_char(value: char) -> String {
    match value {
        '\'' | '\\' => format!("'\\u{{{:x}}}'", value as u32),
        ' '..='~' => format!("'{value}'"),
        _ => format!("'\\u{{{:x}}}'", value as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::super::TypeName;
    use super::*;

    #[track_caller]
    fn accepts(text: &str) {
        let name: TypeName = text.parse().unwrap();
        assert_eq!(name.to_string(), text);
        for arg in name.args() {
            let alone = arg.to_type_name();
            assert_eq!(alone.as_str(), arg.as_str());
            assert_eq!(alone, arg.as_str().parse().unwrap_or_else(|_| alone.clone()));
        }
    }

    #[track_caller]
    fn refuses(text: &str) {
        assert_eq!(text.parse::<TypeName>().unwrap_err().code(), 9, "{text}");
    }

    #[test]
    fn every_form_parses_and_prints_as_it_stood() {
        for text in [
            "i64",
            "acme::GenericResult<Vec<i64>>",
            "()",
            "(i64,)",
            "(i64, (String, bool))",
            "[u8; 32]",
            "[Vec<u8>]",
            "[[u8; 2]; 3]",
            "Box<dyn acme::ResultBase>",
            "acme::Matrix<f64, 3, -4>",
            "acme::Flags<true, false, 'x', '\\u{27}', '\\u{e9}'>",
            "HashMap<String, Vec<Option<i64>>>",
            "truely::false_",
        ] {
            accepts(text);
        }
    }

    #[test]
    fn another_spelling_is_refused() {
        for text in [
            "",
            " i64",
            "i64 ",
            "Vec<>",
            "Vec<i64",
            "Vec<i64>>",
            "Vec<i64,String>",
            "Vec<i64 >",
            "Vec< i64>",
            "(i64)",
            "(i64, )",
            "( )",
            "(i64,String)",
            "[u8;32]",
            "[u8; 032]",
            "[u8; x]",
            "[u8; -1]",
            "[u8; ]",
            "[u8; 3; 4]",
            "[u8; i64]",
            "[; 3]",
            "dyn",
            "dyn ",
            "dyn  a::B",
            "dyn a::B<i64>",
            "3",
            "-0",
            "a::M<-0>",
            "a::M<03>",
            "a::M<+3>",
            "a::M<1_000>",
            "'x'",
            "a::M<'xy'>",
            "a::M<'''>",
            "a::M<'\\u{78}'>",
            "a::M<'\\u{0e9}'>",
            "a::M<'\\u{E9}'>",
            "true",
            "(true, i64)",
            "a::",
            "::a",
            "a:b",
            "a::b::",
            "1a",
            "a-b",
            "ä::B",
            "Vec<ä>",
            "a::M<'ä'>",
            "Vec<true::x>",
            "a\u{202e}",
            "Vec<i64>x",
            "Vec<i64>::X",
        ] {
            refuses(text);
        }
    }

    #[test]
    fn limits_hold_at_their_edge() {
        let nested = |depth: usize| format!("{}i64{}", "Vec<".repeat(depth - 1), ">".repeat(depth - 1));
        accepts(&nested(16));
        assert_eq!(nested(17).parse::<TypeName>().unwrap_err().code(), 20);
        let wide = |nodes: usize| format!("({})", vec!["i64"; nodes - 1].join(", "));
        accepts(&wide(64));
        assert_eq!(wide(65).parse::<TypeName>().unwrap_err().code(), 20);
        let long = |bytes: usize| "a".repeat(bytes);
        accepts(&long(4096));
        assert_eq!(long(4097).parse::<TypeName>().unwrap_err().code(), 20);
    }

    #[test]
    fn a_million_brackets_end_at_a_limit_on_a_small_stack() {
        let run = || {
            let limits = Limits { name_bytes: usize::MAX, ..Limits::default() };
            for bracket in ["a<", "(", "["] {
                assert_eq!(TypeName::parse(&bracket.repeat(1_000_000), &limits).unwrap_err().code(), 20);
            }
        };
        std::thread::Builder::new().stack_size(64 << 10).spawn(run).unwrap().join().unwrap();
    }
}
