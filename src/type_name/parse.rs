//! The parser of type names: iterative, one pass, an open node a level. Imports `error`, `limits` and its parent only.
//!
//! ```text
//! type  = path [ "<" arg { ", " arg } ">" ]
//!       | "()" | "(" type ",)" | "(" type ", " type { ", " type } ")"
//!       | "[" type "]" | "[" type "; " uint "]" | "dyn " path
//! arg   = type | int | "true" | "false" | char
//! path  = ident { "::" ident }          uint = "0" | nonzero { digit }    int = uint | "-" nonzero { digit }
//! char  = "'" printable "'" | "'\u{" hex "}'"     (printable: ASCII 0x20 to 0x7e without ' and \)
//! ```

use super::{Node, NodeKind, TypeName, is_identifier};
use crate::error::{Kind, Result, printable};
use crate::limits::Limits;

pub(super) fn parse(text: &str, limits: &Limits) -> Result<TypeName> {
    check_limit("name_bytes", limits.name_bytes, text.len())?;
    let mut parser = Parser { text, at: 0, nodes: Vec::new(), open: Vec::new(), limits };
    parser.run()?;
    Ok(TypeName { text: text.into(), nodes: parser.nodes.into() })
}

fn check_limit(limit: &'static str, value: usize, asked: usize) -> Result<()> {
    if asked <= value {
        return Ok(());
    }
    Err(Kind::Limit { limit, value: value as u64, asked: asked as u64 }.into())
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    nodes: Vec<Node>,
    /// The nodes whose arguments are being read: index and number of arguments so far.
    open: Vec<(usize, usize)>,
    limits: &'a Limits,
}

impl<'a> Parser<'a> {
    /// Reads one node a turn: each turn takes at least one byte, or ends.
    fn run(&mut self) -> Result<()> {
        loop {
            let opened = self.head()?;
            if opened {
                continue;
            }
            loop {
                if self.open.is_empty() {
                    return if self.at == self.text.len() {
                        Ok(())
                    } else {
                        self.fail("unexpected text after the name")
                    };
                }
                if self.after_argument()? {
                    break;
                }
            }
        }
    }

    /// Reads the start of a node. True when its arguments follow; otherwise it is complete.
    fn head(&mut self) -> Result<bool> {
        let start = self.at;
        match self.rest().as_bytes().first() {
            Some(b'(') if self.rest().starts_with("()") => {
                self.at += 2;
                self.leaf(NodeKind::Tuple, start)
            }
            Some(b'(') => self.enter(NodeKind::Tuple, start, 1),
            Some(b'[') => self.enter(NodeKind::Slice, start, 1),
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
            None => self.fail("a type is missing"),
        }
    }

    /// Takes `word` where it stands alone, and nothing otherwise.
    fn eat_word(&mut self, word: &str) -> bool {
        let start = self.at;
        if self.eat(word) && !self.at_identifier() {
            return true;
        }
        self.at = start;
        false
    }

    fn path_or_dyn(&mut self, start: usize) -> Result<bool> {
        let is_dyn = self.eat("dyn ");
        self.path()?;
        if is_dyn {
            return self.leaf(NodeKind::Dyn, start);
        }
        if self.rest().starts_with('<') {
            return self.enter(NodeKind::Path, start, 1);
        }
        self.leaf(NodeKind::Path, start)
    }

    fn path(&mut self) -> Result<()> {
        loop {
            let len = self.rest().bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            if !is_identifier(&self.rest()[..len]) {
                return self.fail("expected an identifier");
            }
            self.at += len;
            if !self.eat("::") {
                return Ok(());
            }
        }
    }

    fn integer(&mut self) -> Result<()> {
        let negative = self.eat("-");
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let leading_zero = self.rest().starts_with('0');
        if digits == 0 || leading_zero && (digits > 1 || negative) {
            return self.fail("a number is decimal, without leading zeros");
        }
        self.at += digits;
        Ok(())
    }

