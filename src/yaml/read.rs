//! Events of the parser to a tree.

use super::schema::Schema;
use super::tree::{Comment, Data, Entry, Mapping, Problem, Scalar, Stream, Style, Value};
use crate::syntax::{SourceId, Sources, Span};
use granit_parser::{Event, Parser, ScalarStyle};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Most values of a document with every alias written out. A workflow has hundreds.
const MOST_VALUES: usize = 1_000_000;

/// Deepest nesting.
const DEEPEST: usize = 96;

/// Reads a text that was taken into the sources.
pub fn read(sources: &Sources, id: SourceId, schema: Schema) -> Stream {
    let text = &sources.get(id).text;
    // GitHub, Helm and Kubernetes all skip a byte order mark.
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let options = granit_parser::options! {
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
        // Values of charts have long stretches of nothing but comments.
        max_buffered_comment_events: text.len(),
    };
    let mut parser = Parser::new_from_str_with_options(&text[skipped..], options);
    let mut reader = Reader { id, skipped, text, schema, stream: Stream::default(), ..Reader::new() };
    loop {
        match parser.next_event() {
            Some(Ok((event, at))) => {
                let span = reader.span(at.start.byte_offset(), at.end.byte_offset());
                if !reader.take(event, span) {
                    break;
                }
            }
            Some(Err(error)) => {
                let at = error.marker().byte_offset();
                let span = reader.span(at, at);
                let message = error.info();
                reader.stream.problems.push(Problem::Syntax { span, message });
                break;
            }
            None => break,
        }
    }
    reader.stream
}

/// A collection whose end has not come.
struct Open {
    span: Span,
    anchor: usize,
    /// Values in it, aliases written out.
    size: usize,
    kind: Kind,
}

enum Kind {
    Sequence(Vec<Value>),
    Mapping { entries: Vec<Entry>, key: Option<Value> },
}

struct Reader<'t> {
    id: SourceId,
    /// Bytes in front of what the parser sees.
    skipped: usize,
    text: &'t str,
    schema: Schema,
    stream: Stream,
    open: Vec<Open>,
    /// Finished values with their sizes, by anchor.
    anchors: HashMap<usize, (Value, usize)>,
}

