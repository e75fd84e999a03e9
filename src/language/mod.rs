//! The vocabulary of `fleet.kdl`: every word, property, type, unit and default, declared once.
//!
//! A word is declared with the `node!` macro in [`nodes`], a kind of value in [`value`]. Both give a
//! Rust type, its decoder, and an entry in the tables of [`spec`] that everything else reads.

pub mod decode;
mod flatten;
pub(crate) mod node;
pub mod nodes;
pub mod spec;
pub mod suggest;
pub mod trace;
pub mod value;
pub mod walk;
mod wording;

pub use flatten::flatten;

use crate::diagnostic::Diagnostics;
use crate::syntax::{Node, SourceId, Span, Spanned};
use decode::{Decode, Decoder};
use nodes::File;

/// Decodes the top level of a fleet: nodes of all its files, with templates already flattened.
///
/// `None` where even the fleet's own header is unusable; what is wrong has been reported. Where the text
/// could not be read as a `whole`, a header that is not there is not reported.
pub fn decode_file(nodes: Vec<Node>, whole: bool, diagnostics: &mut Diagnostics) -> Option<File> {
    let start = Span { source: SourceId(0), start: 0, end: 0 };
    let root = Node {
        word: Spanned::new(String::new(), start),
        args: Vec::new(),
        props: Vec::new(),
        children: nodes,
        span: start,
    };
    if !whole && !root.children.iter().any(|node| node.word.value == "fleet") {
        Decoder::new(diagnostics).inspect::<File>(&root);
        return None;
    }
    File::decode(&mut Decoder::new(diagnostics), &root)
}
