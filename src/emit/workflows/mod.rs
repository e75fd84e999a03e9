//! Workflows and actions for GitHub: the files of the second root, `.github/`.
//!
//! Callers are other repositories, so nothing here refers to a file beside it: GitHub looks `./` up in the checkout of the
//! caller, and no context names the repository and commit of a called workflow (`github.job_workflow_sha` is empty, actions/runner
//! issue 2417). What two files share, such as the steps that fetch secrets, is written out in both; it comes from
//! one line of the fleet file all the same.
//!
//! The content must not change with the releases that the fleet runs: the pull request of `track-versions` is pushed with a
//! job's token, and GitHub lets that change no workflow.

mod actionlint;
mod docker;
mod expression;
mod fetch;
mod fleet_check;
mod kinds;
mod record;
mod source;
mod step;
mod track;

pub use fetch::output_of;

use crate::emit::RenderError;
use crate::model::Fleet;
use crate::model::workflows::RunsOn;
use crate::output::{OutputPath, Tree, to_yaml};
use serde::Serialize;

/// The GitHub-hosted runner of jobs that name no pool. It has `gh`, `git`, `jq` and `cargo`.
const HOSTED: &str = "ubuntu-24.04";

/// The first line of each file.
const HEADER: &str = "# Written by fleetc from the fleet file. Change that, and run `fleetc build`.\n";

/// The files of `.github/`; none without `workflows` in the fleet.
pub fn tree(fleet: &Fleet) -> Result<Tree, RenderError> {
    let mut files = Files(Tree::new());
    let Some(workflows) = &fleet.workflows else { return Ok(files.0) };
    if let Some(fetch) = workflows.fetch_secrets.as_ref().filter(|fetch| !fetch.sets.is_empty()) {
        files.yaml("actions/fetch-secrets/action.yml", &fetch::action(fetch))?;
        if let Some(pool) = fetch.pool {
            let runs_on = fleet.pools.get(pool).map_or(HOSTED, |pool| pool.name());
            files.yaml("workflows/fetch-secrets.yml", &fetch::workflow(fetch, runs_on))?;
            files.yaml("actions/open-secrets/action.yml", &fetch::open_action(fetch))?;
            files.text("actions/open-secrets/index.js", fetch::OPEN)?;
        }
    }
    if let Some(docker) = &workflows.docker {
        let runs_on = fleet.pools.get(docker.pool).map_or(HOSTED, |pool| pool.name());
        files.yaml("workflows/docker-build-push.yml", &docker::workflow(docker, runs_on))?;
        if let Some(record) = &docker.record {
            files.yaml("actions/record-image-tag/action.yml", &record::action(record))?;
        }
    }
    if let Some(track) = &workflows.track {
        let image = fleet.versions.runner.repository();
        let runs_on = runs_on(fleet, track.runs_on);
        files.yaml(
            "workflows/track-versions.yml",
            &track::workflow(track, &workflows.source, image, runs_on),
        )?;
    }
    if let Some(check) = &workflows.check {
        let runs_on = runs_on(fleet, check.runs_on);
        files.yaml("workflows/fleet-check.yml", &fleet_check::workflow(check, &workflows.source, runs_on))?;
    }
    files.yaml("actionlint.yaml", &actionlint::config(fleet))?;
    Ok(files.0)
}

/// The label by which a job finds its runner.
fn runs_on(fleet: &Fleet, runs_on: RunsOn) -> &str {
    let pool = match runs_on {
        RunsOn::Hosted => None,
        RunsOn::Pool(at) => fleet.pools.get(at),
    };
    pool.map_or(HOSTED, |pool| pool.name())
}

struct Files(Tree);

impl Files {
    fn yaml(&mut self, path: &str, file: &impl Serialize) -> Result<(), RenderError> {
        let text = to_yaml(file)?;
        self.text(path, &format!("{HEADER}{text}"))
    }

    fn text(&mut self, path: &str, text: &str) -> Result<(), RenderError> {
        let path = OutputPath::new(path).map_err(|error| RenderError::new(error.to_string()))?;
        self.0.insert(path, "workflows", text).map_err(|error| RenderError::new(error.to_string()))
    }
}
