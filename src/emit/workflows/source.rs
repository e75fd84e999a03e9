//! How a job gets fleetc.

use super::expression::{Expression, Identifier};
use super::kinds::{Step, Uses};
use crate::model::workflows::Source;

const INSTALL: &str = include_str!("scripts/install.sh");
const ON_PATH: &str = include_str!("scripts/on-path.sh");
const INSTALLED: &str = include_str!("scripts/installed.sh");

/// Steps after which fleetc is on the path; the repository must be checked out.
pub fn steps(source: &Source) -> Vec<Step> {
    let mut steps = match source {
        Source::Action { repository, sha, version } => {
            let id = Identifier::of("fleetc");
            let uses = Uses::own(repository.as_str(), sha.as_str(), version.as_deref());
            let folder = Expression::output(&id, &Identifier::of("folder"));
            vec![
                Step::uses::<&str>("Get fleetc", uses, []).id(&id),
                Step::run("Put fleetc on the path", ON_PATH).env("FOLDER", folder),
            ]
        }
        Source::Folder(path) => {
            vec![Step::run("Build fleetc from its source", INSTALL).env("SOURCE", path.as_str())]
        }
        Source::Path => Vec::new(),
    };
    steps.push(Step::run("Look for fleetc", INSTALLED));
    steps
}