    fn character(&mut self) -> Result<()> {
        let Some((inner, _)) = self.rest()[1..].split_once('\'').filter(|(inner, _)| !inner.is_empty()) else {
            return self.fail("a character needs its closing quote");
        };
        let value = match inner.strip_prefix("\\u{").and_then(|hex| hex.strip_suffix('}')) {
            Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
            None => Some(inner).filter(|inner| inner.len() == 1).and_then(|inner| inner.chars().next()),
        };
        let quoted = value.map(quote_char).filter(|quoted| self.rest().starts_with(quoted.as_str()));
        match quoted {
            Some(quoted) => self.at += quoted.len(),
            None => return self.fail("a character has one spelling: 'x' or '\\u{hex}'"),
        }
        Ok(())
    }

    fn constant(&mut self, start: usize) -> Result<bool> {
        let allowed = self.open.last().is_some_and(|(index, count)| match self.nodes[*index].kind {
            NodeKind::Path => true,
            NodeKind::Array => *count == 1 && self.text.as_bytes()[start].is_ascii_digit(),
            _ => false,
        });
        if !allowed {
            self.at = start;
            return self.fail("a constant can only be an argument");
        }
        self.leaf(NodeKind::Const, start)
    }

    fn leaf(&mut self, kind: NodeKind, start: usize) -> Result<bool> {
        self.push(kind, start)?;
        self.close(self.nodes.len() - 1);
        Ok(false)
    }

    /// Opens a node whose bracket takes `len` bytes.
    fn enter(&mut self, kind: NodeKind, start: usize, len: usize) -> Result<bool> {
        self.push(kind, start)?;
        self.at += len;
        self.open.push((self.nodes.len() - 1, 0));
        check_limit("name_depth", self.limits.name_depth, self.open.len() + 1)?;
        Ok(true)
    }

    fn push(&mut self, kind: NodeKind, start: usize) -> Result<()> {
        check_limit("name_nodes", self.limits.name_nodes, self.nodes.len() + 1)?;
        self.nodes.push(Node { kind, start: start as u32, head_end: self.at as u32, end: 0, next: 0 });
        Ok(())
    }

    fn close(&mut self, index: usize) {
        let next = self.nodes.len() as u32;
        let node = &mut self.nodes[index];
        (node.end, node.next) = (self.at as u32, next);
        if let Some((_, count)) = self.open.last_mut() {
            *count += 1;
        }
    }

    /// Reads what follows a complete argument. True when another argument follows; false when the open node is closed.
    fn after_argument(&mut self) -> Result<bool> {
        let (index, count) = *self.open.last().expect("called with an open node");
        let kind = self.nodes[index].kind;
        match kind {
            NodeKind::Path if self.eat(", ") => return Ok(true),
            NodeKind::Path => self.expect(">")?,
            NodeKind::Tuple if count == 1 && self.eat(",)") => {}
            NodeKind::Tuple if self.eat(", ") => return Ok(true),
            NodeKind::Tuple if count > 1 => self.expect(")")?,
            NodeKind::Tuple => return self.fail("expected `,)` or another element"),
            NodeKind::Slice if self.eat("; ") => {
                self.nodes[index].kind = NodeKind::Array;
                return Ok(true);
            }
            NodeKind::Array if self.length_of_array(index) != NodeKind::Const => {
                return self.fail("the length of an array is a number");
            }
            _ => self.expect("]")?,
        }
        self.open.pop();
        self.close(index);
        Ok(false)
    }

    fn length_of_array(&self, index: usize) -> NodeKind {
        let length = self.nodes[index + 1].next as usize;
        self.nodes[length].kind
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn eat(&mut self, token: &str) -> bool {
        let eaten = self.rest().starts_with(token);
        if eaten {
            self.at += token.len();
        }
        eaten
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
        self.rest().bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
    }

    fn fail<T>(&self, reason: &'static str) -> Result<T> {
        Err(Kind::InvalidTypeName { text: printable(self.text), at: self.at, reason }.into())
    }
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
                let error = TypeName::parse(&bracket.repeat(1_000_000), &limits).unwrap_err();
                assert_eq!(error.code(), 20);
            }
        };
        std::thread::Builder::new().stack_size(64 << 10).spawn(run).unwrap().join().unwrap();
    }
}
