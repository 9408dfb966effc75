//! Draws values and type names as indented trees. Imports `page`, `text`, `tree`.

use crate::page::{Page, Paint};
use crate::text::{SHOWN, count, quoted, shortened};
use crate::tree::{Tree, key_text};
use typeport::TypeRef;

/// The longest value that is drawn on one line; longer lines are hard to read.
const INLINE: usize = 60;
/// The levels that are drawn without `--full`: deeper ones would be indented too far.
const DEPTH: usize = 16;

/// The rows of numbers that are drawn without `--full`: a few show what they are.
const ROWS: usize = 8;

/// Draws onto one page.
pub struct Drawing<'p> {
    pub page: &'p mut Page,
    pub paint: Paint,
    pub is_full: bool,
}

impl Drawing<'_> {
    /// Draws a value, with each part on a line of its own unless the value is short.
    pub fn value(&mut self, tree: &Tree) {
        match tree {
            Tree::Seq(elements) if !elements.is_empty() => self.elements(elements, 1),
            Tree::Map(entries) if !entries.is_empty() => self.entries(entries, 1),
            _ => {
                let text = self.leaf(tree);
                self.page.line(&format!("  {text}"));
            }
        }
    }

    fn elements(&mut self, elements: &[Tree], depth: usize) {
        if elements.iter().all(|element| element.scalar().is_some()) {
            return self.numbers(elements, depth);
        }
        for (at, element) in elements.iter().enumerate() {
            self.part(&format!("[{at}]"), element, depth);
        }
    }

    /// Draws elements of which many fit on a line, such as bytes, in rows that begin with the position of their first element.
    fn numbers(&mut self, elements: &[Tree], depth: usize) {
        let mut left = elements;
        for _ in 0..if self.is_full { usize::MAX } else { ROWS } {
            let at = elements.len().saturating_sub(left.len());
            let label = self.paint.label(&format!("[{at}]"));
            let mut row = String::new();
            while let Some((text, others)) = left.split_first().and_then(|(one, others)| Some((one.scalar()?, others)))
            {
                if !row.is_empty() && row.len().saturating_add(text.len()) > INLINE {
                    break;
                }
                row.push(' ');
                row.push_str(&text);
                left = others;
            }
            self.page.line(&format!("{}{label}{row}", "  ".repeat(depth)));
            if left.is_empty() {
                return;
            }
        }
        let rest = count(left.len(), "more element");
        self.page.line(&format!("{}.. {rest}: --full shows them", "  ".repeat(depth)));
    }

    fn entries(&mut self, entries: &[(Tree, Tree)], depth: usize) {
        for (key, value) in entries {
            self.part(&format!("{}:", key_text(key)), value, depth);
        }
    }

    fn part(&mut self, label: &str, tree: &Tree, depth: usize) {
        let front = format!("{}{}", "  ".repeat(depth), self.paint.label(label));
        let line = match tree.compact(INLINE) {
            Some(text) => format!("{front} {text}"),
            None if depth >= DEPTH && !self.is_full => format!("{front} {} ..", tree.summary(INLINE)),
            None => match tree {
                Tree::Seq(elements) => format!("{front} {}", count(elements.len(), "element")),
                Tree::Map(_) => front,
                _ => format!("{front} {}", self.leaf(tree)),
            },
        };
        self.page.line(&line);
        if tree.compact(INLINE).is_some() || (depth >= DEPTH && !self.is_full) {
            return;
        }
        match tree {
            Tree::Seq(elements) => self.elements(elements, depth.saturating_add(1)),
            Tree::Map(entries) => self.entries(entries, depth.saturating_add(1)),
            _ => {}
        }
    }

    fn leaf(&self, tree: &Tree) -> String {
        match tree {
            Tree::Text(text) => quoted(text, if self.is_full { usize::MAX } else { SHOWN }),
            _ => tree.summary(INLINE),
        }
    }
}

/// The lines of a type name: one origin per line, with its arguments below. A name is ASCII, and bounded by the limits.
pub fn type_lines(name: TypeRef<'_>) -> Vec<String> {
    let mut lines = vec![shortened(name.origin(), SHOWN)];
    let args: Vec<_> = name.args().collect();
    for (at, arg) in args.iter().enumerate() {
        let is_last = at.saturating_add(1) == args.len();
        let (first, others) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        for (row, line) in type_lines(*arg).into_iter().enumerate() {
            lines.push(format!("{}{line}", if row == 0 { first } else { others }));
        }
    }
    lines
}
