//! Ways to log in to Vault.

use crate::language::node::node;
use crate::language::value::{Text, Url, VaultPath, choice};

choice! {
    /// A way to log in to Vault.
    "auth method" AuthMethod {
        /// By a signed token, such as GitHub's for a job.
        "jwt" => Jwt,
        /// By a ServiceAccount of Kubernetes.
        "kubernetes" => Kubernetes,
    }
}

choice! {
    /// What makes two logins of a ServiceAccount the same identity.
    "identity of a ServiceAccount" AccountIdentity {
        /// Its UID: an account that is made anew is another one.
        "uid" => Uid,
        /// Namespace and name: an account that is made anew inherits.
        "name" => Name,
    }
}

node! {
    /// A way to log in.
    "auth" => VaultAuth {
        /// Its mount path.
        "name" name: arg VaultPath,
        /// Its method.
        "type" method: prop AuthMethod,
        /// Whether fleet-controller writes its configuration.
        "managed" managed: prop bool = "#true",
        /// Who signs the tokens (`jwt`).
        "issuer" issuer: opt_prop Url,
        /// Where the server reads the issuer's keys (`jwt`); the issuer itself where it is absent.
        "discovery" discovery: opt_prop Url,
        /// Who tokens are made for; roles may say otherwise. `vault` for `kubernetes` where it is absent.
        "audience" audience: opt_prop Text,
        /// Address of the API server, as the Vault server reaches it (`kubernetes`); that of the cluster
        /// that Vault itself runs in where it is absent.
        "host" host: opt_prop Url,
        /// Certificate authority of the discovery address or of the API server, as PEM.
        "ca" ca: opt_child VaultPem,
    }
}

node! {
    /// A certificate, as PEM.
    "ca" => VaultPem {
        /// The text, from `-----BEGIN CERTIFICATE-----` on.
        "pem" pem: arg Text,
    }
}
