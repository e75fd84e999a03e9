//! What a container is given.

use crate::language::value::{Cpu, Memory};

/// What a container is given, as request and as limit. Absent parts are not stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Processor time.
    pub cpu: Option<Cpu>,
    /// Memory.
    pub memory: Option<Memory>,
    /// Disk of the node.
    pub storage: Option<Memory>,
}
