//! The order in which the vocabulary lists the parts of a node.

use crate::language::decode::Decode;
use crate::language::nodes::File;
use crate::language::spec::NodeSpec;

/// The entry of the vocabulary for a fleet file as a whole.
pub static ROOT: NodeSpec = <File as Decode>::SPEC;

/// Place of a property in its node's entry of the vocabulary; `path` is the words from the top level down to the node.
pub fn rank(path: &[&str], property: &str) -> Option<usize> {
    let mut spec: &'static NodeSpec = &ROOT;
    for word in path {
        spec = spec.child(word)?.1;
    }
    place(spec, property)
}

/// Place of a part in a node's entry.
pub fn place(spec: &NodeSpec, name: &str) -> Option<usize> {
    spec.fields.iter().position(|field| field.name == name)
}
