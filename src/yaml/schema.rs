//! What a plain scalar means, by who reads it.

use super::tree::{Scalar, Style};

/// Who reads a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// YAML 1.2's core schema, as GitHub reads workflows: `on` and `yes` are texts.
    Core,
    /// YAML 1.1 as Kubernetes and Helm read it: `on` and `yes` are true, `010` is 8, `<<` merges.
    Kubernetes,
}

/// What a scalar means.
#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    /// Nothing.
    Null,
    /// A truth.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// Another number.
    Float(f64),
    /// A text.
    Text(String),
}

/// The tags of the core schema start so.
const TAG: &str = "tag:yaml.org,2002:";

impl Schema {
    /// What a scalar means. Quotes and blocks make a text; so does the tag `!!str`.
    pub fn of(self, scalar: &Scalar) -> Plain {
        let text = scalar.text.as_str();
        let tag = scalar.tag.as_deref().map(|tag| tag.strip_prefix(TAG).unwrap_or(tag));
        let plain = match tag {
            None => scalar.style == Style::Plain,
            Some("int" | "float" | "bool" | "null") => true,
            Some(_) => false,
        };
        if !plain {
            return Plain::Text(text.to_owned());
        }
        let known = match text {
            "" | "~" | "null" | "Null" | "NULL" => Some(Plain::Null),
            "true" | "True" | "TRUE" => Some(Plain::Bool(true)),
            "false" | "False" | "FALSE" => Some(Plain::Bool(false)),
            ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(Plain::Float(f64::INFINITY)),
            "-.inf" | "-.Inf" | "-.INF" => Some(Plain::Float(f64::NEG_INFINITY)),
            ".nan" | ".NaN" | ".NAN" => Some(Plain::Float(f64::NAN)),
            _ if self == Self::Kubernetes => yaml_1_1_bool(text),
            _ => None,
        };
        known.or_else(|| self.number(text)).unwrap_or_else(|| Plain::Text(text.to_owned()))
    }

    fn number(self, text: &str) -> Option<Plain> {
        let (sign, digits) = match text.as_bytes().first()? {
            b'-' => (-1, &text[1..]),
            b'+' => (1, &text[1..]),
            _ => (1, text),
        };
        let without: String;
        let digits = if self == Self::Kubernetes && digits.contains('_') && !digits.starts_with('_') {
            without = digits.replace('_', "");
            &without
        } else {
            digits
        };
        let radix = |digits: &str, radix| i128::from_str_radix(digits, radix).ok();
        let unsigned = |digits: &str| digits.starts_with(|c: char| c.is_ascii_alphanumeric());
        if let Some((kind, rest)) = digits.split_at_checked(2)
            && unsigned(rest)
        {
            let whole = match (kind, self) {
                ("0x", _) => radix(rest, 16),
                ("0o", _) => radix(rest, 8),
                ("0b", Self::Kubernetes) => radix(rest, 2),
                _ => None,
            };
            if let Some(whole) = whole {
                return Some(Plain::Integer(sign * whole));
            }
        }
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            let octal = self == Self::Kubernetes && digits.len() > 1 && digits.starts_with('0');
            let whole = if octal { radix(digits, 8) } else { digits.parse::<i128>().ok() };
            if let Some(whole) = whole {
                return Some(Plain::Integer(sign * whole));
            }
        }
        // Rust also reads `inf`, `nan` and `infinity`, which YAML doesn't.
        let shaped = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.bytes().any(|b| b.is_ascii_digit())
            && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
        let float = digits.parse::<f64>().ok().filter(|_| shaped)?;
        Some(Plain::Float(f64::from(sign as i8) * float))
    }
}

fn yaml_1_1_bool(text: &str) -> Option<Plain> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(Plain::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(Plain::Bool(false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Span;

    fn of(schema: Schema, text: &str) -> Plain {
        let (text, style, tag) = (text.to_owned(), Style::Plain, None);
        schema.of(&Scalar { text, style, tag, span: Span::default() })
    }

    #[test]
    fn github_and_kubernetes_read_differently() {
        let text = |text: &str| Plain::Text(text.to_owned());
        for (written, core, kubernetes) in [
            ("on", text("on"), Plain::Bool(true)),
            ("no", text("no"), Plain::Bool(false)),
            ("010", Plain::Integer(10), Plain::Integer(8)),
            ("0o17", Plain::Integer(15), Plain::Integer(15)),
            ("0x1F", Plain::Integer(31), Plain::Integer(31)),
            ("1_000", text("1_000"), Plain::Integer(1000)),
            ("-7", Plain::Integer(-7), Plain::Integer(-7)),
            ("1.5e3", Plain::Float(1500.0), Plain::Float(1500.0)),
            ("true", Plain::Bool(true), Plain::Bool(true)),
            ("", Plain::Null, Plain::Null),
            ("inf", text("inf"), text("inf")),
            ("1.2.3", text("1.2.3"), text("1.2.3")),
            ("-", text("-"), text("-")),
            ("0x", text("0x"), text("0x")),
            ("0x-1", text("0x-1"), text("0x-1")),
            ("é1", text("é1"), text("é1")),
        ] {
            assert_eq!(of(Schema::Core, written), core, "{written}");
            assert_eq!(of(Schema::Kubernetes, written), kubernetes, "{written}");
        }
    }
}
