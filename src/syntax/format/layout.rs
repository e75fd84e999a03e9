//! Lines and indentation.

use super::PropertyOrder;
use super::document::{Block, Item, Node, Part};

/// Blanks per level.
const INDENT: usize = 4;
/// A block that was on one line stays there up to this column.
const WIDTH: usize = 100;

/// Writes a whole file.
pub fn write(items: &[Item], order: &dyn PropertyOrder) -> String {
    let mut writer = Writer { out: String::new(), order, path: Vec::new() };
    writer.items(items);
    writer.out
}

struct Writer<'a> {
    out: String,
    order: &'a dyn PropertyOrder,
    /// Words of the nodes around.
    path: Vec<&'a str>,
}

impl<'a> Writer<'a> {
    fn indent(&self) -> String {
        " ".repeat(INDENT * self.path.len())
    }

    fn items(&mut self, items: &'a [Item]) {
        for item in items {
            match item {
                Item::Blank => {}
                Item::Verbatim(text) => {
                    self.out.push_str(&self.indent());
                    self.out.push_str(text);
                }
                Item::Node(node) => {
                    self.out.push_str(&self.indent());
                    self.node(node);
                }
            }
            self.out.push('\n');
        }
    }

    fn node(&mut self, node: &'a Node) {
        self.head(node);
        if let Some(block) = &node.block {
            self.block(node, block);
        }
        for after in &node.after {
            self.space();
            self.out.push_str(after);
        }
        if let Some(comment) = &node.comment {
            self.space();
            self.out.push_str(comment);
        }
    }

    /// A blank, unless the line is empty so far.
    fn space(&mut self) {
        if !self.out.ends_with([' ', '\n']) && !self.out.is_empty() {
            self.out.push(' ');
        }
    }

    fn head(&mut self, node: &'a Node) {
        self.out.push_str(&node.spelled);
        let fixed = |part: &Part| matches!(part, Part::Fixed(_) | Part::Break(_));
        for parts in node.parts.chunk_by(|left, right| fixed(left) == fixed(right)) {
            let mut parts: Vec<&Part> = parts.iter().collect();
            if !parts.iter().any(|part| fixed(part)) {
                self.path.push(&node.word);
                parts.sort_by_key(|part| self.rank(part));
                self.path.pop();
            }
            parts.into_iter().for_each(|part| self.part(part));
        }
    }

    /// Arguments first, then properties by rank, then those without.
    fn rank(&self, part: &Part) -> (u8, usize) {
        match part {
            Part::Prop(name, _) => match self.order.rank(&self.path, name) {
                Some(rank) => (1, rank),
                None => (2, 0),
            },
            _ => (0, 0),
        }
    }

    fn part(&mut self, part: &Part) {
        self.space();
        match part {
            Part::Arg(text) | Part::Prop(_, text) | Part::Fixed(text) => self.out.push_str(text),
            Part::Break(comment) => {
                self.out.push('\\');
                if let Some(comment) = comment {
                    self.out.push(' ');
                    self.out.push_str(comment);
                }
                self.out.push('\n');
                self.out.push_str(&self.indent());
                self.out.push_str(&" ".repeat(INDENT));
            }
        }
    }

    fn block(&mut self, node: &'a Node, block: &'a Block) {
        self.space();
        if block.items.is_empty() && block.comment.is_none() {
            return self.out.push_str("{}");
        }
        if block.one_line && self.one_line(node, block) {
            return;
        }
        self.out.push('{');
        if let Some(comment) = &block.comment {
            self.out.push(' ');
            self.out.push_str(comment);
        }
        self.out.push('\n');
        self.path.push(&node.word);
        self.items(&block.items);
        self.path.pop();
        self.out.push_str(&self.indent());
        self.out.push('}');
    }

    /// `{ child }`, where there is one child and it fits. False leaves everything as it was.
    fn one_line(&mut self, node: &'a Node, block: &'a Block) -> bool {
        let [Item::Node(child)] = block.items.as_slice() else { return false };
        if child.comment.is_some() || block.comment.is_some() {
            return false;
        }
        let mark = self.out.len();
        self.out.push_str("{ ");
        self.path.push(&node.word);
        self.node(child);
        self.path.pop();
        self.out.push_str(" }");
        let line = self.out.get(..mark).and_then(|out| out.rfind('\n')).map_or(0, |at| at + 1);
        let fits = self.out.get(line..).is_some_and(|text| text.chars().count() <= WIDTH);
        let broken = self.out.get(mark..).is_some_and(|text| text.contains('\n'));
        if !fits || broken {
            self.out.truncate(mark);
            return false;
        }
        true
    }
}
