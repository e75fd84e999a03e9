//! What a poller keeps between its requests: answers that may still be true, and how far it has read.

use super::Ledger;
use super::run::{Run, RunKey};
use super::tables::{self, NOTES, RUNS, row};
use super::writer::{Refused, Request};
use crate::time::Second;
use redb::ReadableDatabase;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// An answer of GitHub.
    Answer {
        /// The form of `body`: an older one is as if there were none, so that it is never kept for ever by
        /// "not modified".
        form: u32,
        /// The token that it was given to: GitHub's ETags are bound to it.
        token: u64,
        /// The tag.
        etag: String,
        /// What was read from the answer.
        body: Vec<u8>,
    },
    /// Everything up to here was read.
    Until(Second),
}

impl Ledger {
    /// A run, with what is known of its attempts.
    pub fn run(&self, key: RunKey) -> Option<Run> {
        if let Some(run) = self.view().runs.get(&key) {
            return Some(run.clone());
        }
        let txn = self.shared.database().ok()?.begin_read().ok()?;
        tables::read(&txn.open_table(RUNS).ok()?, row(key.repo, key.run)).ok().flatten()
    }

    /// A note, if there is one.
    pub fn note(&self, key: &str) -> Option<Note> {
        let database = self.shared.database().ok()?;
        let txn = database.begin_read().ok()?;
        tables::read(&txn.open_table(NOTES).ok()?, key).ok().flatten()
    }

    /// Keeps notes; where there is nothing to keep, the old one is forgotten.
    pub fn keep_notes(&self, notes: Vec<(String, Option<Note>)>) -> Result<(), Refused> {
        let (answer, answered) = oneshot::channel();
        self.requests.blocking_send(Request::Notes(notes, answer)).map_err(|_| Refused::Closed)?;
        answered.blocking_recv().unwrap_or(Err(Refused::Closed))
    }
}
