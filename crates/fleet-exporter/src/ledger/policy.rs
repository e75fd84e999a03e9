//! What the owner of the fleet decides about counting.

use super::bounds::Limits;
use super::observation::{RepoKey, RunFacts};
use crate::pools::{Glob, Placer};
use crate::time::DAY;
use fleet_model::pools::Pools;

/// How observations become series.
#[derive(Debug)]
pub struct Policy {
    /// The pools of the fleet.
    pub placer: Placer,
    /// Branches that have series of their own, besides the default branch.
    pub branches: Vec<Glob>,
    /// How many series and values of labels there may be.
    pub limits: Limits,
    /// Seconds for which jobs and runs that are over are kept. At least 35 days: GitHub lets a run be repeated
    /// for 30, and what has been forgotten would be counted again.
    pub retention: i64,
    /// Count what ended before the exporter was first started, too.
    pub backfill: bool,
}

/// The shortest retention.
pub const SHORTEST_RETENTION: i64 = 35 * DAY;

impl Default for Policy {
    fn default() -> Self {
        Self {
            placer: Placer::new(Pools::default()),
            branches: vec![Glob::new("main"), Glob::new("release/*")],
            limits: Limits::default(),
            retention: SHORTEST_RETENTION,
            backfill: false,
        }
    }
}

impl Policy {
    /// The value of the label `branch`.
    ///
    /// The branch of a pull request from a fork is the fork's, and often called `main` too: only a branch of
    /// the repository itself may be `default` or have its own name.
    pub fn branch(&self, repo: RepoKey, default: Option<&str>, facts: &RunFacts) -> String {
        let class = |text: &str| text.to_owned();
        if facts.event.starts_with("pull_request") || facts.head_repo.is_none_or(|head| head != repo.repo) {
            return class("pull_request");
        }
        let Some(branch) = facts.branch.as_deref() else { return class("other") };
        if default == Some(branch) {
            return class("default");
        }
        if facts.event == "release" || is_version(branch) {
            return class("tag");
        }
        if self.branches.iter().any(|glob| glob.matches(branch)) { class(branch) } else { class("other") }
    }
}

/// GitHub shows a tag where the branch stands and does not say which it is: what looks like a version is one.
fn is_version(name: &str) -> bool {
    let digits = name.strip_prefix('v').unwrap_or(name);
    digits.contains('.') && digits.starts_with(|letter: char| letter.is_ascii_digit()) && !name.contains('/')
}

/// A workflow's label: its file without folder, ending and ref.
pub fn workflow(path: &str) -> String {
    let file = path.split('@').next().unwrap_or(path);
    let file = file.rsplit('/').next().unwrap_or(file);
    let stem = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml")).unwrap_or(file);
    if stem.is_empty() { "unknown".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::status::Status;

    #[test]
    fn a_fork_has_no_default_branch() {
        let repo = RepoKey { host: 0, repo: 7 };
        let branch = |event: &str, head, name: &str| {
            let facts = RunFacts {
                id: 1,
                attempt: 1,
                number: 1,
                status: Status::Queued,
                conclusion: None,
                event: event.to_owned(),
                path: String::new(),
                branch: Some(name.to_owned()),
                head_repo: head,
                created: None,
                started: None,
                ended: None,
            };
            Policy::default().branch(repo, Some("trunk"), &facts)
        };
        assert_eq!(branch("push", Some(7), "trunk"), "default");
        assert_eq!(branch("push", Some(8), "trunk"), "pull_request");
        assert_eq!(branch("pull_request_target", Some(7), "trunk"), "pull_request");
        assert_eq!(branch("push", Some(7), "release/2"), "release/2");
        assert_eq!(branch("push", Some(7), "v1.2.3"), "tag");
        assert_eq!(branch("push", Some(7), "feature/x"), "other");
        assert_eq!(branch("push", None, "main"), "pull_request");
    }

    #[test]
    fn a_workflow_is_its_file() {
        assert_eq!(workflow(".github/workflows/ci.yml@refs/heads/main"), "ci");
        assert_eq!(workflow("dynamic/github-code-scanning/codeql"), "codeql");
        assert_eq!(workflow(""), "unknown");
    }
}
