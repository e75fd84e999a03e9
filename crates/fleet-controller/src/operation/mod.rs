//! What all functions that run for ever share: one leader, health and metrics, logs, and an end in good order.
//!
//! A function is a future that ends only when it is dropped or told to: see [`Function`]. It runs while this replica
//! leads, and at no other time.
//!
//! Rights that this takes, in the controller's namespace: `get`, `create`, `update` on `leases` of `coordination.k8s.io`,
//! and `create`, `patch` on `events` of `events.k8s.io`.

mod function;
mod http;
mod lease;
mod logs;
mod metrics;
mod run;

pub use function::{Context, Function, Stop};
pub use http::Health;
pub use lease::{Election, Lost};
pub use logs::start as start_logs;
pub use metrics::Metrics;
pub use run::{Options, run};

/// Under which name the controller owns fields of objects.
pub const FIELD_MANAGER: &str = "fleet-controller";
