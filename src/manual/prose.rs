//! Doc comments as sentences.

/// The text of a doc comment on one line.
pub fn line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same without the full stop, for use within a sentence.
pub fn phrase(doc: &str) -> String {
    line(doc).trim_end_matches('.').to_owned()
}

/// A heading's anchor, as GitHub makes it.
pub fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
