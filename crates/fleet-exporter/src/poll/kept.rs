//! Answers that may still be true: GitHub says so without charge when it is asked with their tag.

use crate::ledger::{Ledger, Note};
use ring::digest;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The form of what is kept.
const FORM: u32 = 1;
/// Answers that are kept in memory.
const KEPT: usize = 5_000;

/// Answers of one server to one organization.
#[derive(Debug)]
pub struct Kept {
    ledger: Ledger,
    host: String,
    memory: Mutex<HashMap<String, Note>>,
}

impl Kept {
    /// Nothing in memory yet; what is in the ledger is found.
    pub fn new(ledger: Ledger, host: &str) -> Self {
        Self { ledger, host: host.to_owned(), memory: Mutex::default() }
    }

    /// The tag and the body of an answer that was given to this token, in a form that this program reads.
    pub fn known(&self, url: &str, token: &str) -> Option<(String, Vec<u8>)> {
        let kept = self.memory.lock().unwrap_or_else(PoisonError::into_inner).get(url).cloned();
        match kept.or_else(|| self.ledger.note(&self.key(url)))? {
            Note::Answer { form: FORM, token: of, etag, body } if of == hash(token) => Some((etag, body)),
            _ => None,
        }
    }

    /// Keeps an answer; also over a restart, if that is wanted.
    pub fn keep(&self, url: &str, token: &str, etag: String, body: Vec<u8>, persist: bool) {
        let note = Note::Answer { form: FORM, token: hash(token), etag, body };
        if persist && let Err(error) = self.ledger.keep_notes(vec![(self.key(url), Some(note.clone()))]) {
            tracing::debug!(%error, "an answer could not be kept");
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.len() >= KEPT {
            memory.clear();
        }
        memory.insert(url.to_owned(), note);
    }

    fn key(&self, url: &str) -> String {
        format!("answer {} {url}", self.host)
    }
}

fn hash(text: &str) -> u64 {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    hash.as_ref().first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
