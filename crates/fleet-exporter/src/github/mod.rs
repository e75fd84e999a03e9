//! GitHub's JSON, as webhooks and the REST API write it, and what it says as observations.
//!
//! Fields are optional wherever any release of GitHub or any published example leaves them out, and of an
//! unexpected form they are as if left out: one odd field must not lose an event.

mod event;
mod payload;

pub use event::{Event, read_event};
pub use payload::{HeadRepository, Job, Label, Repository, Run, Runner, instant, job_facts, run_facts};
