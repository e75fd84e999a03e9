//! What looks like a number, and whether it is one.

/// What a bare word is as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// It starts like a word.
    Not,
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A number that neither a 128-bit integer nor a 64-bit float holds.
    TooBig,
    /// It starts like a number and goes on like a word: `1Gi`.
    Broken,
}

/// Classifies a bare word.
pub fn number(word: &str) -> Number {
    let digits = word.strip_prefix(['+', '-']).unwrap_or(word);
    let lead = digits.strip_prefix('.').unwrap_or(digits);
    if !lead.starts_with(|c: char| c.is_ascii_digit()) {
        return Number::Not;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(body) = digits.strip_prefix(prefix) {
            let whole = run(body, radix) == body.len() && !body.is_empty();
            return if whole { integer(word, body, radix) } else { Number::Broken };
        }
    }
    let (whole, rest) = digits.split_at(run(digits, 10));
    let (fraction, rest) = part(rest, &['.']);
    let (exponent, rest) = part(rest, &['e', 'E']);
    if whole.is_empty() || [fraction, exponent].contains(&Some("")) || !rest.is_empty() {
        return Number::Broken;
    }
    if fraction.is_none() && exponent.is_none() {
        return integer(word, whole, 10);
    }
    match plain(word).parse::<f64>() {
        Ok(number) if number.is_finite() => Number::Float(number),
        _ => Number::TooBig,
    }
}

fn integer(word: &str, digits: &str, radix: u32) -> Number {
    let sign = if word.starts_with('-') { "-" } else { "" };
    let number = i128::from_str_radix(&format!("{sign}{}", plain(digits)), radix);
    number.map_or(Number::TooBig, Number::Integer)
}

fn plain(digits: &str) -> String {
    digits.chars().filter(|c| *c != '_').collect()
}

/// Length of the digits at the start; an underscore cannot be the first.
fn run(text: &str, radix: u32) -> usize {
    let digits = text.find(|c: char| !c.is_digit(radix) && c != '_').unwrap_or(text.len());
    if text.starts_with('_') { 0 } else { digits }
}

/// The digits behind a mark; empty where the mark stands alone, none where there is no mark.
fn part<'a>(text: &'a str, marks: &[char]) -> (Option<&'a str>, &'a str) {
    let Some(body) = text.strip_prefix(marks) else { return (None, text) };
    let body = if marks.contains(&'e') { body.strip_prefix(['+', '-']).unwrap_or(body) } else { body };
    let (digits, rest) = body.split_at(run(body, 10));
    (Some(digits), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_words_and_what_is_neither() {
        for (word, value) in
            [("0", 0), ("-1", -1), ("+1_000", 1000), ("0xfF", 255), ("-0b10", -2), ("0o17", 15)]
        {
            assert_eq!(number(word), Number::Integer(value), "{word}");
        }
        for (word, value) in [("1.5", 1.5), ("1e3", 1000.0), ("-1_0.0E-1", -1.0)] {
            assert_eq!(number(word), Number::Float(value), "{word}");
        }
        for word in ["a", "-", "--1", "+a", ".", "-.", "e3", "_1"] {
            assert_eq!(number(word), Number::Not, "{word}");
        }
        for word in
            ["1Gi", "500m", "1.", "1.e3", ".5", "-.5", "0x", "0xg", "0b12", "1e", "1._2", "2026-01-01"]
        {
            assert_eq!(number(word), Number::Broken, "{word}");
        }
        for word in ["9".repeat(40), format!("0x{}", "f".repeat(32)), "1e999".into()] {
            assert_eq!(number(&word), Number::TooBig, "{word}");
        }
    }
}
