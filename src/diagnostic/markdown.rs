//! Findings in GitHub's Markdown: for comments and job summaries.

use super::{Diagnostic, Diagnostics, Severity};
use crate::syntax::Sources;
use std::io;

/// Writes a list with one item for each finding.
pub fn write(diagnostics: &Diagnostics, sources: &Sources, out: &mut impl io::Write) -> io::Result<()> {
    for diagnostic in diagnostics.iter() {
        out.write_all(item(diagnostic, sources).as_bytes())?;
    }
    Ok(())
}

/// One finding as an item of a list.
pub fn item(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mark = match diagnostic.severity {
        Severity::Error => "**error**",
        Severity::Warning => "**warning**",
        Severity::Info => "info",
    };
    let mut text = format!("- {mark} {}", code(diagnostic.code));
    if let Some(label) = diagnostic.labels.first() {
        text.push_str(&format!(" {}", code(&sources.line_of(label.span))));
    }
    text.push_str(&format!(": {}\n", prose(&diagnostic.message)));
    for (name, part) in [("in the cluster", &diagnostic.effect), ("help", &diagnostic.help)] {
        if let Some(part) = part {
            text.push_str(&format!("  - {name}: {}\n", prose(part)));
        }
    }
    text
}

/// A sentence of fleetc's, in which code stands between backticks. Nothing in it is taken for markup, a mention or a
/// reference.
pub fn prose(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return escape(text);
    }
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { escape(part) }).collect()
}

/// A value as code, also within a table.
pub fn code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return String::new();
    }
    // A run of backticks ends where as many stand together.
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", line.replace('|', "\\|"))
}

/// Text as it stands.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(
            prose("pool \"a|b\" <b> @team #1 `x|y`"),
            "pool \"a\\|b\" &lt;b&gt; &#64;team &#35;1 `x\\|y`"
        );
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(prose("odd ` mark"), "odd \\` mark");
    }
}
