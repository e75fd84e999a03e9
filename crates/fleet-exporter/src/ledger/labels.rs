//! Labels as text: how series are told apart, on disk and in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Labels as the text format writes them, without braces: also the key by which a series is stored.
pub fn render(names: &[&str], values: &[impl AsRef<str>]) -> String {
    let pairs = || names.iter().zip(values.iter().map(AsRef::as_ref));
    let mut text = String::with_capacity(pairs().map(|(name, value)| name.len() + value.len() + 4).sum());
    for (name, value) in pairs() {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(name);
        text.push_str("=\"");
        escape(&mut text, value);
        text.push('"');
    }
    text
}

/// Writes a label's value so that it cannot end early.
fn escape(text: &mut String, value: &str) {
    if !value.contains(['\\', '"', '\n']) {
        return text.push_str(value);
    }
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            letter => text.push(letter),
        }
    }
}

/// Reads what [`render`] wrote; nothing where the text is something else.
pub fn parse(text: &str) -> Option<BTreeMap<String, String>> {
    let whole =
        |pair: Option<(&str, Cow<'_, str>)>| pair.map(|(name, value)| (name.to_owned(), value.into_owned()));
    pairs(text).map(whole).collect()
}

/// Names and values of what [`render`] wrote, in its order. The last one is nothing where the text is something
/// else.
pub fn pairs(text: &str) -> impl Iterator<Item = Option<(&str, Cow<'_, str>)>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let found = pair(&mut rest);
        if found.is_none() {
            rest = "";
        }
        Some(found)
    })
}

fn pair<'a>(rest: &mut &'a str) -> Option<(&'a str, Cow<'a, str>)> {
    let (name, behind) = rest.split_once("=\"")?;
    let mut escaped = false;
    let end = behind.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    let value = behind.get(..end)?;
    *rest = match behind.get(end + 1..)? {
        "" => "",
        more => more.strip_prefix(',')?,
    };
    if !value.contains('\\') {
        return Some((name, Cow::Borrowed(value)));
    }
    let mut letters = value.chars();
    let mut plain = String::with_capacity(value.len());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next()? {
                'n' => '\n',
                letter => letter,
            },
            letter => letter,
        });
    }
    Some((name, Cow::Owned(plain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_back_whatever_they_hold() {
        let values = ["a\"b\\c\nd,e=\"".to_owned(), String::new(), "ü".to_owned()];
        let text = render(&["x", "y", "z"], &values);
        let read = parse(&text).unwrap();
        assert_eq!(read.into_values().collect::<Vec<_>>(), values);
        assert!(parse("x=\"unfinished").is_none());
    }
}
