//! Secrets, and who may read and write them.

use crate::language::node::node;
use crate::language::value::{ConfigKey, Cron, Duration, Glob, Memory, Name, Text, Url, choice};

node! {
    /// A Vault or OpenBao server.
    "vault" => Vault {
        /// Its address.
        "url" url: arg Url,
        /// A way to log in.
        "auth" auth: children VaultAuth,
        /// A secret, or a family of secrets.
        "secret" secrets: children VaultSecret,
        /// Who may do what.
        "role" roles: children VaultRole,
        /// Copies of the server's data.
        "backup" backup: opt_child VaultBackup,
    }
}

choice! {
    /// A way to log in to Vault.
    "auth method" AuthMethod {
        /// By a signed token, such as GitHub's for a job.
        "jwt" => Jwt,
        /// By a ServiceAccount of Kubernetes.
        "kubernetes" => Kubernetes,
    }
}

node! {
    /// A way to log in.
    "auth" => VaultAuth {
        /// Its mount path.
        "name" name: arg Name,
        /// Its method.
        "type" method: prop AuthMethod,
        /// Who signs the tokens (`jwt`).
        "issuer" issuer: opt_prop Url,
        /// Who the tokens are made for (`jwt`).
        "audience" audience: opt_prop Text,
    }
}

node! {
    /// A secret, or a family of secrets.
    "secret" => VaultSecret {
        /// Its name in this file.
        "name" name: arg Name,
        /// Its path: the mount, `/`, and the rest, which may end in `/*`.
        "path" path: prop Glob,
        /// A field of it.
        "key" keys: children VaultKey,
    }
}

node! {
    /// A field of a secret.
    "key" => VaultKey {
        /// Its name.
        "name" name: arg ConfigKey,
        /// Whether it is masked in logs.
        "sensitive" sensitive: prop bool = "#false",
    }
}

node! {
    /// Who may do what.
    "role" => VaultRole {
        /// Its name.
        "name" name: arg Name,
        /// The way to log in.
        "auth" auth: prop Name,
        /// How long a login lasts.
        "ttl" ttl: prop Duration,
        /// Repositories whose jobs may log in.
        "repository" repositories: children VaultRepository,
        /// ServiceAccounts that may log in.
        "service-account" service_accounts: children VaultServiceAccount,
        /// A secret that it may read.
        "read" read: children VaultAccess,
        /// A secret that it may write.
        "write" write: children VaultAccess,
    }
}

node! {
    /// Repositories whose jobs may log in.
    "repository" => VaultRepository {
        /// Owner and name; `*` stands for any name.
        "name" name: arg Glob,
        /// The Git ref that the job must run on.
        "ref" reference: opt_prop Glob,
    }
}

node! {
    /// A ServiceAccount that may log in.
    "service-account" => VaultServiceAccount {
        /// Its name.
        "name" name: arg Name,
        /// Its namespace.
        "namespace" namespace: prop Name,
    }
}

node! {
    /// A secret that a role reaches.
    "access" => VaultAccess {
        /// The secret's name in this file.
        "secret" secret: arg Name,
    }
}

node! {
    /// Copies of the server's data.
    "backup" => VaultBackup {
        /// When they are made, in UTC.
        "schedule" schedule: prop Cron,
        /// How long they are kept.
        "keep" keep: prop Duration,
        /// Largest copy that is expected.
        "size" size: opt_prop Memory,
        /// Where they are kept.
        "s3" stores: list S3,
    }
}

node! {
    /// An S3-compatible store.
    "s3" => S3 {
        /// The bucket.
        "bucket" bucket: arg Name,
        /// Its region.
        "region" region: opt_prop Text,
        /// Its address, where it is not Amazon's.
        "endpoint" endpoint: opt_prop Url,
    }
}
