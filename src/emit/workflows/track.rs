//! `track-versions`: a pull request when there are newer releases of what the fleet runs.

use super::expression::{Expression, Identifier, Text};
use super::kinds::{
    Access, Concurrency, Job, NoOptions, NoPermissions, Permissions, Schedule, Step, Triggers, Workflow,
};
use super::source;
use crate::contract::actions;
use crate::model::workflows::{Source, Track};
use std::collections::BTreeMap;

const LOOK_UP: &str = include_str!("scripts/look-up.sh");
const PULL_REQUEST: &str = include_str!("scripts/pull-request.sh");
/// The branch of the pull request: one, so that there is never a second.
const BRANCH: &str = "fleetc/track-versions";

/// The environment that the job runs in where it is given a token.
const ENVIRONMENT: &str = "track-versions";

/// The workflow. `image` is the runner's image without its tag.
pub fn workflow(track: &Track, source: &Source, image: &str, runs_on: &str) -> Workflow {
    let own = Expression::fixed("github.token");
    let token = match &track.node.token_secret {
        Some(secret) => Text::from(Expression::secret(&Identifier::of(secret.as_str()))),
        None => Text::from(own.clone()),
    };
    let own_token = if track.node.token_secret.is_some() { "false" } else { "true" };
    let mut steps = vec![Step::uses("Check out", actions::CHECKOUT, [("persist-credentials", "false")])];
    steps.extend(source::steps(source));
    steps.push(Step::run("Look up releases", LOOK_UP).env("GH_TOKEN", own).env("IMAGE", image));
    steps.push(
        Step::run("Open or change the pull request", PULL_REQUEST)
            .env("GH_TOKEN", token)
            .env("OWN_TOKEN", own_token)
            .env("BRANCH", BRANCH)
            .env("BASE", Expression::fixed("github.ref_name")),
    );
    let job = Job {
        name: "Look for newer releases",
        needs: Vec::new(),
        condition: None,
        runs_on: runs_on.to_owned(),
        // A secret of an environment is for this job alone; one of the repository is there for all.
        environment: track.node.token_secret.as_ref().map(|_| ENVIRONMENT),
        timeout_minutes: 30,
        permissions: Permissions {
            contents: Access::Write.because("to push the branch of the pull request"),
            pull_requests: Access::Write.because("to open it"),
            ..Permissions::default()
        },
        outputs: BTreeMap::new(),
        steps,
    };
    Workflow {
        name: "track-versions",
        on: Triggers {
            schedule: Some(vec![Schedule { cron: track.node.schedule.to_string() }]),
            workflow_dispatch: Some(NoOptions {}),
            ..Triggers::default()
        },
        permissions: NoPermissions {},
        concurrency: Some(Concurrency { group: Text::literal("track-versions"), cancel_in_progress: false }),
        jobs: BTreeMap::from([("track", job)]),
    }
}
