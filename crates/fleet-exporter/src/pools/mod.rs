//! Which pool a job belongs to.

mod glob;
mod place;

pub use glob::Glob;
pub use place::{Asked, Placement, Placer};
