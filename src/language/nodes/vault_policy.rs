//! Rights that are written by hand.

use crate::language::node::node;
use crate::language::value::{Duration, Text, VaultLabel, VaultName, choice};

choice! {
    /// What may be done at a path.
    "capability" VaultCapability {
        /// Write where nothing is.
        "create" => Create,
        /// Read.
        "read" => Read,
        /// Write over what is there.
        "update" => Update,
        /// Change parts of what is there.
        "patch" => Patch,
        /// Delete.
        "delete" => Delete,
        /// List names.
        "list" => List,
        /// Use paths that are protected.
        "sudo" => Sudo,
        /// Nothing, whatever else is allowed.
        "deny" => Deny,
        /// List names of a whole tree (OpenBao).
        "scan" => Scan,
        /// Bring back what was deleted (Vault).
        "recover" => Recover,
        /// Hear of events (Vault).
        "subscribe" => Subscribe,
    }
}

node! {
    /// Rights that are written by hand, or that others look after.
    "policy" => VaultPolicy {
        /// Its name in this file. In Vault, the fleet's name and `-` stand in front of it.
        "name" name: arg VaultLabel,
        /// Its name in Vault, where it is another one.
        "vault-name" vault_name: opt_prop VaultName,
        /// Whether others look after it: it is named and never written.
        "external" external: prop bool = "#false",
        /// Whether fleet-controller may take over one of this name that it did not write.
        "adopt" adopt: prop bool = "#false",
        /// What may be done at a path.
        "path" paths: list VaultPolicyPath,
    }
}

node! {
    /// What may be done at a path.
    "path" => VaultPolicyPath {
        /// The path, as policies of Vault write it: `+` stands for a segment, `*` at the end for anything.
        "path" path: arg Text,
        /// What may be done there.
        "capabilities" capabilities: args VaultCapability,
        /// A parameter that may be sent; all others may not.
        "allowed-parameter" allowed: list VaultParameter,
        /// A parameter that may not be sent.
        "denied-parameter" denied: list VaultParameter,
        /// Parameters that must be sent.
        "required-parameters" required: opt_child VaultParameterNames,
        /// Answers must be wrapped: in a token that opens once.
        "wrapping" wrapping: opt_child VaultWrapping,
    }
}

node! {
    /// A parameter of a request.
    "parameter" => VaultParameter {
        /// Its name; `*` stands for all others.
        "name" name: arg Text,
        /// Its values; any where there is none.
        "values" values: args Text,
    }
}

node! {
    /// Names of parameters.
    "required-parameters" => VaultParameterNames {
        /// The names.
        "names" names: args Text,
    }
}

node! {
    /// How long a wrapped answer may wait.
    "wrapping" => VaultWrapping {
        /// At least.
        "min" min: opt_prop Duration,
        /// At most.
        "max" max: opt_prop Duration,
    }
}
