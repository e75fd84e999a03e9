//! Comments that allow a finding: `# fleetc: allow CODE REASON`.
//!
//! Such a comment stands on a line of what the finding is about, or on a line of its own above that. The finding is
//! then kept aside with the reason, as one that the fleet silences.

use super::world::File;
use crate::check;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Silenced};
use crate::language::suggest::nearest;
use crate::syntax::{Sources, Span};

/// What such a comment starts with.
const MARK: &str = "fleetc:";

struct Allow<'a> {
    code: &'a str,
    reason: &'a str,
    span: Span,
    /// The line that it is about.
    line: u32,
    used: bool,
}

/// Sorts findings into those that stay and those that a comment allows; reports comments that allow nothing.
pub fn apply<'a>(
    found: Diagnostics,
    files: impl Iterator<Item = &'a File>,
    sources: &Sources,
) -> (Diagnostics, Vec<Silenced>) {
    let mut kept = Diagnostics::default();
    let mut allowed = Vec::new();
    for file in files {
        for comment in &file.comments {
            let Some(text) = comment.text.strip_prefix(MARK) else { continue };
            match read(text, comment.span, sources) {
                Ok(allow) => allowed.push(allow),
                Err(found) => kept.push(*found),
            }
        }
    }
    let mut silenced = found.silenced().to_vec();
    for diagnostic in found {
        let place = diagnostic.labels.first().map(|label| label.span);
        let allow = place.and_then(|place| {
            let source = sources.get(place.source);
            let lines = source.position(place.start).line..=source.position(place.end).line;
            allowed.iter_mut().find(|allow| {
                allow.code == diagnostic.code
                    && allow.span.source == place.source
                    && lines.contains(&allow.line)
            })
        });
        match allow {
            Some(allow) => {
                allow.used = true;
                silenced.push(Silenced { diagnostic, reason: allow.reason.to_owned() });
            }
            None => kept.push(diagnostic),
        }
    }
    for unused in allowed.iter().filter(|allow| !allow.used) {
        kept.push(
            Diagnostic::new("lint-comment", format!("nothing here is found by \"{}\"", unused.code))
                .severity(Severity::Info)
                .label(unused.span, "allows nothing")
                .effect("a later mistake on this line would be allowed by a reason that is no longer true")
                .help("remove the comment"),
        );
    }
    (kept, silenced)
}

/// Reads what stands behind the mark.
fn read<'a>(text: &str, span: Span, sources: &'a Sources) -> Result<Allow<'a>, Box<Diagnostic>> {
    let wrong = |message: String, help: String| {
        let found = Diagnostic::new("lint-comment", message)
            .label(span, "not understood")
            .effect("it allows nothing")
            .help(help);
        Err(Box::new(found))
    };
    let form = "write `# fleetc: allow CODE` and then the reason";
    let Some(rest) = text.trim().strip_prefix("allow").filter(|rest| rest.starts_with(char::is_whitespace))
    else {
        return wrong(
            format!("\"{}\" is nothing that a comment can ask of fleetc", text.trim()),
            form.to_owned(),
        );
    };
    let (code, reason) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    if check::find(code).is_none() {
        let near = nearest(code, check::rules().map(|rule| rule.code));
        let help = near.map_or("`fleetc explain --list` names all rules".to_owned(), |near| {
            format!("did you mean \"{near}\"?")
        });
        return wrong(format!("there is no rule \"{code}\""), help);
    }
    if reason.trim().is_empty() {
        return wrong(
            format!("\"{code}\" is allowed without a reason"),
            format!("write why behind it: `# fleetc: allow {code} …`"),
        );
    }
    let source = sources.get(span.source);
    let own = source.position(span.start).line;
    let before = &source.text[source.line(own)];
    let alone = before.trim_start().starts_with('#');
    let is_comment = |line: u32| {
        let range = source.line(line);
        range.end < source.text.len() && source.text[range].trim_start().starts_with('#')
    };
    let line = if alone { (own + 1..).find(|line| !is_comment(*line)).unwrap_or(own) } else { own };
    // Slices of the source, which live as long as it does.
    let written = sources.text(span);
    let find = |part: &str| written.find(part).and_then(|at| written.get(at..at + part.len())).unwrap_or("");
    Ok(Allow { code: find(code), reason: find(reason.trim()), span, line, used: false })
}
