//! What an expression may come to.

use crate::syntax::Span;
use crate::yaml;

/// Most values that an expression is followed to.
pub const MOST: usize = 256;

/// One value that an expression may have.
#[derive(Clone, Debug)]
pub struct Possible {
    /// The value.
    pub value: Value,
    /// Where it is written: a row of a matrix, an option of an input, a variable of the fleet file, or the
    /// expression that makes it.
    pub span: Span,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`.
    Null,
    /// A truth.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Possible>),
    /// Keys with values.
    Map(Vec<(String, Possible)>),
    /// Something that is decided when the workflow runs.
    Unknown,
    /// The same, and what is known of it is that it counts as false.
    Falsy,
}

impl Possible {
    /// Pairs a value with its place.
    pub const fn new(value: Value, span: Span) -> Self {
        Self { value, span }
    }

    /// A property; `null` where there is none. Names are compared without regard to case.
    pub fn property(&self, name: &str) -> Self {
        match &self.value {
            Value::Map(entries) => entries
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map_or_else(|| Self::new(Value::Null, self.span), |(_, value)| value.clone()),
            Value::Unknown => self.clone(),
            _ => Self::new(Value::Null, self.span),
        }
    }
}

impl Value {
    /// A JSON or YAML scalar as GitHub reads it in a workflow.
    pub fn of_scalar(scalar: &yaml::Scalar) -> Self {
        match scalar.plain(yaml::Schema::Core) {
            yaml::Plain::Null => Self::Null,
            yaml::Plain::Bool(truth) => Self::Bool(truth),
            yaml::Plain::Integer(whole) => Self::Number(whole as f64),
            yaml::Plain::Float(float) => Self::Number(float),
            yaml::Plain::Text(text) => Self::Text(text),
        }
    }

    /// The same of JSON; every part gets the same place.
    pub fn of_json(json: &serde_json::Value, span: Span) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(truth) => Self::Bool(*truth),
            serde_json::Value::Number(number) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(items) => {
                Self::List(items.iter().map(|item| Possible::new(Self::of_json(item, span), span)).collect())
            }
            serde_json::Value::Object(entries) => Self::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), Possible::new(Self::of_json(value, span), span)))
                    .collect(),
            ),
        }
    }

    /// Whether it counts as true; none where that is not known.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Null | Self::Falsy => Some(false),
            Self::Bool(truth) => Some(*truth),
            Self::Number(number) => Some(*number != 0.0 && !number.is_nan()),
            Self::Text(text) => Some(!text.is_empty()),
            Self::List(_) | Self::Map(_) => Some(true),
            Self::Unknown => None,
        }
    }

    /// What it is in a text; none where that is not known.
    pub fn text(&self) -> Option<String> {
        Some(match self {
            Self::Null => String::new(),
            Self::Bool(truth) => truth.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::List(_) => "Array".to_owned(),
            Self::Map(_) => "Object".to_owned(),
            Self::Unknown | Self::Falsy => return None,
        })
    }

    /// What it is as a number.
    pub fn number(&self) -> Option<f64> {
        Some(match self {
            Self::Null => 0.0,
            Self::Bool(truth) => f64::from(u8::from(*truth)),
            Self::Number(number) => *number,
            Self::Text(text) if text.trim().is_empty() => 0.0,
            Self::Text(text) => super::lex::number(text.trim()).unwrap_or(f64::NAN),
            Self::List(_) | Self::Map(_) => f64::NAN,
            Self::Unknown | Self::Falsy => return None,
        })
    }

    /// `==` of expressions: texts without regard to case, other types as numbers; none where it is not known.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Unknown | Self::Falsy, _) | (_, Self::Unknown | Self::Falsy) => None,
            (Self::Text(one), Self::Text(other)) => Some(one.to_lowercase() == other.to_lowercase()),
            (Self::Null, Self::Null) => Some(true),
            (Self::List(_) | Self::Map(_), _) | (_, Self::List(_) | Self::Map(_)) => Some(false),
            (one, other) => Some(one.number()? == other.number()?),
        }
    }

    /// Whether it is the same part for part, as `exclude` of a matrix compares; places do not count.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.value.is_same(&b.value))
            }
            (Self::Map(one), Self::Map(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(key, value)| {
                        other.iter().any(|(name, found)| name == key && value.value.is_same(&found.value))
                    })
            }
            (Self::Unknown, Self::Unknown) | (Self::Falsy, Self::Falsy) => true,
            (one, other) => one.equals(other).unwrap_or(false),
        }
    }
}
