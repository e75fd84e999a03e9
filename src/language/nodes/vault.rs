//! Secrets, and who may read and write them.

use super::{VaultAuth, VaultPolicy, VaultRole};
use crate::language::node::node;
use crate::language::value::{
    ConfigKey, Count, Cron, Duration, GithubId, Glob, Memory, Name, ObjectName, Text, Url, VaultPath, choice,
};

node! {
    /// A Vault or OpenBao server: secrets, and who may read and write them.
    "vault" => Vault {
        /// Its address.
        "url" url: arg Url,
        /// What it is called in this file and in names of objects. Each of several has its own.
        "name" name: prop Name = "\"vault\"",
        /// Which of the two programs it runs: they judge some policies differently.
        "flavour" flavour: prop VaultFlavour = "\"vault\"",
        /// The namespace of the server that all of this lies in.
        "namespace" namespace: opt_prop VaultPath,
        /// The cluster whose fleet-controller looks after it; the first of the file where it is absent.
        "cluster" cluster: opt_prop Name => "cluster",
        /// What the server's certificate is signed by, where public authorities do not know it.
        "certificate" certificate: opt_child VaultCertificate,
        /// How fleet-controller logs in.
        "login" login: opt_child VaultLogin,
        /// An owner of repositories at GitHub, with the numbers that never change.
        "owner" owners: children VaultOwner,
        /// A secrets engine.
        "mount" mounts: children VaultMount,
        /// A way to log in.
        "auth" auth: children VaultAuth,
        /// A secret, or a family of secrets.
        "secret" secrets: children VaultSecret,
        /// Rights that are written by hand, or that others look after.
        "policy" policies: children VaultPolicy,
        /// Who may do what.
        "role" roles: children VaultRole,
        /// Copies of the server's data.
        "backup" backup: opt_child VaultBackup,
    }
}

choice! {
    /// A program that speaks Vault's language.
    "flavour of Vault" VaultFlavour {
        /// HashiCorp's.
        "vault" => Vault,
        /// The Linux Foundation's.
        "openbao" => OpenBao,
    }
}

node! {
    /// A certificate authority in a ConfigMap beside fleet-controller.
    "certificate" => VaultCertificate {
        /// The ConfigMap.
        "config-map" config_map: prop ObjectName,
        /// Its key.
        "key" key: prop ConfigKey = "\"ca.crt\"",
    }
}

node! {
    /// How fleet-controller logs in: by a token of its ServiceAccount.
    "login" => VaultLogin {
        /// Mount path of the Kubernetes auth method.
        "auth" auth: prop VaultPath = "\"kubernetes\"" => "auth",
        /// The role, by its name in Vault; the fleet's name and `-controller` where it is absent.
        "role" role: opt_prop Text,
        /// Who its token is made for: the audience of that role.
        "audience" audience: prop Text = "\"vault\"",
    }
}

node! {
    /// An owner of repositories at GitHub. `fleetc vault ids` says how its number is looked up.
    "owner" => VaultOwner {
        /// The organization or person.
        "name" name: arg Text,
        /// Its number at GitHub: `repository_owner_id`.
        "id" id: prop GithubId,
        /// One of its repositories, with its number.
        "repository" repositories: children VaultRepositoryId,
    }
}

node! {
    /// The number of a repository.
    "repository" => VaultRepositoryId {
        /// The repository, without its owner.
        "name" name: arg Text,
        /// Its number at GitHub: `repository_id`.
        "id" id: prop GithubId,
    }
}

node! {
    /// A secrets engine. A mount that is not declared is taken for version 2.
    "mount" => VaultMount {
        /// Its path.
        "path" path: arg VaultPath,
        /// Version of its key-value store, 1 or 2.
        "version" version: prop Count = "2",
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

choice! {
    /// How the value of a field is written.
    "encoding" VaultEncoding {
        /// As it is.
        "text" => Text,
        /// In base64: for what has lines or is no text.
        "base64" => Base64,
    }
}

node! {
    /// A field of a secret.
    "key" => VaultKey {
        /// Its name.
        "name" name: arg ConfigKey,
        /// Whether it is masked in logs.
        "sensitive" sensitive: prop bool = "#false",
        /// How its value is written.
        "encoding" encoding: prop VaultEncoding = "\"text\"",
        /// Whether its value has several lines, such as a private key.
        "multi-line" multi_line: prop bool = "#false",
    }
}

node! {
    /// Copies of the server's data.
    "backup" => VaultBackup {
        /// When they are made, in UTC.
        "schedule" schedule: prop Cron,
        /// How long they are kept.
        "keep" keep: prop Duration,
        /// Newest good copies of a store that are kept however old they are.
        "at-least" at_least: prop Count = "3",
        /// Largest copy that is expected.
        "size" size: prop Memory = "\"1Gi\"",
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
        /// What it is called in logs and metrics; the bucket's name where it is absent.
        "name" name: opt_prop Name,
        /// Secret with `access_key_id` and `secret_access_key`, beside fleet-controller.
        "secret" secret: opt_prop ObjectName,
        /// Whether the bucket stands in the path rather than in the host name; so it is for all but Amazon's.
        "path-style" path_style: opt_prop bool,
    }
}
