//! Actions of others that emitted workflows use, each pinned to a commit.
//!
//! A tag can be moved to other code by whoever takes over its repository; a commit can't. Each commit below was read from the
//! tag in a clone of the action's own repository (`git for-each-ref refs/tags/TAG`, for an annotated tag the commit
//! that it points to), on 2026-11-25. To take a later release, do the same, and change both columns of its row.

/// An action at a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Owner and name of its repository, and the folder in it where it is not at the root.
    pub path: &'static str,
    /// The commit: 40 hexadecimal digits.
    pub sha: &'static str,
    /// The tag that the commit had; written behind it as a comment, which Dependabot and Renovate keep up to date.
    pub tag: &'static str,
}

/// Checks a repository out.
pub const CHECKOUT: Action = action("actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1");

/// Runs a script with the node of the runner: images of runners have none on their path.
pub const GITHUB_SCRIPT: Action =
    action("actions/github-script", "ed597411d8f924073f98dfc5c65a23a2325f34cd", "v8.0.0");

/// Keeps files of a job for another one.
pub const UPLOAD_ARTIFACT: Action =
    action("actions/upload-artifact", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0");

/// Gets files of another job.
pub const DOWNLOAD_ARTIFACT: Action =
    action("actions/download-artifact", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1");

/// Hands findings to code scanning.
pub const UPLOAD_SARIF: Action =
    action("github/codeql-action/upload-sarif", "8aad20d150bbac5944a9f9d289da16a4b0d87c1e", "v4.36.2");

/// Reads secrets from Vault or OpenBao. It asks for node 20, which runners since June 2026 run with node 24; the newest
/// release has no other.
pub const VAULT: Action =
    action("hashicorp/vault-action", "4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b", "v3.4.0");

/// Logs in to a registry, and out again at the end of the job.
pub const DOCKER_LOGIN: Action =
    action("docker/login-action", "4907a6ddec9925e35a0a9e82d7399ccc52663121", "v4.1.0");

/// Starts the builder that can keep its cache in a registry.
pub const DOCKER_BUILDX: Action =
    action("docker/setup-buildx-action", "37fe631027851001ddb9b187196cc803df7f5f0e", "v4.3.0");

/// Builds and pushes an image.
pub const DOCKER_BUILD_PUSH: Action =
    action("docker/build-push-action", "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a", "v7.3.0");

/// All of them.
pub const ALL: [Action; 9] = [
    CHECKOUT,
    GITHUB_SCRIPT,
    UPLOAD_ARTIFACT,
    DOWNLOAD_ARTIFACT,
    UPLOAD_SARIF,
    VAULT,
    DOCKER_LOGIN,
    DOCKER_BUILDX,
    DOCKER_BUILD_PUSH,
];

const fn action(path: &'static str, sha: &'static str, tag: &'static str) -> Action {
    Action { path, sha, tag }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_whole_commits_and_whole_versions() {
        for action in ALL {
            let hex = action.sha.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            assert!(hex && action.sha.len() == 40, "{action:?}");
            let numbers = action.tag.strip_prefix('v').unwrap_or_default().split('.');
            assert_eq!(numbers.filter(|number| number.parse::<u32>().is_ok()).count(), 3, "{action:?}");
        }
    }
}
