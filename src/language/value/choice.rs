//! `choice!`: a value that is one of a few words.

/// Declares an enum whose variants are words of the language, each with its meaning.
macro_rules! choice {
    ($(#[doc = $doc:literal])* $label:literal $name:ident {
        $( $(#[doc = $variant_doc:literal])* $word:literal => $variant:ident ),* $(,)?
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $variant_doc])* $variant ),* }

        impl $name {
            /// The word that the language uses for it.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word ),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl $crate::language::value::Value for $name {
            const TYPE: $crate::language::spec::TypeSpec = $crate::language::spec::TypeSpec {
                name: $label,
                doc: concat!($($doc, "\n"),*),
                examples: &[ $( concat!("\"", $word, "\"") ),* ],
                choices: &[ $( ($word, concat!($($variant_doc, "\n"),*)) ),* ],
                json: $crate::language::spec::JsonShape::String(""),
            };

            fn read(scalar: &$crate::syntax::Scalar) -> Result<Self, $crate::language::value::Mismatch> {
                match scalar {
                    $( $crate::syntax::Scalar::String(word) if word == $word => Ok(Self::$variant), )*
                    $crate::syntax::Scalar::String(word) => {
                        let words = [$($word),*];
                        let near = $crate::language::suggest::nearest(word, words);
                        Err($crate::language::value::Mismatch::Choice(near))
                    }
                    _ => Err($crate::language::value::Mismatch::Type),
                }
            }
        }
    };
}

pub(crate) use choice;
