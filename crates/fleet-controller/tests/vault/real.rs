//! The API server that the compiler's tests start.

// Not all of it is needed here.
#![allow(dead_code)]

#[path = "../../../../tests/real/api.rs"]
pub mod api;
#[path = "../../../../tests/real/cluster.rs"]
pub mod cluster;
#[path = "../../../../tests/real/manifest.rs"]
pub mod manifest;
#[path = "../../../../tests/real/wait.rs"]
pub mod wait;

pub use crate::openbao::{needs, process};
