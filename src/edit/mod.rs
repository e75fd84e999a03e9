//! Edits of fleet files for people and bots: what is not meant stays as it is, byte by byte.
//!
//! A [`Draft`] lays edits over the files. [`set`] and [`unset`] find the place that a path names by the vocabulary, and
//! [`judge`] says whether the fleet got worse. Nothing here writes a file.

mod draft;
mod find;
mod inherit;
mod insert;
pub mod judge;
mod order;
mod path;
mod remove;
mod rename;
mod set;
pub mod spell;

pub use draft::{ChangedFile, Draft, Edit, Tree};
pub use order::rank;
pub use rename::{kinds, rename, retire};
pub use set::{Options, set, unset};
