//! Capacity is a proof, not a sum.
//!
//! A fleet fits when all pools can be at their max at once: on every node, in every dimension, with
//! all pods of a runner counted. This module answers three questions about a [`Problem`], which is
//! plain data that knows nothing of the fleet language:
//!
//! - [`prove`]: do all runners have a place at once? The answer is a packing, or the first runner
//!   without a place and who holds it, or an honest "undecided".
//! - [`max_for`]: the largest max that one pool could have.
//! - [`spread_bound`]: can a workflow pod that is pinned to its runner's node ever wait?
//!
//! [`report`] turns a proof into numbers (its `Display` is a table), [`picture`] into SVG.
//!
//! A proof works in layers. Pools that share no nodes are solved apart. Equal shapes and equal nodes
//! are counted, not listed. Totals and slots refute quickly; first fit and filling find a packing
//! quickly; what is left between them is decided by weights over the ways to fill a node, and by a
//! search over them. The effort is counted in steps, so that the answer is the same everywhere.
//!
//! ```
//! use fleetc::capacity::{Demand, Effort, NodeGroup, Placement, PodShape, Policies, Problem, Resources, prove};
//!
//! let mut problem = Problem::new(Policies::default());
//! let node = Resources { cpu: 96_000, memory: 768 << 30, pods: 110, ..Resources::default() };
//! let nodes = problem.add_group(NodeGroup { name: "cpu".into(), count: 2, allocatable: node });
//! let class = problem.add_class([nodes]);
//! let pod = Resources { cpu: 64_000, memory: 128 << 30, pods: 1, ..Resources::default() };
//! problem.add_demand(Demand {
//!     pool: "runner-highcpu".into(),
//!     max: 3,
//!     class,
//!     placement: Placement::Together,
//!     pods: vec![PodShape { name: "runner".into(), resources: pod, spread: false }],
//! });
//! assert!(!prove(&problem, Effort::default()).fits(), "192 cores in all, but two pieces of 64");
//! ```

mod bounds;
mod component;
mod fill;
mod first_fit;
mod headroom;
mod heaviest;
mod instance;
mod of_fleet;
mod packing;
mod pattern;
mod picture;
mod problem;
mod prove;
mod quantity;
mod refusal;
mod report;
mod resources;
mod search;
mod settle;
mod shelves;
mod solve;
pub mod spread;
mod table;
mod weights;

pub use component::{Component, components};
pub use headroom::{Headroom, Limit, Strictness, max_for};
pub use of_fleet::{Share, is_proved, shares};
pub use packing::{GroupPacking, Held, NodeRun, Packing};
pub use picture::picture;
pub use problem::{ClassId, Demand, DemandId, GroupId, NodeGroup, Placement, PodShape, Problem};
pub use prove::{Overcommit, Part, Proof, prove};
pub use quantity::show;
pub use refusal::{Holder, Lack, Reason, Refusal};
pub use report::{Area, DimensionRow, GroupRow, PoolRow, Report, Verdict, report};
pub use resources::{DeviceName, Dimension, Policies, Policy, Resources};
pub use settle::{Outcome, Undecided};
pub use solve::Effort;
pub use spread::{SpreadFailure, SpreadProof, SpreadShare, spread_bound};

#[cfg(test)]
mod tests;
