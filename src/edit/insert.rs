//! Where a new part of a node goes: in the order of the vocabulary, with the indentation of the file.

use super::draft::Edit;
use super::order::place;
use crate::language::spec::NodeSpec;
use crate::syntax::anatomy::{self, Behind};
use crate::syntax::{Node, SourceId, Sources};

/// A node that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// Its word.
    pub word: &'static str,
    /// The word with arguments and properties, spelled.
    pub head: String,
    /// The one node in it.
    pub child: Option<Box<Fresh>>,
}

impl Fresh {
    fn write(&self, indent: &str, unit: &str, newline: &str, out: &mut String) {
        out.push_str(indent);
        out.push_str(&self.head);
        if let Some(child) = &self.child {
            out.push_str(" {");
            out.push_str(newline);
            child.write(&format!("{indent}{unit}"), unit, newline, out);
            out.push_str(newline);
            out.push_str(indent);
            out.push('}');
        }
    }

    /// On one line.
    fn inline(&self) -> String {
        match &self.child {
            Some(child) => format!("{} {{ {} }}", self.head, child.inline()),
            None => self.head.clone(),
        }
    }
}

/// How a file is laid out.
pub struct Style<'t> {
    text: &'t str,
    source: SourceId,
    unit: String,
    newline: &'static str,
}

impl<'t> Style<'t> {
    /// Looks at a file, of which these are top-level nodes.
    pub fn of(sources: &'t Sources, source: SourceId, nodes: &[Node]) -> Self {
        let text: &str = &sources.get(source).text;
        let children = nodes.iter().filter(|node| node.span.source == source).flat_map(|node| &node.children);
        let unit = children
            .map(|child| (anatomy::margin(text, child.span.start as usize), child.span.start as usize))
            .find(|((start, own), at)| *own && start < at)
            .and_then(|((start, _), at)| text.get(start..at));
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Self { text, source, unit: unit.unwrap_or("    ").to_owned(), newline }
    }

    fn edit(&self, at: usize, text: String) -> Edit {
        Edit { source: self.source, range: at..at, text }
    }

    /// A new argument or property, spelled, behind those that come before it.
    pub fn entry(&self, node: &Node, spec: &NodeSpec, property: Option<&str>, spelled: &str) -> Edit {
        let arguments = node.args.iter().map(|arg| arg.span.end).max();
        let own = property.and_then(|name| place(spec, name));
        let before = node.props.iter().filter(|known| place(spec, &known.name.value) < own);
        let properties = before.map(|known| known.value.span.end).max();
        let at = properties.filter(|_| own.is_some()).or(arguments).unwrap_or(node.word.span.end);
        self.edit(at as usize, format!(" {spelled}"))
    }

    /// A new node inside of another.
    pub fn child(&self, parent: &Node, spec: &NodeSpec, fresh: &Fresh) -> Edit {
        let parent_start = parent.span.start as usize;
        let (line, _) = anatomy::margin(self.text, parent_start);
        let margin: String = self
            .text
            .get(line..parent_start)
            .unwrap_or("")
            .chars()
            .take_while(|c| c.is_whitespace())
            .collect();
        let inner = format!("{margin}{}", self.unit);
        let Some((open, close)) = anatomy::block(self.text, parent) else {
            let mut text = format!(" {{{}", self.newline);
            fresh.write(&inner, &self.unit, self.newline, &mut text);
            text.push_str(&format!("{}{margin}}}", self.newline));
            return self.edit(anatomy::end(self.text, parent), text);
        };
        if self.text.get(open + 1..close).is_some_and(|inside| inside.trim().is_empty()) {
            let mut text = self.newline.to_owned();
            fresh.write(&inner, &self.unit, self.newline, &mut text);
            text.push_str(&format!("{}{margin}", self.newline));
            return Edit { source: self.source, range: open + 1..close, text };
        }
        let sibling = last_before(parent.children.iter(), spec, fresh.word);
        let at = sibling.map_or(open + 1, |sibling| anatomy::end(self.text, sibling));
        match anatomy::behind(self.text, at) {
            Behind::Nothing(next) => {
                let like = sibling.or(parent.children.first());
                let indent = like.and_then(|node| {
                    let (start, own) = anatomy::margin(self.text, node.span.start as usize);
                    self.text.get(start..node.span.start as usize).filter(|_| own)
                });
                let mut text = String::new();
                fresh.write(indent.unwrap_or(&inner), &self.unit, self.newline, &mut text);
                text.push_str(self.newline);
                self.edit(next, text)
            }
            Behind::More if sibling.is_some() => self.edit(at, format!("; {}", fresh.inline())),
            Behind::More => self.edit(at, format!(" {};", fresh.inline())),
        }
    }

    /// A new node at the top level, between blank lines.
    pub fn top_level(&self, nodes: &[Node], spec: &NodeSpec, fresh: &Fresh) -> Edit {
        let own = nodes.iter().filter(|node| node.span.source == self.source);
        let mut text = String::new();
        let Some(sibling) = last_before(own, spec, fresh.word) else {
            if !self.text.is_empty() && !self.text.ends_with('\n') {
                text.push_str(self.newline);
            }
            text.push_str(if self.text.trim().is_empty() { "" } else { self.newline });
            fresh.write("", &self.unit, self.newline, &mut text);
            text.push_str(self.newline);
            return self.edit(self.text.len(), text);
        };
        let end = anatomy::end(self.text, sibling);
        let (at, gap) = match anatomy::behind(self.text, end) {
            Behind::Nothing(next) => (next, self.newline.to_owned()),
            Behind::More => (end, self.newline.repeat(2)),
        };
        text.push_str(&gap);
        fresh.write("", &self.unit, self.newline, &mut text);
        let rest = self.text.get(at..).unwrap_or("");
        text.push_str(self.newline);
        let blank = rest.lines().next().is_none_or(|line| line.trim().is_empty());
        if !blank {
            text.push_str(self.newline);
        }
        self.edit(at, text)
    }
}

/// The last node that the vocabulary puts before a word, or that has the word itself.
fn last_before<'n>(nodes: impl Iterator<Item = &'n Node>, spec: &NodeSpec, word: &str) -> Option<&'n Node> {
    let own = place(spec, word);
    nodes.filter(|node| place(spec, &node.word.value).is_some_and(|known| Some(known) <= own)).last()
}
