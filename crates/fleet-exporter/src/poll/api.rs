//! What GitHub's API has, and how it says no.

use crate::time::Second;
use serde::{Deserialize, Serialize};
use ureq::http::HeaderMap;

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// GitHub wants fewer requests; not before then.
    Limited(Second),
    /// A permission is missing.
    Permission(&'static str),
    /// There is no such thing, or it may not be seen.
    Missing,
    /// The token is not taken.
    Unauthorized,
    /// GitHub's own mistake, or an unexpected answer.
    Status(u16),
    /// No answer, or half of one.
    Transport(String),
    /// An answer that is not what it should be.
    Body(String),
    /// GitHub names another server for what follows: the token is not sent there.
    Foreign(String),
    /// The credentials cannot be read.
    Credentials(String),
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Limited(until) => write!(f, "GitHub limits requests until {until}"),
            Self::Permission(name) => write!(f, "the permission \"{name}\" is missing"),
            Self::Missing => f.write_str("not found, or not to be seen with these credentials"),
            Self::Unauthorized => f.write_str("GitHub does not take the credentials"),
            Self::Status(code) => write!(f, "GitHub answered {code}"),
            Self::Transport(reason) => write!(f, "no answer: {reason}"),
            Self::Body(reason) => write!(f, "the answer cannot be read: {reason}"),
            Self::Foreign(url) => {
                write!(f, "the answer leads to another server ({url}), which is not followed")
            }
            Self::Credentials(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for ApiError {}

/// A part of the API: the value of the label `endpoint`, and what one needs to use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name.
    pub name: &'static str,
    /// The permission that it needs, as GitHub's pages call it.
    pub permission: &'static str,
}

/// Runs and their attempts.
pub const RUNS: Endpoint = Endpoint { name: "runs", permission: "Actions: read" };
/// Jobs.
pub const JOBS: Endpoint = Endpoint { name: "jobs", permission: "Actions: read" };
/// Repositories.
pub const REPOSITORIES: Endpoint = Endpoint { name: "repositories", permission: "Metadata: read" };
/// Self-hosted runners.
pub const RUNNERS: Endpoint = Endpoint { name: "runners", permission: "Self-hosted runners: read" };
/// Deliveries of the App's webhook.
pub const DELIVERIES: Endpoint = Endpoint { name: "deliveries", permission: "App key" };
/// Installations of the App.
pub const INSTALLATIONS: Endpoint = Endpoint { name: "installations", permission: "App key" };

/// A page of a listing, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// How many there are on all pages, where GitHub says it.
    pub total: u64,
    /// Where the next page is.
    pub next: Option<String>,
}

/// The text of a header.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The address of the next page.
pub fn next_link(headers: &HeaderMap) -> Option<String> {
    header(headers, "link")?.split(',').find_map(|part| {
        let (url, rel) = part.split_once(';')?;
        rel.contains("rel=\"next\"").then(|| url.trim().trim_matches(['<', '>']).to_owned())
    })
}
