//! Takes parts of a file away, with the blanks that only they needed.

use super::draft::Edit;
use super::find::Stop;
use crate::language::spec::{FieldKind, Holds};
use crate::syntax::anatomy;
use crate::syntax::{Node, Sources, Span};

/// Takes away an argument or a property.
pub fn entry(sources: &Sources, span: Span) -> Edit {
    let text = &sources.get(span.source).text;
    let before = text.get(..span.start as usize).unwrap_or("");
    let start = before.trim_end_matches([' ', '\t']).len();
    Edit { source: span.source, range: start..span.end as usize, text: String::new() }
}

/// Takes away the last of the nodes, and those around it that hold nothing else and mean nothing alone.
pub fn node(sources: &Sources, stops: &[Stop<'_>]) -> Option<Edit> {
    let (last, around) = stops.split_last()?;
    let node = last.node?;
    let Some(parent) = around.last() else { return Some(alone(sources, node, true)) };
    let outer = parent.node?;
    if outer.children.len() > 1 || has_comments(sources, outer, node) {
        return Some(alone(sources, node, false));
    }
    let container = parent.field.kind == FieldKind::Child
        && !parent.field.required
        && parent.spec.fields.iter().all(|field| matches!(field.holds, Holds::Node(_)));
    if container {
        return self::node(sources, around);
    }
    let text: &str = &sources.get(outer.span.source).text;
    let (open, close) = anatomy::block(text, outer)?;
    let start = text.get(..open)?.trim_end_matches([' ', '\t']).len();
    Some(Edit { source: outer.span.source, range: start..close + 1, text: String::new() })
}

/// Whether the block holds anything beside its only node.
fn has_comments(sources: &Sources, outer: &Node, node: &Node) -> bool {
    let text: &str = &sources.get(outer.span.source).text;
    let Some((open, close)) = anatomy::block(text, outer) else { return true };
    let lines = anatomy::lines(text, node);
    let lines = lines.unwrap_or(node.span.start as usize..anatomy::end(text, node));
    let rest = [text.get(open + 1..lines.start), text.get(lines.end..close)];
    rest.into_iter().any(|part| part.is_some_and(|part| !part.trim().trim_matches(';').is_empty()))
}

fn alone(sources: &Sources, node: &Node, top: bool) -> Edit {
    let source = node.span.source;
    let text: &str = &sources.get(source).text;
    let edit = |range| Edit { source, range, text: String::new() };
    let Some(mut lines) = anatomy::lines(text, node) else {
        let (start, end) = (node.span.start as usize, anatomy::end(text, node));
        let behind = text.get(end..).unwrap_or("");
        let trimmed = behind.trim_start_matches([' ', '\t']);
        if let Some(rest) = trimmed.strip_prefix(';') {
            let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            return edit(start..text.len() - rest.len() + gap);
        }
        let before = text.get(..start).unwrap_or("").trim_end_matches([' ', '\t']);
        let before = before.strip_suffix(';').unwrap_or(before);
        return edit(before.len()..end);
    };
    // Between two blank lines, one of them goes too.
    let blank = |part: &str| part.is_empty() || part.ends_with("\n\n") || part.ends_with("\r\n\r\n");
    if top && text.get(..lines.start).is_some_and(blank) {
        let rest = text.get(lines.end..).unwrap_or("");
        if rest.is_empty() {
            let kept = text.get(..lines.start).unwrap_or("").trim_end().len();
            let newline = text.get(kept..).and_then(|rest| rest.find('\n')).map_or(0, |at| at + 1);
            lines.start = (kept + newline).min(lines.start);
        } else if let Some(newline) =
            rest.find('\n').filter(|at| rest.get(..*at).is_some_and(|l| l.trim().is_empty()))
        {
            lines.end += newline + 1;
        }
    }
    edit(lines)
}
