//! The small object beside a copy that says the copy is whole.

use super::archive::Snapshot;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was verified of a copy. It is written last, after the copy was read back, so a copy without it is no
/// copy: a run may have died in the middle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// SHA-256 of the copy in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub size: u64,
    /// Its Raft index.
    pub index: u64,
    /// Its Raft term.
    pub term: u64,
    /// Id of the server's cluster.
    pub cluster_id: String,
    /// Release of the server.
    pub server_version: String,
    /// Release of fleet-controller.
    pub controller_version: String,
    /// When the copy was put into this store: later than it was taken where it was brought from another.
    pub stored: Timestamp,
}

impl Manifest {
    /// What is said of a copy that was verified.
    pub fn new(snapshot: &Snapshot, cluster_id: &str, server_version: &str, stored: Timestamp) -> Self {
        Self {
            sha256: snapshot.sha256.clone(),
            size: snapshot.size,
            index: snapshot.index,
            term: snapshot.term,
            cluster_id: cluster_id.to_owned(),
            server_version: server_version.to_owned(),
            controller_version: env!("CARGO_PKG_VERSION").to_owned(),
            stored,
        }
    }

    /// Whether it speaks of this archive.
    pub fn matches(&self, snapshot: &Snapshot) -> bool {
        (self.sha256.as_str(), self.size, self.index, self.term)
            == (snapshot.sha256.as_str(), snapshot.size, snapshot.index, snapshot.term)
    }
}
