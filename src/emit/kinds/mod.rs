//! Kinds that k8s-openapi does not have, as far as fleetc writes them.

mod argocd;
mod monitoring;
mod runner_set;

pub use argocd::*;
pub use monitoring::*;
pub use runner_set::*;
