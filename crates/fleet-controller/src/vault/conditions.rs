//! What is said of a resource: conditions, whose times change only when they do.

use super::client::Failure;
use super::pass::Outcome;
use fleet_model::vault::VaultStatus;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};

/// What one says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// `True`, `False` or `Unknown`.
    pub status: &'static str,
    /// One word.
    pub reason: &'static str,
    /// A sentence.
    pub message: String,
}

impl Said {
    fn new(status: &'static str, reason: &'static str, message: impl Into<String>) -> Self {
        Self { status, reason, message: message.into() }
    }
}

/// Whether the server holds an object. `failure` is what ended the pass before its turn.
pub fn ready(outcome: Option<&Outcome>, failure: Option<&Failure>) -> Said {
    let failed = |failure: &Failure| Said::new("False", failure.reason(), failure.to_string());
    match outcome {
        Some(Outcome::Unchanged | Outcome::Written(_)) => {
            Said::new("True", "InSync", "the server holds what is wanted")
        }
        Some(Outcome::WouldWrite(_)) => {
            Said::new("False", "DryRun", "it would be written, but nothing is in a dry run")
        }
        Some(Outcome::Refused(reason)) => Said::new("False", "Refused", reason.as_str()),
        Some(Outcome::Failed(failure)) => failed(failure),
        Some(Outcome::NotKept(reason)) => Said::new("False", "NotKept", reason.as_str()),
        Some(Outcome::Skipped) | None => {
            let (reason, message) = failure
                .map_or(("Pending", "its turn has not come".to_owned()), |failure| {
                    (failure.reason(), failure.to_string())
                });
            Said::new("Unknown", reason, message)
        }
    }
}

/// Whether the server held something else. What was put back stays said until it is put back again. None where
/// nobody knows.
pub fn drift(outcome: Option<&Outcome>, before: Option<&Condition>) -> Option<Said> {
    match outcome? {
        Outcome::Written(why) => match why.drift() {
            Some(what) => Some(Said::new("False", "PutBack", format!("{what}; it was put back"))),
            None => Some(Said::new("False", "InSync", "nobody has changed it")),
        },
        Outcome::WouldWrite(why) => Some(match why.drift() {
            Some(what) => Said::new("True", "DryRun", what),
            None => Said::new("False", "InSync", "nobody has changed it"),
        }),
        Outcome::NotKept(reason) => Some(Said::new("True", "NotKept", reason.as_str())),
        Outcome::Unchanged if before.is_some_and(|before| before.reason == "PutBack") => None,
        Outcome::Unchanged => Some(Said::new("False", "InSync", "nobody has changed it")),
        Outcome::Refused(_) | Outcome::Failed(_) | Outcome::Skipped => None,
    }
}

/// Whether the controller lacks a right.
pub fn forbidden(outcome: Option<&Outcome>, failure: Option<&Failure>) -> Said {
    let own = match outcome {
        Some(Outcome::Failed(failure)) => Some(failure),
        _ => None,
    };
    match own.or(failure) {
        Some(failure @ Failure::Forbidden { .. }) => Said::new("True", "Denied", failure.to_string()),
        _ => Said::new("False", "Allowed", "the controller has the rights that it needed"),
    }
}

/// Whether the server is sealed.
pub fn sealed(failure: Option<&Failure>) -> Option<Said> {
    match failure {
        Some(failure @ Failure::Sealed) => Some(Said::new("True", "Sealed", failure.to_string())),
        None => Some(Said::new("False", "Unsealed", "the server takes requests")),
        Some(_) => None,
    }
}

/// Whether a server is as its resources want it.
pub fn server_ready(failure: Option<&Failure>, bad: usize, all: usize) -> Said {
    match failure {
        Some(failure) => Said::new("False", failure.reason(), failure.to_string()),
        None if bad > 0 => {
            Said::new("False", "Objects", format!("{bad} of {all} objects are not as they should be"))
        }
        None => Said::new("True", "InSync", format!("all {all} objects are as they should be")),
    }
}

/// Whether something is left undeleted.
pub fn deletion_refused(reason: Option<&str>) -> Said {
    match reason {
        Some(reason) => Said::new("True", "Refused", reason),
        None => Said::new("False", "NoneRefused", "nothing waits to be deleted"),
    }
}

/// The status with these conditions; those that say nothing new stay as they are.
pub fn merged(
    before: Option<&VaultStatus>,
    said: Vec<(&'static str, Option<Said>)>,
    generation: Option<i64>,
    now: Timestamp,
) -> VaultStatus {
    let mut status = before.cloned().unwrap_or_default();
    status.observed_generation = generation;
    for (kind, said) in said {
        let old = status.conditions.iter().find(|condition| condition.type_ == kind).cloned();
        let Some(said) = said else { continue };
        let same =
            old.filter(|old| old.status == said.status && (kind != "Drift" || old.message == said.message));
        let condition = Condition {
            type_: kind.to_owned(),
            status: said.status.to_owned(),
            reason: said.reason.to_owned(),
            message: said.message.chars().take(1024).collect(),
            observed_generation: generation,
            last_transition_time: same.map_or(Time(now), |old| old.last_transition_time),
        };
        match status.conditions.iter_mut().find(|condition| condition.type_ == kind) {
            Some(place) => *place = condition,
            None => status.conditions.push(condition),
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::plan::Why;

    #[test]
    fn times_change_only_when_the_status_does() {
        let at = |second| Timestamp::from_second(second).unwrap_or_default();
        let first =
            merged(None, vec![("Ready", Some(ready(Some(&Outcome::Unchanged), None)))], Some(1), at(1));
        let same = merged(
            Some(&first),
            vec![("Ready", Some(ready(Some(&Outcome::Written(Why::Changed)), None)))],
            Some(1),
            at(2),
        );
        assert_eq!(first, same);
        let failed = ready(None, Some(&Failure::Sealed));
        let other = merged(Some(&first), vec![("Ready", Some(failed))], Some(2), at(3));
        assert_eq!(other.conditions[0].status, "Unknown");
        assert_eq!(other.conditions[0].reason, "Sealed");
        assert_eq!(other.conditions[0].last_transition_time, Time(at(3)));
    }

    #[test]
    fn what_was_put_back_stays_said() {
        let now = Timestamp::default();
        let put_back = Outcome::Written(Why::Gone);
        let first = merged(None, vec![("Drift", drift(Some(&put_back), None))], None, now);
        assert!(first.conditions[0].message.contains("deleted"));
        let next = drift(Some(&Outcome::Unchanged), first.conditions.first());
        assert_eq!(merged(Some(&first), vec![("Drift", next)], None, now), first);
    }
}
