//! The functions that `fleet-controller run` can run.

use crate::operation::Function;

/// All of them.
pub const FUNCTIONS: &[Function] = &[];
