//! YAML text to a tree in which everything knows its place.
//!
//! It reads what others wrote: workflows, values of Helm charts, objects of a cluster. [`read`] never
//! panics and never gives up half-way without saying so. Scalars keep their text: what `on` or `010` means
//! depends on who reads it ([`Schema`]). Aliases share what they stand for, and a text whose aliases
//! would grow without measure is refused.

mod place;
mod read;
mod schema;
mod tree;

pub use read::read;
pub use schema::{Plain, Schema};
pub use tree::{Comment, Data, Entry, Mapping, Problem, Scalar, Stream, Style, Value};
