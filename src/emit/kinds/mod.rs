//! Kinds that k8s-openapi does not have, as far as fleetc writes them.

mod argocd;
mod runner_set;

pub use argocd::*;
pub use runner_set::*;
