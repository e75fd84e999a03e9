//! Patches: changes to emitted objects that the language has no word for.
//!
//! A patched object goes back into its type, so what the type does not know is reported rather than
//! sent to a cluster that would drop it silently, and rules look at it like at any other.

mod apply;
mod strategic;
mod target;
mod text;

pub use apply::Patches;
