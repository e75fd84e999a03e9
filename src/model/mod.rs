//! What a fleet is: plain types in which every reference is resolved and every default is filled in.

mod alerts;
mod build;
mod cluster;
mod exporter;
mod fleet;
mod names;
mod pool;
mod size;
mod unused;
mod usage;
pub mod vault;
pub mod workflows;

pub use build::build;
pub use cluster::{Cluster, NamespaceUse};
pub use exporter::{Exporter, ExporterSecret};
pub use fleet::{Cache, CacheKind, Controller, Fleet, Hardware, Manifest, Versions};
pub use names::Names;
pub use pool::{HardwareUse, Pool};
pub use size::Size;
pub use unused::Unused;
pub use usage::Usage;
