//! A node as it is in effect, line by line, with the place that each value comes from.

use super::decode::show;
use super::spec::{FieldKind, NodeSpec};
use crate::syntax::{Node, Sources, Span};

/// A line of KDL, and where its values were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The KDL.
    pub text: String,
    /// `fleet.kdl:12`, or several where a template and the pool both give values; empty for a brace.
    pub origin: String,
}

/// The lines of a node that was completed by its templates. Properties that are written nowhere stand
/// with their defaults.
pub fn trace(node: &Node, spec: &NodeSpec, sources: &Sources) -> Vec<Line> {
    let mut lines = Vec::new();
    visit(node, Some(spec), sources, 0, &mut lines);
    lines
}

fn visit(node: &Node, spec: Option<&NodeSpec>, sources: &Sources, depth: usize, out: &mut Vec<Line>) {
    let mut text = format!("{}{}", "    ".repeat(depth), node.word.value);
    let own = sources.line_of(node.word.span);
    let mut elsewhere: Vec<(String, String)> = Vec::new();
    let mut note = |name: &str, span: Span| {
        let line = sources.line_of(span);
        if line != own {
            elsewhere.push((name.to_owned(), line));
        }
    };
    for arg in &node.args {
        text.push_str(&format!(" {}", show(arg)));
        note("argument", arg.span);
    }
    for property in &node.props {
        text.push_str(&format!(" {}={}", property.name.value, show(&property.value)));
        note(&property.name.value, property.name.span);
    }
    for field in spec.iter().flat_map(|spec| spec.fields) {
        let written = node.props.iter().any(|property| property.name.value == field.name);
        if let (FieldKind::Property, Some(default), false) = (field.kind, field.default, written) {
            text.push_str(&format!(" {}={default}", field.name));
            elsewhere.push((field.name.to_owned(), "default".to_owned()));
        }
    }
    let mut origin = own;
    for (name, line) in elsewhere {
        origin.push_str(&format!(", {name} {line}"));
    }
    if node.children.is_empty() {
        out.push(Line { text, origin });
        return;
    }
    out.push(Line { text: format!("{text} {{"), origin });
    for child in &node.children {
        let spec = spec.and_then(|spec| spec.child(&child.word)).map(|(_, spec)| spec);
        visit(child, spec, sources, depth + 1, out);
    }
    out.push(Line { text: format!("{}}}", "    ".repeat(depth)), origin: String::new() });
}
