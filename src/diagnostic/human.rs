//! Reports for a terminal, drawn by miette.

use super::{Diagnostic, Diagnostics, Severity};
use crate::syntax::{Source, SourceId, Sources, Span};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;
use std::io;

/// Writes a report per finding and a line with their number.
pub fn write(
    diagnostics: &Diagnostics,
    sources: &Sources,
    style: super::Style,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let theme = GraphicalTheme {
        characters: if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(style.width.max(40));
    for diagnostic in diagnostics.iter() {
        let handler = handler.clone().with_footer(format!("more: fleetc explain {}", diagnostic.code));
        let mut text = String::new();
        handler.render_report(&mut text, &Report::new(diagnostic, sources)).map_err(io::Error::other)?;
        writeln!(out, "{text}")?;
    }
    match summary(diagnostics) {
        Some(summary) => writeln!(out, "{summary}"),
        None => Ok(()),
    }
}

/// `2 errors, 1 warning`
fn summary(diagnostics: &Diagnostics) -> Option<String> {
    let count = |severity: Severity| {
        let plural = |number: usize| if number == 1 { "" } else { "s" };
        let number = diagnostics.count(severity);
        (number > 0).then(|| match severity {
            Severity::Info => format!("{number} note{}", plural(number)),
            _ => format!("{number} {}{}", severity.as_str(), plural(number)),
        })
    };
    let counts: Vec<_> =
        [Severity::Error, Severity::Warning, Severity::Info].into_iter().filter_map(count).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// A finding as miette sees it.
#[derive(Debug)]
struct Report<'a> {
    diagnostic: &'a Diagnostic,
    effect: Option<Effect>,
    files: Files<'a>,
}

impl<'a> Report<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Self {
        let mut files = Files { sources, bases: Vec::new() };
        diagnostic.labels.iter().for_each(|label| files.add(label.span.source));
        Self { diagnostic, effect: diagnostic.effect.clone().map(Effect), files }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Report<'_> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.effect.as_ref().map(|effect| effect as _)
    }
}

/// What would happen in the cluster: drawn by miette like the cause of an error.
#[derive(Debug)]
struct Effect(String);

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in the cluster: {}", self.0)
    }
}

impl std::error::Error for Effect {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.diagnostic.labels.is_empty()).then_some(&self.files as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.diagnostic.labels.iter().enumerate().map(|(index, label)| {
            let (start, length) = self.files.place(label.span);
            let text = Some(label.text.clone()).filter(|text| !text.is_empty());
            match index {
                0 => LabeledSpan::new_primary_with_span(text, (start, length)),
                _ => LabeledSpan::new_with_span(text, (start, length)),
            }
        })))
    }
}

/// The files of one finding, one behind the other: miette knows only one source per report.
#[derive(Debug)]
struct Files<'a> {
    sources: &'a Sources,
    /// Each file with the offset that it starts at.
    bases: Vec<(SourceId, usize)>,
}

impl Files<'_> {
    fn add(&mut self, id: SourceId) {
        if self.bases.iter().all(|(known, _)| *known != id) {
            let end =
                self.bases.last().map_or(0, |(last, base)| base + self.sources.get(*last).text.len() + 1);
            self.bases.push((id, end));
        }
    }

    /// Offset and length in the joined text. A label is drawn on its first line, because a node of
    /// a hundred lines would fill the screen; what lies outside of the file is cut.
    fn place(&self, span: Span) -> (usize, usize) {
        let base = self.bases.iter().find(|(id, _)| *id == span.source).map_or(0, |(_, base)| *base);
        let text = &self.sources.get(span.source).text;
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.floor_char_boundary(span.end as usize).max(start);
        let line = text.get(start..end).and_then(|text| text.lines().next()).unwrap_or("");
        (base + start, line.trim_end().len())
    }

    fn file_at(&self, offset: usize) -> Option<(&Source, usize)> {
        let (id, base) = self.bases.iter().rev().find(|(_, base)| *base <= offset)?;
        Some((self.sources.get(*id), *base))
    }
}

impl SourceCode for Files<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (source, base) = self.file_at(span.offset()).ok_or(MietteError::OutOfBounds)?;
        let start = span.offset() - base;
        let end = start + span.len();
        // Two labels in two files cannot be in one snippet.
        if end > source.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let (first, last) = (source.position(start as u32), source.position(end as u32));
        let from = first.line.saturating_sub(before as u32).max(1);
        let lines = source.line(from).start..source.line(last.line.saturating_add(after as u32)).end;
        let text = source.text.get(lines.clone()).unwrap_or("");
        let column = if before == 0 { first.column as usize - 1 } else { 0 };
        Ok(Box::new(MietteSpanContents::new_named(
            source.path.clone(),
            text.as_bytes(),
            (base + lines.start, text.len()).into(),
            from as usize - 1,
            column,
            text.lines().count(),
        )))
    }
}
