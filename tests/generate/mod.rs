//! Fleets that nobody wrote: for benchmarks in any size, for properties in any shape.

mod numbers;
mod pool;
mod seeded;
mod text;

pub use numbers::Numbers;
pub use pool::{Mode, Pool, Size};
pub use seeded::fleet;
pub use text::{Node, text};
