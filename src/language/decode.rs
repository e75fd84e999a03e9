//! From the spanned tree to typed nodes, guided by the vocabulary.
//!
//! Every mistake is reported once and where it stands; a node with a mistake is left out, so that
//! later stages never see half of it and report nothing that only follows from it.

use super::spec::{FieldKind, FieldSpec, NodeSpec};
use super::suggest::{nearest, one_of};
use super::value::Value;
use super::wording::{describe, duplicate, example, homes, lower_first, plural};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::syntax::{Node, Scalar, Span, Spanned};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Nodes of one list that one core takes at a time. A list of no more is not worth a second core.
const BATCH: usize = 128;

/// A word of the language that can be read from a node.
pub trait Decode: Sized {
    /// The word's entry in the vocabulary.
    const SPEC: NodeSpec;

    /// Reads the node; `None` where it has a mistake, which has been reported.
    fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Option<Self>;
}

/// Where mistakes go.
pub struct Decoder<'a> {
    diagnostics: &'a mut Diagnostics,
    /// A template need not be complete: nothing is reported as missing.
    partial: bool,
    /// Where text could not be read, in order: what is odd there has been reported.
    slips: Arc<[Span]>,
}

impl<'a> Decoder<'a> {
    /// Reads nodes that must be complete.
    pub fn new(diagnostics: &'a mut Diagnostics) -> Self {
        let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let mut slips: Vec<_> = errors.filter_map(|found| Some(found.labels.first()?.span)).collect();
        slips.sort_unstable();
        Self { diagnostics, partial: false, slips: slips.into() }
    }

    /// Whether text within the span could not be read.
    fn slipped(&self, span: Span) -> bool {
        let next = self.slips.partition_point(|slip| (slip.source, slip.start) < (span.source, span.start));
        self.slips.get(next).is_some_and(|slip| slip.source == span.source && slip.start < span.end)
    }

    /// Reports the mistakes of a node that others complete, such as a template.
    pub fn inspect<T: Decode>(&mut self, node: &Node) {
        let before = std::mem::replace(&mut self.partial, true);
        T::decode(self, node);
        self.partial = before;
    }

    /// Reads nodes of one word, without those that have a mistake.
    fn all<T: Decode>(&mut self, nodes: &[&Node]) -> Vec<T> {
        nodes.iter().filter_map(|node| T::decode(self, node)).collect()
    }

    /// Starts on a node: what it holds that its vocabulary does not know is reported here.
    pub fn open<'n>(&mut self, node: &'n Node, spec: &'static NodeSpec) -> Fields<'_, 'a, 'n> {
        let mut fields = Fields { decoder: self, node, spec, next: 0, excused: Vec::new(), failed: false };
        fields.report_surplus_arguments();
        fields.report_properties();
        fields.report_children();
        fields
    }
}

/// A node that is being read.
pub struct Fields<'d, 'a, 'n> {
    decoder: &'d mut Decoder<'a>,
    node: &'n Node,
    spec: &'static NodeSpec,
    /// The next argument to be taken.
    next: usize,
    /// Fields that are probably there under a misspelt name: that they are missing is not said again.
    excused: Vec<&'static str>,
    failed: bool,
}

