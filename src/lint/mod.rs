//! Workflows of any repository, read against the fleet.
//!
//! [`World`] holds the repositories as typed [`workflow`]s, [`Resolver`] says what `runs-on` may come to
//! ([`expression`]), [`Pools`] which pools would take such a job. Rules under `check/workflows/` look at one
//! file at a time, through a [`View`]. Nothing here does I/O.

mod allow;
pub mod expression;
mod inputs;
mod matrix;
mod pools;
mod problems;
mod resolve;
mod run;
mod scope;
pub mod secrets;
pub mod shell;
mod uses;
pub mod vault;
mod view;
pub mod workflow;
mod world;

pub use matrix::Matrix;
pub use pools::{Fate, Pools, group_of};
pub use resolve::{Open, Resolver, Target};
pub use run::{Looked, lint};
pub use uses::{Use, uses_of_pools};
pub use vault::revokes;
pub use view::{JobView, Resolved, StepView, View};
pub use world::{File, FileId, JobId, Kind, Repository, RepositoryText, World};
