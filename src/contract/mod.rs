//! Facts about other people's releases, in one table each: what a release of ARC knows and does,
//! which container hooks a runner image carries, when a runner release was superseded.
//!
//! Nothing else in fleetc asks for a release by number.

pub mod actions;
pub mod arc;
pub mod hooks;
mod label;
pub mod labels;
pub mod oidc;
pub mod runner;
