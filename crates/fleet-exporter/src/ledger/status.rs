//! Status and conclusion, which GitHub keeps apart and users mix.

use serde::{Deserialize, Serialize};

/// How far a job or a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Held by a rule of an environment until somebody approves.
    Waiting,
    /// Held by a concurrency group.
    Pending,
    /// Free to start; waits for a runner.
    Queued,
    /// On a runner.
    InProgress,
    /// Over.
    Completed,
}

impl Status {
    /// Reads GitHub's word; an unknown one is no news, so nothing is changed by it.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "waiting" => Self::Waiting,
            "pending" => Self::Pending,
            "queued" | "requested" => Self::Queued,
            "in_progress" => Self::InProgress,
            "completed" => Self::Completed,
            _ => return None,
        })
    }

    /// Whether it waits for something other than a runner.
    pub fn held(self) -> bool {
        matches!(self, Self::Waiting | Self::Pending)
    }

    /// A status of a higher rank is later, in whichever order they arrive.
    pub fn rank(self) -> u8 {
        match self {
            Self::Waiting | Self::Pending => 1,
            Self::Queued => 2,
            Self::InProgress => 3,
            Self::Completed => 4,
        }
    }
}

/// How a job or a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Conclusion {
    /// All went well.
    Success,
    /// A step failed.
    Failure,
    /// Neither well nor ill.
    Neutral,
    /// Somebody, or a newer run, ended it.
    Cancelled,
    /// A condition left it out.
    Skipped,
    /// It took longer than allowed.
    TimedOut,
    /// It waits for a person, such as a first contribution from a fork.
    ActionRequired,
    /// GitHub gave up on it.
    Stale,
    /// The workflow could not be read.
    StartupFailure,
    /// A word that GitHub did not have when this was written.
    Other,
}

impl Conclusion {
    /// Reads GitHub's word.
    pub fn parse(text: &str) -> Self {
        match text {
            "success" => Self::Success,
            "failure" => Self::Failure,
            "neutral" => Self::Neutral,
            "cancelled" => Self::Cancelled,
            "skipped" => Self::Skipped,
            "timed_out" => Self::TimedOut,
            "action_required" => Self::ActionRequired,
            "stale" => Self::Stale,
            "startup_failure" => Self::StartupFailure,
            _ => Self::Other,
        }
    }

    /// The value of the label `conclusion`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Neutral => "neutral",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::TimedOut => "timed_out",
            Self::ActionRequired => "action_required",
            Self::Stale => "stale",
            Self::StartupFailure => "startup_failure",
            Self::Other => "other",
        }
    }

    /// Whether it speaks for or against the workflow: `Some(true)` failed, `Some(false)` succeeded; the
    /// others say nothing of its health and touch neither failure rate nor streak.
    pub fn failed(self) -> Option<bool> {
        match self {
            Self::Success => Some(false),
            Self::Failure | Self::TimedOut | Self::StartupFailure => Some(true),
            _ => None,
        }
    }
}
