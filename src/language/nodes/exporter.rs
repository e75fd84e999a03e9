//! What fleet-exporter measures, and how it runs.

use crate::language::node::node;
use crate::language::value::{
    Dollars, Duration, Glob, Memory, ObjectName, PoolName, RunnerLabel, Text, choice,
};

choice! {
    /// How fleet-exporter learns of runs and jobs.
    "exporter mode" ExporterMode {
        /// It asks GitHub, which takes credentials.
        "poll" => Poll,
        /// GitHub tells it, by webhooks that are signed with a secret.
        "webhook" => Webhook,
        /// GitHub tells it, and it asks for what was lost.
        "both" => Both,
    }
}

node! {
    /// What fleet-exporter measures, and how it runs.
    "exporter" => Exporter {
        /// How it learns of runs and jobs. Absent: `both` where there is a `webhook`, and `poll` elsewhere.
        "mode" mode: opt_prop ExporterMode,
        /// Secret with `github_app_id` and `github_app_private_key`, in the controller's namespace. Absent: one of the name of the
        /// fleet's.
        "app-secret" app_secret: opt_prop ObjectName,
        /// Secret with `github_token`, in the controller's namespace.
        "token-secret" token_secret: opt_prop ObjectName,
        /// Size of its volume: about 1Gi for 100,000 jobs a day that are kept for 35 days.
        "size" size: prop Memory = "\"5Gi\"",
        /// Storage class of its volume; absent: the cluster's default.
        "storage-class" storage_class: opt_prop ObjectName,
        /// How long jobs and runs that are over are kept: 35 days at least.
        "keep" keep: prop Duration = "\"35d\"",
        /// An organization whose runs are read. Absent: the one that the fleet's runners are registered at.
        "organization" organizations: children Organization,
        /// Branches that have series of their own.
        "branches" branches: opt_child Branches,
        /// What GitHub signs deliveries with.
        "webhook" webhook: opt_child ExporterWebhook,
        /// What a runner of a pool costs.
        "price" prices: children PoolPrice,
        /// What a runner of GitHub's costs.
        "hosted" hosted: children HostedPrice,
    }
}

node! {
    /// An organization whose runs are read.
    "organization" => Organization {
        /// Its name.
        "name" name: arg Text,
        /// The repositories that are read; absent: all that are not archived.
        "repositories" repositories: opt_child ReadRepositories,
        /// Repositories that are not read all the same.
        "exclude" exclude: opt_child ExcludedRepositories,
    }
}

node! {
    /// The repositories of an organization that fleet-exporter reads.
    "repositories" => ReadRepositories {
        /// Patterns of their names, without the organization.
        "patterns" patterns: args Glob,
    }
}

node! {
    /// Repositories of an organization that fleet-exporter leaves out.
    "exclude" => ExcludedRepositories {
        /// Patterns of their names, without the organization.
        "patterns" patterns: args Glob,
    }
}

node! {
    /// Branches that have series of their own.
    "branches" => Branches {
        /// Patterns of their names.
        "patterns" patterns: args Glob,
    }
}

node! {
    /// What GitHub signs deliveries with.
    "webhook" => ExporterWebhook {
        /// Secrets with the key `secret`, in the controller's namespace: two while one is replaced.
        "secrets" secrets: args ObjectName,
    }
}

node! {
    /// What a runner of a pool costs.
    "price" => PoolPrice {
        /// The pool.
        "pool" pool: arg PoolName => "pool",
        /// Dollars for a minute.
        "per-minute" per_minute: prop Dollars,
    }
}

node! {
    /// What a runner of GitHub's costs. Each job is counted by full minutes.
    "hosted" => HostedPrice {
        /// The label that asks for it.
        "label" label: arg RunnerLabel,
        /// Dollars for a minute.
        "per-minute" per_minute: prop Dollars,
    }
}
