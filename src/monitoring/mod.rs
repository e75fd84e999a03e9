//! PromQL: built from typed parts, and read back and judged by what is really exported.
//!
//! [`query`] builds expressions, of fleetc's own alerts, recordings and panels. [`Catalogue`] is what the
//! fleet's programs export, from `fleet-model`'s tables and the fleet's own choices. [`judge`] reads any
//! expression, of a user too, and finds what can't be right, with the place in the text.

mod catalogue;
mod judge;
mod judge_labels;
mod judge_range;
mod judge_types;
mod place;
pub mod query;
mod scan;
mod selector;
mod shape;
mod shape_read;
mod values;

pub use catalogue::{Catalogue, Known, KnownKind};
pub use judge::{Problem, ProblemKind, judge, selectors};
pub use place::Placed;

pub use crate::emit::monitoring::{ResolvedAlert, alerts};
