//! Keeps the live systems of a fleet true to its file.
//!
//! Each folder is one function, with rights of its own in the cluster.

pub mod backup;
pub mod inventory;
