//! Keeps the live systems of a fleet true to its file.
//!
//! Each folder is one function, with rights of its own in the cluster; `operation` is what those share that run for ever.

pub mod backup;
pub mod functions;
pub mod inventory;
pub mod janitor;
pub mod operation;
pub mod vault;
