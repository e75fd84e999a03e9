//! GitHub's expressions: what stands in `${{ … }}`.
//!
//! They are read as the runner reads them, and evaluated to all that they may come to: a condition on the event
//! is both true and false, an output of a job is unknown, a choice is each of its options.

mod call;
mod eval;
mod lex;
mod parse;
mod template;
mod value;

pub use eval::{Place, Scope, evaluate, evaluate_template};
pub use parse::{Expression, Kind, Operator, parse};
pub use template::{Part, Template, template};
pub use value::{MOST, Possible, Value};

use std::ops::Range;

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the text that are wrong.
    pub range: Range<usize>,
    /// What is wrong, as a phrase.
    pub message: String,
}
