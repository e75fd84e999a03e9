//! The functions that `fleet-controller run` can run.

use crate::operation::Function;
use crate::{backup, inventory, janitor, vault};

/// All of them.
pub const FUNCTIONS: &[Function] =
    &[inventory::run::FUNCTION, janitor::run::FUNCTION, vault::FUNCTION, backup::FUNCTION];
