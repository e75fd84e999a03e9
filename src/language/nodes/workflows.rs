//! Workflows and actions for GitHub, which `fleetc build` writes to `.github/`.

use crate::language::node::node;
use crate::language::value::{
    CommitSha, ConfigKey, Cron, EnvName, FilePath, Name, PoolName, RepositoryName, Text,
};

node! {
    /// Workflows and actions for GitHub that are emitted beside the fleet.
    "workflows" => Workflows {
        /// Where the workflows that compile the fleet get fleetc from.
        "fleetc" fleetc: opt_child FleetcSource,
        /// Hands secrets to a job.
        "fetch-secrets" fetch_secrets: opt_child FetchSecrets,
        /// Builds and pushes an image.
        "docker-build-push" docker_build_push: opt_child DockerBuildPush,
        /// Looks for newer releases of what the fleet runs.
        "track-versions" track_versions: opt_child TrackVersions,
        /// Compiles the fleet in pull requests.
        "fleet-check" fleet_check: opt_child FleetCheck,
    }
}

node! {
    /// Where the workflows that compile the fleet get fleetc from. Without it, it must be on the path of their runner.
    "fleetc" => FleetcSource {
        /// A repository with fleetc's action at its root.
        "repository" repository: opt_arg RepositoryName,
        /// The commit of that repository.
        "sha" sha: opt_prop CommitSha,
        /// The tag of that commit, for readers and bots.
        "version" version: opt_prop Text,
        /// A folder with fleetc's source in the fleet's own repository, instead.
        "path" path: opt_prop FilePath,
    }
}

node! {
    /// Hands secrets to a job: as an action that reads them in the job, and as a workflow that seals them for a job
    /// which can't reach Vault.
    "fetch-secrets" => FetchSecrets {
        /// The Vault role that it logs in with.
        "role" role: prop Name => "role",
        /// The pool that the sealing workflow runs on; absent: the first pool whose jobs need no container.
        "pool" pool: opt_prop PoolName => "pool",
        /// Secrets that a job asks for by one name. Without any, each secret that the role reads is a set.
        "set" sets: children SecretSet,
    }
}

node! {
    /// Secrets that a job asks for by one name.
    "set" => SecretSet {
        /// The name.
        "name" name: arg Name,
        /// The Vault role that it logs in with, where it is another.
        "role" role: opt_prop Name => "role",
        /// A secret of the set.
        "secret" secrets: children SetSecret,
    }
}

node! {
    /// A secret of a set.
    "secret" => SetSecret {
        /// Its name under `vault`.
        "name" name: arg Name => "secret",
        /// Its keys; absent: all of them.
        "keys" keys: args ConfigKey,
    }
}

node! {
    /// Builds and pushes an image, with a cache in the registry.
    "docker-build-push" => DockerBuildPush {
        /// The pool that it runs on: one with a Docker daemon.
        "pool" pool: prop PoolName => "pool",
        /// The secret with the registry's address and login.
        "registry" registry: prop Name => "secret",
        /// The key of it that holds the address.
        "address-key" address_key: prop ConfigKey = "\"registry_url\"",
        /// The key of it that holds the user.
        "user-key" user_key: prop ConfigKey = "\"username\"",
        /// The key of it that holds the password.
        "password-key" password_key: prop ConfigKey = "\"password\"",
        /// The Vault role that reads it; absent: that of `fetch-secrets`.
        "role" role: opt_prop Name => "role",
        /// The secret that image tags are recorded in.
        "record" record: opt_prop Name => "secret",
        /// The Vault role that records them; absent: the one that reads the registry's login.
        "record-role" record_role: opt_prop Name => "role",
    }
}

node! {
    /// Looks for newer releases of what the fleet runs, and opens a pull request.
    "track-versions" => TrackVersions {
        /// When, in UTC.
        "schedule" schedule: prop Cron,
        /// The pool that it runs on; absent: a runner of GitHub's.
        "pool" pool: opt_prop PoolName => "pool",
        /// Secret of the environment `track-versions`, or of the repository, with a token that opens the pull request, so that checks run on it; absent: the job's own token, with which none do.
        "token-secret" token_secret: opt_prop EnvName,
    }
}

node! {
    /// Compiles the fleet in pull requests, and says what would change.
    "fleet-check" => FleetCheck {
        /// The pool that it runs on; absent: a runner of GitHub's.
        "pool" pool: opt_prop PoolName => "pool",
        /// Whether findings are handed to code scanning, which private repositories pay for.
        "code-scanning" code_scanning: prop bool = "#true",
    }
}
