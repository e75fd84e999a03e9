//! Typed objects to YAML text that means the same to every reader.
//!
//! Kubernetes and Argo CD read YAML 1.1, in which a plain `yes`, `1_000`, `60:30` or `2001-01-01` is no
//! string. The writer quotes whatever any known reader would take for something else, writes a string of
//! several lines as a literal block (`|`), and never folds: a long line stays one line.

use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use std::fmt;

/// Writes one value as one YAML document, ending in a newline.
///
/// The same value gives the same bytes: maps come out in their own order, so use ordered maps.
/// Block style with an indentation of two spaces, and list items at the column of their key, as `kubectl` writes them.
///
/// A map key of more than 1,024 characters is written, but YAML 1.1 readers refuse it; the longest key
/// that Kubernetes itself allows has 317 (an annotation: a prefix of 253, a slash, a name of 63).
///
/// # Errors
/// When the value has a map key that is no scalar, or when its own `Serialize` fails.
pub fn to_yaml<T: Serialize + ?Sized>(value: &T) -> Result<String, YamlError> {
    let text = render(&value)?;
    if !has_line_led_by_tab(&text) {
        return Ok(text);
    }
    let value = serde_json::to_value(value).map_err(|e| YamlError(e.to_string()))?;
    render(&TabSafe(&value))
}

fn render<T: Serialize>(value: &T) -> Result<String, YamlError> {
    // Every option that shapes the text is named: a default that moves would rewrite all files of all users.
    let options = serde_saphyr::ser_options! {
        indent_step: 2,
        compact_list_indent: true,
        prefer_block_scalars: true,
        quote_all: false,
        tagged_enums: false,
        yaml_12: false,
        // Behind what it is about, where Dependabot looks for the tag of a pinned action.
        comment_position: serde_saphyr::CommentPosition::Inline,
        // Longer lines than this would become folded blocks (`>`).
        folded_wrap_chars: usize::MAX,
    };
    serde_saphyr::to_string_with_options(value, options).map_err(|e| YamlError(e.to_string()))
}

/// libyaml and its Go port, which Kubernetes uses, refuse a literal block whose first line starts with a tab
/// ("found a tab character where an indentation space is expected"); YAML itself allows it. Tabs
/// occur in literal blocks only, so this is a cheap and complete, if rough, test of the written text.
fn has_line_led_by_tab(text: &str) -> bool {
    text.contains('\t') && text.lines().any(|line| line.trim_start_matches(' ').starts_with('\t'))
}

/// A value in which strings that [`has_line_led_by_tab`] is about are double-quoted.
struct TabSafe<'a>(&'a Value);

impl Serialize for TabSafe<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) if text.trim_start_matches('\n').starts_with('\t') => {
                serde_saphyr::DoubleQuoted(text).serialize(serializer)
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(TabSafe)),
            Value::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(key, value)| (key, TabSafe(value))))
            }
            other => other.serialize(serializer),
        }
    }
}

/// A value that YAML can't hold. The types that fleetc emits can't cause it.
#[derive(Debug)]
pub struct YamlError(String);

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object can't be written as YAML: {}", self.0)
    }
}

impl std::error::Error for YamlError {}
