//! What a pass is told, and what it tells.

use super::client::Failure;
use super::object::{Kind, Object};
use super::plan::Why;
use fleet_model::vault::ServerFlavour;

/// What a server should hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// What names of roles and policies start with.
    pub prefix: String,
    /// Which program it is.
    pub flavour: ServerFlavour,
    /// How many objects somebody has said may be deleted at once.
    pub allowed_deletion: Option<usize>,
    /// The objects.
    pub objects: Vec<Object>,
}

/// What became of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server holds it.
    Unchanged,
    /// It was written, and read back.
    Written(Why),
    /// It would have been written.
    WouldWrite(Why),
    /// It must not be written.
    Refused(String),
    /// It could not be read or written.
    Failed(Failure),
    /// It was written, and the server holds something else.
    NotKept(String),
    /// The pass ended before its turn.
    Skipped,
}

/// What became of what is declared no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Its path.
    pub path: String,
    /// What it was.
    pub kind: Kind,
    /// Whether it is gone from the server; otherwise it would be.
    pub done: bool,
}

/// What a pass did.
#[derive(Debug, Default)]
pub struct Report {
    /// Of each object, in the order of the wanted ones.
    pub outcomes: Vec<Option<Outcome>>,
    /// What was deleted.
    pub deleted: Vec<Deleted>,
    /// Why nothing was deleted.
    pub deletion_refused: Option<String>,
    /// What ended the pass early.
    pub failure: Option<Failure>,
    /// The server's cluster.
    pub cluster_id: String,
    /// Requests that change something.
    pub writes: usize,
}
