//! The functions that `fleet-controller run` can run.

use crate::operation::Function;
use crate::vault;

/// All of them.
pub const FUNCTIONS: &[Function] = &[vault::FUNCTION];