impl Fields<'_, '_, '_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.failed = true;
        self.decoder.diagnostics.push(diagnostic);
    }

    /// The node in a message.
    fn subject(&self) -> String {
        if self.spec.word.is_empty() { "the fleet file".to_owned() } else { format!("`{}`", self.spec.word) }
    }

    fn report_surplus_arguments(&mut self) {
        let most = self.spec.arguments().count();
        if self.spec.arguments().any(|field| field.kind == FieldKind::Arguments) {
            return;
        }
        let Some(surplus) = self.node.args.get(most) else { return };
        let takes = match self.spec.arguments().map(|field| field.name).collect::<Vec<_>>().as_slice() {
            [] => "takes no argument".to_owned(),
            names => format!("takes {} ({})", plural(most, "argument"), names.join(", ")),
        };
        let mut found = Diagnostic::new("unexpected-argument", format!("{} {takes}", self.subject()))
            .label(surplus.span, "not expected here");
        // Where a node takes arguments, one more is most likely one too many; else it lacks its name.
        let mut properties = self.spec.property_names();
        let free =
            properties.find(|name| !self.node.props.iter().any(|property| property.name.value == *name));
        found = match free.filter(|_| most == 0) {
            Some(name) => found.help(format!("if this is its {name}, write `{name}={}`", show(surplus))),
            None => found.help("remove it"),
        };
        self.report(found);
    }

    fn report_properties(&mut self) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for property in &self.node.props {
            let name = property.name.as_str();
            if let Some(first) = seen.insert(name, property.span()) {
                let found = Diagnostic::new("duplicate-property", format!("`{name}` is given twice"))
                    .label(property.span(), "given again here")
                    .label(first, "first given here")
                    .help("keep one of the two");
                self.report(found);
            } else if self.spec.property(name).is_none() {
                self.report_unknown_property(&property.name, &property.value);
            }
        }
    }

    fn report_unknown_property(&mut self, name: &Spanned<String>, value: &Spanned<Scalar>) {
        let message = format!("{} has no property `{}`", self.subject(), name.value);
        let mut found = Diagnostic::new("unknown-property", message).label(name.span, "unknown");
        if self.spec.child(name).is_some() {
            found = found.help(format!(
                "`{0}` is a child node: write `{0} {1}` between the braces",
                name.value,
                show(value)
            ));
        } else if let Some(near) = nearest(name, self.spec.property_names()) {
            self.excused.push(near);
            found = found.help(format!("did you mean `{near}`?"));
        } else if self.spec.property_names().next().is_some() {
            found = found.help(format!("it has {}", one_of(self.spec.property_names())));
        } else {
            found = found.help("it has no properties");
        }
        self.report(found);
    }

    fn report_children(&mut self) {
        let mut seen: HashMap<(&str, Option<String>), Span> = HashMap::new();
        for child in &self.node.children {
            let word = child.word.as_str();
            let Some((field, _)) = self.spec.child(word) else {
                self.report_unknown_child(child);
                continue;
            };
            let key = match field.kind {
                FieldKind::List => continue,
                FieldKind::Children => child.args.first().map(|arg| show(arg)),
                _ => None,
            };
            if let Some(first) = seen.insert((word, key.clone()), child.head()) {
                let found = duplicate(word, key).label(child.head(), "again here").label(first, "first here");
                self.report(found);
            }
        }
    }

    fn report_unknown_child(&mut self, child: &Node) {
        let word = child.word.as_str();
        if self.decoder.slipped(child.word.span) {
            self.failed = true;
            return;
        }
        let message = if self.spec.word.is_empty() {
            format!("there is no `{word}` at the top level of a fleet")
        } else {
            format!("there is no `{word}` in `{}`", self.spec.word)
        };
        let mut found = Diagnostic::new("unknown-node", message).label(child.word.span, "unknown");
        if let Some(property) = self.spec.property(word) {
            self.excused.push(property.name);
            let value = child.args.first().map_or("…".to_owned(), |arg| show(arg));
            found = found.help(format!("`{word}` is a property: write `{} {word}={value}`", self.spec.word));
        } else if let Some(near) = nearest(word, self.spec.child_words()) {
            self.excused.push(near);
            found = match homes(word) {
                Some(homes) => found.help(format!("`{word}` stands {homes}; did you mean `{near}`?")),
                None => found.help(format!("did you mean `{near}`?")),
            };
        } else if let Some(homes) = homes(word) {
            found = found.help(format!("`{word}` stands {homes}"));
        } else if self.spec.child_words().next().is_some() {
            found = found.help(format!("it holds {}", one_of(self.spec.child_words())));
        } else {
            found = found.help("it holds no other nodes: its parts are properties, `name=value`");
        }
        self.report(found);
    }

    fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.spec.fields.iter().find(|field| field.name == name)
    }

    fn read<T: Value>(&mut self, value: &Spanned<Scalar>, name: &str) -> Option<Spanned<T>> {
        match T::read(&value.value) {
            Ok(read) => Some(Spanned::new(read, value.span)),
            Err(mismatch) => {
                let found = describe::<T>(mismatch, value, name, self.spec.word);
                self.report(found);
                None
            }
        }
    }

    fn missing(&mut self, code: &'static str, what: String, name: &str) {
        self.failed = true;
        if self.decoder.partial || self.excused.contains(&name) || self.decoder.slipped(self.node.head()) {
            return;
        }
        let place = if self.spec.word.is_empty() {
            Span { end: self.node.span.start, ..self.node.span }
        } else {
            self.node.head()
        };
        let doc = self.field(name).map_or("", |field| field.doc.trim());
        let example = self.field(name).map(|field| example(self.spec, field)).unwrap_or_default();
        let found = Diagnostic::new(code, format!("{} lacks {what}", self.subject()))
            .label(place, "incomplete")
            .help(format!("add {example}: {}", lower_first(doc.lines().next().unwrap_or(""))));
        self.decoder.diagnostics.push(found);
    }

    /// The next argument, which must be there.
    pub fn argument<T: Value>(&mut self, name: &'static str) -> Option<Spanned<T>> {
        match self.node.args.get(self.next) {
            Some(value) => {
                self.next += 1;
                self.read(value, name)
            }
            None => {
                self.missing("missing-argument", format!("its {name}"), name);
                None
            }
        }
    }

    /// The next argument, if there is one.
    pub fn optional_argument<T: Value>(&mut self) -> Option<Option<Spanned<T>>> {
        let Some(value) = self.node.args.get(self.next) else { return Some(None) };
        self.next += 1;
        self.read(value, "argument").map(Some)
    }

    /// All remaining arguments.
    pub fn arguments<T: Value>(&mut self) -> Option<Vec<Spanned<T>>> {
        let rest = self.node.args.get(self.next..).unwrap_or_default();
        self.next = self.node.args.len();
        Some(rest.iter().filter_map(|value| self.read(value, "argument")).collect())
    }

    /// A property that is there or has a default.
    pub fn property<T: Value>(&mut self, name: &'static str) -> Option<Spanned<T>> {
        if let Some(value) = self.optional_property(name)? {
            return Some(value);
        }
        if let Some(default) = self.field(name).and_then(|field| field.default) {
            let read = T::read(&literal(default)).ok();
            debug_assert!(read.is_some(), "the default of {name} is no {}", T::TYPE.name);
            return read.map(|value| Spanned::new(value, self.node.head()));
        }
        self.missing("missing-property", format!("`{name}=`"), name);
        None
    }

    /// A property that need not be there.
    pub fn optional_property<T: Value>(&mut self, name: &'static str) -> Option<Option<Spanned<T>>> {
        let Some(property) = self.node.props.iter().find(|property| *property.name == name) else {
            return Some(None);
        };
        self.read(&property.value, name).map(Some)
    }

    /// A child that must be there.
    pub fn child<T: Decode>(&mut self, word: &'static str) -> Option<T> {
        if let Some(child) = self.optional_child(word)? {
            return Some(child);
        }
        self.missing("missing-node", format!("`{word}`"), word);
        None
    }

    /// A child that need not be there.
    pub fn optional_child<T: Decode>(&mut self, word: &'static str) -> Option<Option<T>> {
        let Some(child) = self.node.children.iter().find(|child| *child.word == word) else {
            return Some(None);
        };
        let decoded = T::decode(self.decoder, child);
        self.failed |= decoded.is_none();
        decoded.map(Some)
    }

    /// All children of a word, of which each name stands once.
    pub fn children<T: Decode + Send>(&mut self, word: &'static str) -> Option<Vec<T>> {
        self.list(word)
    }

    /// All children of a word.
    pub fn list<T: Decode + Send>(&mut self, word: &'static str) -> Option<Vec<T>> {
        let nodes = self.node.children.iter().filter(|child| *child.word == word);
        let nodes: Vec<_> = nodes.collect();
        let decoded = if nodes.len() <= BATCH { self.decoder.all(&nodes) } else { self.in_batches(&nodes) };
        self.failed |= decoded.len() < nodes.len();
        Some(decoded)
    }

    /// Decodes a long list, such as the pools of a large fleet, on all cores.
    fn in_batches<T: Decode + Send>(&mut self, nodes: &[&Node]) -> Vec<T> {
        let Decoder { partial, ref slips, .. } = *self.decoder;
        let decode = |nodes: &[&Node]| {
            let mut diagnostics = Diagnostics::default();
            let mut decoder = Decoder { diagnostics: &mut diagnostics, partial, slips: Arc::clone(slips) };
            let decoded = decoder.all::<T>(nodes);
            (decoded, diagnostics)
        };
        let batches: Vec<_> = nodes.par_chunks(BATCH).map(decode).collect();
        let mut all = Vec::with_capacity(nodes.len());
        for (decoded, diagnostics) in batches {
            all.extend(decoded);
            self.decoder.diagnostics.extend(diagnostics);
        }
        all
    }

    /// Ends the reading: `None` if anything was wrong. The file itself is always kept, without its
    /// wrong nodes: a mistake in one pool must not hide those of another.
    pub fn close(self) -> Option<()> {
        (!self.failed || self.spec.word.is_empty()).then_some(())
    }
}

/// A value as KDL writes it.
pub fn show(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => format!("{text:?}"),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Float(number) => number.to_string(),
        Scalar::Bool(truth) => format!("#{truth}"),
        Scalar::Null => "#null".to_owned(),
    }
}

/// The value that a default of the vocabulary stands for.
pub(crate) fn literal(text: &str) -> Scalar {
    match text {
        "#true" => Scalar::Bool(true),
        "#false" => Scalar::Bool(false),
        _ => match text.parse() {
            Ok(number) => Scalar::Integer(number),
            Err(_) if text.starts_with(|c: char| c.is_ascii_digit()) => {
                text.parse().map_or_else(|_| Scalar::String(text.to_owned()), Scalar::Float)
            }
            Err(_) => Scalar::String(text.trim_matches('"').to_owned()),
        },
    }
}
