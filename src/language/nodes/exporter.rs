//! What fleet-exporter measures.

use crate::language::node::node;
use crate::language::value::{Glob, Text};

node! {
    /// What fleet-exporter measures.
    "exporter" => Exporter {
        /// An organization whose runs are read.
        "organization" organizations: children Organization,
        /// Branches that have series of their own.
        "branches" branches: opt_child Branches,
    }
}

node! {
    /// An organization whose runs are read.
    "organization" => Organization {
        /// Its name.
        "name" name: arg Text,
    }
}

node! {
    /// Branches that have series of their own.
    "branches" => Branches {
        /// Patterns of their names.
        "patterns" patterns: args Glob,
    }
}
