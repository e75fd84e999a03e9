//! Texts of a workflow, in which GitHub replaces `${{ … }}`.
//!
//! A text from the fleet becomes a [`Text`] by [`Text::literal`] alone, which writes `${{` so that GitHub reads it as itself, and
//! an [`Expression`] is made of names and literals that are quoted here. So no value of a fleet is ever evaluated.

use serde::{Serialize, Serializer};
use std::fmt;

/// A name that may stand in an expression: of a step, an input, an output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(String);

impl Identifier {
    /// The name made of any text: what is no letter or digit becomes `_`, and a digit in front gets one before it.
    pub fn of(text: &str) -> Self {
        let mut name: String =
            text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            name.insert(0, '_');
        }
        Self(name)
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Identifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// An expression, without `${{` and `}}` around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression(String);

impl Expression {
    /// An expression that fleetc itself has written down.
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// An input of the action or the workflow.
    pub fn input(name: &'static str) -> Self {
        Self(format!("inputs.{name}"))
    }

    /// An output of an earlier step of the job.
    pub fn output(step: &Identifier, name: &Identifier) -> Self {
        Self(format!("steps.{step}.outputs.{name}"))
    }

    /// A secret of GitHub.
    pub fn secret(name: &Identifier) -> Self {
        Self(format!("secrets.{name}"))
    }

    /// Whether it is this text. GitHub compares without regard to case.
    pub fn is(self, text: &str) -> Self {
        Self(format!("{} == '{}'", self.0, text.replace('\'', "''")))
    }

    /// This, or where it is empty or false the other.
    pub fn or(self, other: Self) -> Self {
        Self(format!("{} || {}", self.0, other.0))
    }

    /// The first of these that is neither empty nor false; an empty text where there are none.
    pub fn first_of(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().reduce(Self::or).unwrap_or_else(|| Self::fixed("''"))
    }
}

/// In `if:`, where GitHub takes the whole text for an expression.
impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A text in which GitHub replaces expressions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// A text that means itself.
    pub fn literal(text: &str) -> Self {
        Self(text.replace("${{", "${{ '${{' }}"))
    }

    /// This text, and behind it the value of an expression.
    pub fn then(mut self, expression: &Expression) -> Self {
        self.0.push_str(&format!("${{{{ {} }}}}", expression.0));
        self
    }

    /// This text, and behind it another that means itself.
    pub fn then_literal(mut self, text: &str) -> Self {
        self.0.push_str(&Self::literal(text).0);
        self
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::literal(&text)
    }
}

impl From<Expression> for Text {
    fn from(expression: Expression) -> Self {
        Self::default().then(&expression)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_evaluated() {
        assert_eq!(Text::literal("a ${{ github.token }}").0, "a ${{ '${{' }} github.token }}");
        let quoted = Expression::input("set").is("it's' || secrets.X || '");
        assert_eq!(quoted.0, "inputs.set == 'it''s'' || secrets.X || '''");
        assert_eq!(Identifier::of("9 a.b-c}}").0, "_9_a_b_c__");
        let text = Text::literal("x-").then(&Expression::fixed("github.sha")).then_literal("${{");
        assert_eq!(text.0, "x-${{ github.sha }}${{ '${{' }}");
    }
}
