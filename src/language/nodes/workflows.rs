//! Reusable GitHub workflows.

use crate::language::node::node;
use crate::language::value::{Cron, Name, PoolName};

node! {
    /// Reusable GitHub workflows that are emitted beside the fleet.
    "workflows" => Workflows {
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
    /// Hands secrets to a job.
    "fetch-secrets" => FetchSecrets {
        /// The Vault role that it logs in with.
        "role" role: prop Name,
    }
}

node! {
    /// Builds and pushes an image.
    "docker-build-push" => DockerBuildPush {
        /// The pool that it runs on: one with a Docker daemon.
        "pool" pool: prop PoolName,
        /// The secret with the registry's address and login.
        "registry" registry: prop Name,
        /// The secret that image tags are recorded in.
        "record" record: opt_prop Name,
    }
}

node! {
    /// Looks for newer releases of what the fleet runs, and opens a pull request.
    "track-versions" => TrackVersions {
        /// When, in UTC.
        "schedule" schedule: prop Cron,
    }
}

node! {
    /// Compiles the fleet in pull requests, and says what would change.
    "fleet-check" => FleetCheck {}
}
