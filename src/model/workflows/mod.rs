//! What the emitted workflows need, with every name looked up.

mod build;
mod vault;

pub use build::{build, runs_steps};
pub use vault::Reach;

use crate::language::nodes;
use crate::language::value::{CommitSha, FilePath, RepositoryName};
use crate::syntax::Span;

/// The workflows of a fleet. A part whose names could not all be looked up is absent.
#[derive(Clone, Debug)]
pub struct Workflows {
    /// The declaration.
    pub node: nodes::Workflows,
    /// Where fleetc comes from.
    pub source: Source,
    /// Secrets that jobs ask for.
    pub fetch_secrets: Option<FetchSecrets>,
    /// Builds and pushes images.
    pub docker: Option<Docker>,
    /// Looks for newer releases.
    pub track: Option<Track>,
    /// Compiles the fleet in pull requests.
    pub check: Option<Check>,
}

/// Where a workflow gets fleetc from.
#[derive(Clone, Debug)]
pub enum Source {
    /// From an action at a commit.
    Action {
        /// The action's repository.
        repository: RepositoryName,
        /// The commit.
        sha: CommitSha,
        /// Its tag, for readers.
        version: Option<String>,
    },
    /// From its source, in a folder of the fleet's repository.
    Folder(FilePath),
    /// It is on the path of the runner.
    Path,
}

/// Where a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunsOn {
    /// On a machine of GitHub's.
    Hosted,
    /// In a pool: an index in [`Fleet::pools`](super::Fleet::pools).
    Pool(usize),
}

/// Secrets that jobs ask for.
#[derive(Clone, Debug)]
pub struct FetchSecrets {
    /// The declaration.
    pub node: nodes::FetchSecrets,
    /// The sets; at least one.
    pub sets: Vec<Set>,
    /// The pool on which they are sealed: an index in [`Fleet::pools`](super::Fleet::pools). None where the fleet has
    /// no pool whose jobs need no container.
    pub pool: Option<usize>,
}

/// Secrets that a job asks for by one name.
#[derive(Clone, Debug)]
pub struct Set {
    /// The name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// How a job logs in to read it.
    pub login: Login,
    /// What it reads.
    pub fields: Vec<Field>,
}

/// How a job logs in to Vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Address of the server.
    pub url: String,
    /// Namespace of the server.
    pub namespace: Option<String>,
    /// Mount path of the auth method.
    pub auth: String,
    /// The role, as the server knows it.
    pub role: String,
    /// Who the job's token is made for; none for GitHub's default.
    pub audience: Option<String>,
}

/// A key of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The secret's name in the fleet file.
    pub secret: String,
    /// What a request for it asks for, such as `secret/data/harbor`.
    pub path: String,
    /// The key.
    pub key: String,
    /// Where the fleet file asks for it.
    pub span: Span,
}

/// Builds and pushes images.
#[derive(Clone, Debug)]
pub struct Docker {
    /// The declaration.
    pub node: nodes::DockerBuildPush,
    /// The pool: an index in [`Fleet::pools`](super::Fleet::pools).
    pub pool: usize,
    /// How it logs in to read the registry's secret.
    pub login: Login,
    /// The registry's address.
    pub address: Field,
    /// The user.
    pub user: Field,
    /// The password.
    pub password: Field,
    /// Where tags are recorded.
    pub record: Option<Record>,
}

/// Where tags of images are recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How a job logs in to do it.
    pub login: Login,
    /// What a request asks for: that of the secret, or of the family without the `/*`.
    pub path: String,
    /// Whether it is a family of secrets, one for each image.
    pub family: bool,
}

/// Looks for newer releases.
#[derive(Clone, Debug)]
pub struct Track {
    /// The declaration.
    pub node: nodes::TrackVersions,
    /// Where it runs.
    pub runs_on: RunsOn,
}

/// Compiles the fleet in pull requests.
#[derive(Clone, Debug)]
pub struct Check {
    /// The declaration.
    pub node: nodes::FleetCheck,
    /// Where it runs.
    pub runs_on: RunsOn,
}
