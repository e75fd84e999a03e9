//! How a job gets fleetc.

use super::kinds::{Step, Uses};
use crate::model::workflows::Source;

const INSTALL: &str = include_str!("scripts/install.sh");
const INSTALLED: &str = include_str!("scripts/installed.sh");

/// Steps after which fleetc is on the path; the repository must be checked out.
pub fn steps(source: &Source) -> Vec<Step> {
    let get = match source {
        Source::Action { repository, sha, version } => {
            let uses = Uses::own(repository.as_str(), sha.as_str(), version.as_deref());
            Some(Step::uses::<&str>("Get fleetc", uses, []))
        }
        Source::Folder(path) => {
            Some(Step::run("Build fleetc from its source", INSTALL).env("SOURCE", path.as_str()))
        }
        Source::Path => None,
    };
    get.into_iter().chain([Step::run("Look for fleetc", INSTALLED)]).collect()
}
