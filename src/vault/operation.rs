//! What requests do.

use super::capability::{Capability, Flavour};
use serde::Serialize;
use std::fmt;

/// What a request does at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Reads.
    Read,
    /// Lists names.
    List,
    /// Lists names at any depth.
    Scan,
    /// Writes what is not there. Where a path has no notion of that, writing is `update`.
    Create,
    /// Writes what is there.
    Update,
    /// Changes a part.
    Patch,
    /// Deletes.
    Delete,
    /// Restores from a snapshot.
    Recover,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::List,
        Self::Scan,
        Self::Create,
        Self::Update,
        Self::Patch,
        Self::Delete,
        Self::Recover,
    ];

    /// The capability that it needs.
    pub const fn capability(self) -> Capability {
        match self {
            Self::Read => Capability::Read,
            Self::List => Capability::List,
            Self::Scan => Capability::Scan,
            Self::Create => Capability::Create,
            Self::Update => Capability::Update,
            Self::Patch => Capability::Patch,
            Self::Delete => Capability::Delete,
            Self::Recover => Capability::Recover,
        }
    }

    /// Whether it lists names: such requests have rules of their own.
    pub const fn lists(self) -> bool {
        matches!(self, Self::List | Self::Scan)
    }

    /// Whether a server has it.
    pub const fn known_to(self, flavour: Flavour) -> bool {
        self.capability().known_to(flavour)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.capability().as_str())
    }
}

/// Paths whose requests need `sudo` as well, on every server. Those of single mounts, such as PKI's `root`, are
/// not among them: whether a path is one depends on what is mounted there.
///
/// Known from: `PathsSpecial.Root` of the system backend and the token store of OpenBao 2.7.
const PRIVILEGED: [&str; 22] = [
    "auth/token/accessors*",
    "auth/token/revoke-orphan/*",
    "sys/audit",
    "sys/audit/*",
    "sys/auth/*",
    "sys/config/auditing/*",
    "sys/config/cors",
    "sys/config/ui/headers/*",
    "sys/internal/inspect/*",
    "sys/leases",
    "sys/leases/lookup/*",
    "sys/leases/revoke-force/*",
    "sys/leases/revoke-prefix/*",
    "sys/plugins/catalog/*",
    "sys/raw",
    "sys/raw/*",
    "sys/remount",
    "sys/revoke-force/*",
    "sys/revoke-prefix/*",
    "sys/rotate",
    "sys/rotate/keyring",
    "sys/rotate/root",
];

/// Whether requests for a path need `sudo` beside their own capability.
pub fn needs_sudo(path: &str) -> bool {
    PRIVILEGED.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(prefix) => path.starts_with(prefix),
        None => path == *pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_paths_are_for_administrators() {
        assert!(needs_sudo("sys/auth/github"));
        assert!(needs_sudo("sys/audit"));
        assert!(!needs_sudo("sys/auth"));
        assert!(!needs_sudo("sys/mounts/kv"));
        assert!(!needs_sudo("sys/storage/raft/snapshot"));
    }
}
