//! Names that declarations give and references look up.

use super::unused::{Unused, unused};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::language::suggest::{nearest, one_of};
use crate::syntax::{Node, Scalar, Span};
use std::collections::{HashMap, HashSet};

/// Every declared name of the file, also of nodes that could not be decoded: a reference to one of
/// those is not unknown, only unusable, and its mistake has been reported already.
#[derive(Default)]
pub struct Names {
    declared: HashMap<String, HashSet<String>>,
    vaults: usize,
    whole: bool,
    unused: Vec<Unused>,
}

impl Names {
    /// Collects them from the top level of the tree. Where the text could not be read as a `whole`, no
    /// reference is reported as unknown.
    pub fn collect(nodes: &[Node], whole: bool) -> Self {
        let mut names = Self { whole, ..Self::default() };
        names.vaults = nodes.iter().filter(|node| node.word.value == "vault").count();
        for node in nodes {
            if let Some(Scalar::String(name)) = node.args.first().map(|arg| &arg.value) {
                names.declared.entry(node.word.value.clone()).or_default().insert(name.clone());
            }
        }
        if whole {
            names.unused = unused(nodes);
        }
        names
    }

    /// Declarations that nothing names; none where the text could not be read as a whole, since what is
    /// there may be named in what is not.
    pub fn unused(&self) -> &[Unused] {
        &self.unused
    }

    /// Whether the text could be read as a whole: only then is a name that is not declared unknown.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Servers of secrets that the file declares, also those that could not be decoded.
    pub fn vaults(&self) -> usize {
        self.vaults
    }

    /// Reports a reference that nothing declares.
    pub fn unknown(&self, word: &str, name: &str, span: Span, diagnostics: &mut Diagnostics) {
        let known = self.declared.get(word);
        if !self.whole || known.is_some_and(|known| known.contains(name)) {
            return;
        }
        let mut words: Vec<&str> = known.into_iter().flatten().map(String::as_str).collect();
        words.sort_unstable();
        let help = match nearest(name, words.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if words.is_empty() => format!("declare it: `{word} \"{name}\" {{ … }}`"),
            None if words.len() <= 8 => format!("there is {}", one_of(words)),
            None => format!("declare it: `{word} \"{name}\" {{ … }}`"),
        };
        let found = Diagnostic::new("unknown-reference", format!("there is no {word} \"{name}\""))
            .label(span, "not declared")
            .help(help);
        diagnostics.push(found);
    }
}