impl Reader<'_> {
    fn new() -> Self {
        Self {
            id: SourceId::default(),
            skipped: 0,
            text: "",
            schema: Schema::Core,
            stream: Stream::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
        }
    }

    fn span(&self, start: Option<usize>, end: Option<usize>) -> Span {
        let place = |at: Option<usize>| at.map_or(self.text.len(), |at| at + self.skipped);
        let start = place(start).min(self.text.len());
        Span { source: self.id, start: start as u32, end: place(end).max(start) as u32 }
    }

    /// Takes an event; says whether to go on.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::Anchor(..) => {}
            Event::DocumentEnd => self.anchors.clear(),
            Event::Comment(text, _) => {
                self.stream.comments.push(Comment { text: text.trim().to_owned(), span });
            }
            Event::Scalar(text, style, anchor, tag) => {
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let span = self.trimmed(if block { self.with_header(span) } else { span });
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
                let data = Data::Scalar(Arc::new(Scalar { text: text.into_owned(), style, tag, span }));
                return self.put(Value { span, data }, 1, anchor);
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open.push(Open { span, anchor, size: 1, kind: Kind::Sequence(Vec::new()) });
            }
            Event::MappingStart(_, anchor, _) => {
                let kind = Kind::Mapping { entries: Vec::new(), key: None };
                self.open.push(Open { span, anchor, size: 1, kind });
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(span),
            Event::Alias(anchor) => {
                let Some((value, size)) = self.anchors.get(&anchor) else {
                    self.stream.problems.push(Problem::EndlessAlias { span });
                    return false;
                };
                let (value, size) = (Value { span, data: value.data.clone() }, *size);
                return self.put(value, size, 0);
            }
            Event::UnresolvedAlias(name) => {
                let message = format!("no anchor is called {name:?}");
                self.stream.problems.push(Problem::Syntax { span, message });
                return false;
            }
            // Further events come only where options ask for them.
            _ => {}
        }
        true
    }

    /// The parser's place of a block is its content: this one starts with the `|` or `>`.
    fn with_header(&self, span: Span) -> Span {
        let before = self.text.get(..span.start as usize).unwrap_or("").trim_end();
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        let header = before[line..].match_indices(['|', '>']).find(|(at, _)| {
            let rest = &before[line + at + 1..];
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
            rest.is_empty() || rest.trim_start().starts_with('#')
        });
        header.map_or(span, |(at, _)| Span { start: (line + at) as u32, ..span })
    }

    /// A span without the white space at its end: a block ends where its text does.
    fn trimmed(&self, span: Span) -> Span {
        let text = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
        let end = span.start + text.trim_end().len() as u32;
        Span { end, ..span }
    }

    /// Ends the innermost collection.
    fn close(&mut self, end: Span) -> bool {
        let Some(Open { span, anchor, size, kind }) = self.open.pop() else { return true };
        let (data, last) = match kind {
            Kind::Sequence(items) => {
                let last = items.last().map(|item| item.span);
                (Data::Sequence(Arc::new(items)), last)
            }
            Kind::Mapping { entries, .. } => {
                let last = entries.last().map(|entry| entry.value.span.max(entry.key.span));
                self.report_duplicates(&entries);
                // GitHub takes `<<` as a key like others.
                let entries = if self.schema == Schema::Kubernetes { merged(entries) } else { entries };
                (Data::Mapping(Arc::new(Mapping { entries })), last)
            }
        };
        // A block has no end of its own; that of a flow collection is its bracket.
        let bracket =
            self.text.get(end.start as usize..end.end as usize).is_some_and(|text| !text.is_empty());
        let end = if bracket { end.end } else { last.map_or(span.end, |last| last.end.max(span.start)) };
        self.put(Value { span: Span { end, ..span }, data }, size, anchor)
    }

    /// Puts a finished value where it belongs; says whether to go on.
    fn put(&mut self, value: Value, size: usize, anchor: usize) -> bool {
        let span = value.span;
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.stream.documents.push(value);
            return true;
        };
        open.size = open.size.saturating_add(size);
        if open.size > MOST_VALUES {
            self.stream.problems.push(Problem::TooLarge { span });
            return false;
        }
        match &mut open.kind {
            Kind::Sequence(items) => items.push(value),
            Kind::Mapping { entries, key } => match key.take() {
                None => *key = Some(value),
                Some(key) => entries.push(Entry { key, value, merged: false }),
            },
        }
        true
    }

    /// GitHub tells keys apart without regard to case (`TemplateReader` of the runner), others by bytes.
    fn report_duplicates(&mut self, entries: &[Entry]) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for entry in entries {
            let Some(name) = entry.name() else { continue };
            let key = if self.schema == Schema::Core { name.to_lowercase() } else { name.to_owned() };
            let again = entry.key.span;
            match seen.get(&key) {
                Some(first) => {
                    let problem = Problem::DuplicateKey { key: name.to_owned(), first: *first, again };
                    self.stream.problems.push(problem);
                }
                None => drop(seen.insert(key, again)),
            }
        }
    }
}

