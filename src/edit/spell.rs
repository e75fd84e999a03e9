//! Values as KDL writes them.

use crate::diagnostic::Diagnostics;
use crate::language::spec::{JsonShape, TypeSpec};
use crate::syntax::{Scalar, Sources, parse};

/// A string in quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Newlines of KDL, marks of direction, and what no file may hold.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') =>
            {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text of several lines as a raw string that starts on a line of its own, indented by `indent`; a text that can't be
/// written so, in plain quotes.
pub fn lines(text: &str, indent: &str) -> String {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let mut hashes = "#".to_owned();
    while body.contains(&format!("\"\"\"{hashes}")) {
        hashes.push('#');
    }
    let mut out = format!("{hashes}\"\"\"\n");
    for line in body.split('\n') {
        if !line.is_empty() {
            out.push_str(indent);
            out.push_str(line);
        }
        out.push('\n');
    }
    out.push_str(indent);
    out.push_str("\"\"\"");
    out.push_str(&hashes);
    if reads_as(&out, body) { out } else { quoted(text) }
}

/// Whether a spelled value is this text. Newlines other than LF, and some quotes, are not what they seem in a raw string.
fn reads_as(spelled: &str, text: &str) -> bool {
    let mut sources = Sources::default();
    let id = sources.add("", format!("- {spelled}\n"));
    let mut diagnostics = Diagnostics::default();
    let nodes = parse(&sources, id, &mut diagnostics);
    let value = nodes.first().and_then(|node| node.args.first()).map(|arg| &arg.value);
    diagnostics.is_empty() && nodes.len() == 1 && value == Some(&Scalar::String(text.to_owned()))
}

/// A value.
pub fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => quoted(text),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Float(number) => number.to_string(),
        Scalar::Bool(truth) => format!("#{truth}"),
        Scalar::Null => "#null".to_owned(),
    }
}

/// A value in place of another, written the way that one was where it can be.
pub fn like(old: &str, value: &Scalar) -> String {
    let hashes = old.len() - old.trim_start_matches('#').len();
    if let (Scalar::String(text), true) = (value, hashes > 0 && old.trim_start_matches('#').starts_with('"'))
    {
        let marks = "#".repeat(hashes);
        let plain = !text.contains(&format!("\"{marks}")) && !text.contains(|c: char| c.is_control());
        if plain && !old.contains("\"\"\"") && !text.is_empty() && !text.starts_with('"') {
            return format!("{marks}\"{text}\"{marks}");
        }
    }
    scalar(value)
}

/// What a word of the command line is as a value of a type. What it can't be stays text, and is refused as that when the
/// file is compiled.
pub fn read(word: &str, ty: &TypeSpec) -> Scalar {
    let text = || Scalar::String(word.to_owned());
    let number = || word.parse().map(Scalar::Integer).or_else(|_| word.parse().map(Scalar::Float));
    match ty.json {
        JsonShape::String(_) => text(),
        JsonShape::Integer => word.parse().map_or_else(|_| text(), Scalar::Integer),
        JsonShape::Number | JsonShape::StringOrNumber => {
            let finite = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
            number().ok().filter(|_| finite).unwrap_or_else(text)
        }
        JsonShape::Bool => match word {
            "true" | "#true" => Scalar::Bool(true),
            "false" | "#false" => Scalar::Bool(false),
            _ => text(),
        },
    }
}

/// Values of a list: words, with double quotes around those that have blanks.
pub fn words(value: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for c in value.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn back(spelled: &str) -> Option<String> {
        let mut sources = Sources::default();
        let id = sources.add("a.kdl", format!("a {spelled}\n"));
        let mut diagnostics = Diagnostics::default();
        let nodes = parse(&sources, id, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{spelled}: {diagnostics:?}");
        match &nodes.first()?.args.first()?.value {
            Scalar::String(text) => Some(text.clone()),
            _ => None,
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "\\PC*|[\"#\\\\ \n\t\r\u{feff}\u{2028}a]*") {
            let quoted = back(&quoted(&text));
            prop_assert_eq!(quoted.as_deref(), Some(text.as_str()));
        }

        #[test]
        fn lines_come_back(text in "[a\"# \n\u{85}\u{feff}]{0,20}") {
            let body = text.strip_suffix('\n').unwrap_or(&text).to_owned();
            // What a blank line holds beyond the indentation is no part of a KDL string.
            let blank = |line: &str| !line.is_empty() && line.trim().is_empty();
            prop_assume!(!body.split('\n').any(blank));
            let spelled = lines(&text, "    ");
            let spelled_as = back(&spelled);
            let whole = if spelled.starts_with('#') { &body } else { &text };
            prop_assert_eq!(spelled_as.as_deref(), Some(whole.as_str()));
        }
    }

    #[test]
    fn a_raw_string_stays_one() {
        assert_eq!(like("#\"a\"#", &Scalar::String("b\\d".to_owned())), "#\"b\\d\"#");
        assert_eq!(like("#\"a\"#", &Scalar::String("b\"#".to_owned())), "\"b\\\"#\"");
        assert_eq!(like("\"a\"", &Scalar::String("b".to_owned())), "\"b\"");
    }
}
