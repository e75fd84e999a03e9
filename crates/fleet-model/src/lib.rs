//! What the compiler and the two programs that run in the cluster must agree on, declared once:
//! the metrics that are exported, and the custom resources that carry what Vault and the fleet should hold.
//!
//! It holds types and tables, and does no input or output.

pub mod backup;
pub mod exporter;
pub mod fleet;
pub mod glob;
pub mod metrics;
pub mod pools;
pub mod vault;
