//! Free text.

use super::{JsonShape, Mismatch, TypeSpec, Value, string};
use crate::syntax::Scalar;
use std::fmt;

/// `text!`: a newtype over a string with its own test of what it may hold.
macro_rules! text {
    ($(#[doc = $doc:literal])* $label:literal $name:ident, $pattern:literal, [$($example:literal),*], $check:expr) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The value as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Reads it outside of a fleet file, by the same rules.
            pub fn parse(text: &str) -> Option<Self> {
                let check: fn(&str) -> Result<(), $crate::language::value::Mismatch> = $check;
                check(text).is_ok().then(|| Self(text.to_owned()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $crate::language::value::Value for $name {
            const TYPE: $crate::language::spec::TypeSpec = $crate::language::spec::TypeSpec {
                name: $label,
                doc: concat!($($doc, "\n"),*),
                examples: &[$($example),*],
                choices: &[],
                json: $crate::language::spec::JsonShape::String($pattern),
            };

            fn read(scalar: &$crate::syntax::Scalar) -> Result<Self, $crate::language::value::Mismatch> {
                let text = $crate::language::value::string(scalar)?;
                let check: fn(&str) -> Result<(), $crate::language::value::Mismatch> = $check;
                check(text).map(|()| Self(text.to_owned()))
            }
        }
    };
}

pub(super) use text;

/// Any text without control characters other than line breaks and tabs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Value for Text {
    const TYPE: TypeSpec = TypeSpec {
        name: "string",
        doc: "Any text without control characters other than line breaks and tabs.",
        examples: &["\"text\""],
        choices: &[],
        json: JsonShape::String(""),
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        let text = string(scalar)?;
        match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            Some(control) => Err(Mismatch::value(format!("it holds the control character {control:?}"))
                .help("remove it: Kubernetes refuses it in a document")),
            None => Ok(Self(text.to_owned())),
        }
    }
}