/// Entries with those of the mappings under `<<`, which go behind what is written.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let (merges, mut written): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.name() == Some("<<") && entry.value.scalar().is_none());
    if merges.is_empty() {
        return written;
    }
    let mut names: HashSet<String> =
        written.iter().filter_map(|entry| entry.name().map(str::to_owned)).collect();
    for merge in merges {
        let from = if merge.value.is_sequence() { merge.value.items() } else { &[merge.value] };
        for inherited in from.iter().flat_map(Value::entries) {
            if inherited.name().is_none_or(|name| names.insert(name.to_owned())) {
                written.push(Entry { merged: true, ..inherited.clone() });
            }
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, schema: Schema) -> (Sources, Stream) {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let stream = read(&sources, id, schema);
        (sources, stream)
    }

    #[test]
    fn everything_knows_its_place() {
        let text = "on: push\njobs:\n  a:\n    runs-on: [x, 'y']\n    steps:\n      - run: |\n          echo a\n          echo b\n\n# end\n";
        let (sources, stream) = parse(text, Schema::Core);
        assert!(stream.problems.is_empty(), "{:?}", stream.problems);
        let root = &stream.documents[0];
        let job = root.at(&["jobs", "a"]).unwrap();
        assert_eq!(root.get("on").and_then(Value::text), Some("push"));
        assert_eq!(sources.text(job.get("runs-on").unwrap().span), "[x, 'y']");
        let run = job.get("steps").unwrap().items()[0].get("run").unwrap();
        assert_eq!(run.text(), Some("echo a\necho b\n"));
        assert_eq!(sources.text(run.span), "|\n          echo a\n          echo b");
        assert!(sources.text(job.span).ends_with("echo b"), "{:?}", sources.text(job.span));
        assert_eq!(stream.comments[0].text, "end");
        assert_eq!(sources.text(stream.comments[0].span), "# end");
    }

    #[test]
    fn places_hold_behind_a_byte_order_mark_and_wide_letters() {
        let (sources, stream) = parse("\u{feff}é: ü # ß\nb: c\n", Schema::Core);
        let entries = stream.documents[0].entries();
        assert_eq!(sources.text(entries[0].key.span), "é");
        assert_eq!(sources.text(entries[0].value.span), "ü");
        assert_eq!(sources.text(entries[1].value.span), "c");
        assert_eq!(sources.text(stream.comments[0].span), "# ß");
    }

    #[test]
    fn keys_that_stand_twice() {
        let (sources, stream) = parse("a: 1\nA: 2\n", Schema::Core);
        let Some(Problem::DuplicateKey { key, again, .. }) = stream.problems.first() else { panic!() };
        assert_eq!((key.as_str(), sources.line_of(*again)), ("A", "a.yaml:2".to_owned()));
        assert!(parse("a: 1\nA: 2\n", Schema::Kubernetes).1.problems.is_empty());
        assert_eq!(parse("a: 1\na: 2\n", Schema::Kubernetes).1.problems.len(), 1);
    }

    #[test]
    fn aliases_share_and_keep_both_places() {
        let (sources, stream) = parse("a: &x [1, 2]\nb: *x\nc: &y z\nd: *y\n", Schema::Core);
        let root = &stream.documents[0];
        let b = root.get("b").unwrap();
        assert_eq!((b.items().len(), sources.text(b.span)), (2, "*x"));
        let d = root.get("d").unwrap();
        assert_eq!(sources.text(d.span), "*y");
        assert_eq!(d.scalar().map(|scalar| sources.text(scalar.span)), Some("z"));
    }

    #[test]
    fn merges_where_kubernetes_reads() {
        let text = "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n";
        let (_, stream) = parse(text, Schema::Kubernetes);
        let merged = stream.documents[0].get("use").unwrap();
        assert_eq!(merged.get("x").and_then(Value::text), Some("1"));
        assert_eq!(merged.get("y").and_then(Value::text), Some("3"));
        let (_, stream) = parse(text, Schema::Core);
        assert!(stream.documents[0].get("use").unwrap().get("<<").is_some());
    }

    #[test]
    fn growth_without_measure_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let inner = vec![format!("*a{}", level - 1); 10].join(", ");
            text += &format!("a{level}: &a{level} [{inner}]\n");
        }
        let (_, stream) = parse(&text, Schema::Core);
        assert!(matches!(stream.problems.as_slice(), [Problem::TooLarge { .. }]), "{:?}", stream.problems);
        for endless in ["&a [*a]", "a: &a\n  b: *a\n"] {
            let (_, stream) = parse(endless, Schema::Core);
            assert!(matches!(stream.problems.as_slice(), [Problem::EndlessAlias { .. }]), "{endless}");
        }
        let deep = "[".repeat(10_000);
        assert!(matches!(parse(&deep, Schema::Core).1.problems.as_slice(), [Problem::Syntax { .. }]));
        assert!(matches!(
            parse(&"- ".repeat(10_000), Schema::Core).1.problems.as_slice(),
            [Problem::Syntax { .. }]
        ));
    }

    #[test]
    fn files_of_nothing_but_comments() {
        let comments = "# c\n".repeat(3000);
        for text in [comments.clone(), format!("{comments}a: 1\n"), format!("a:\n{comments}  b: 1\n")] {
            let (_, stream) = parse(&text, Schema::Core);
            assert!(stream.problems.is_empty(), "{:?}", stream.problems);
            assert_eq!(stream.comments.len(), 3000);
        }
    }

    #[test]
    fn several_documents_and_what_is_none() {
        assert_eq!(parse("a: 1\n---\nb: 2\n", Schema::Kubernetes).1.documents.len(), 2);
        let (sources, stream) = parse("a: 1\nb: [\n", Schema::Core);
        let Some(Problem::Syntax { span, message }) = stream.problems.first() else { panic!() };
        assert!(!message.is_empty());
        assert!(sources.get(span.source).position(span.start).line >= 2);
        assert!(parse("", Schema::Core).1.documents.is_empty());
        assert_eq!(parse("a: *b\n", Schema::Core).1.problems.len(), 1);
    }
}
