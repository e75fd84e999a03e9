//! What a server should hold, by its custom resources.

use fleet_model::vault::{
    Deletion, VaultJwtAuth, VaultJwtRole, VaultKubernetesAuth, VaultKubernetesRole, VaultPolicy,
};
use kube::{Resource, ResourceExt};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Kinds of objects on a server, in the order in which they are written. They are deleted in the other order: a role that
/// names a policy that is gone would still let people log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Configuration of logins by signed tokens.
    JwtAuth,
    /// Configuration of logins by ServiceAccounts.
    KubernetesAuth,
    /// A policy.
    Policy,
    /// A role for signed tokens.
    JwtRole,
    /// A role for ServiceAccounts.
    KubernetesRole,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::JwtAuth, Self::KubernetesAuth, Self::Policy, Self::JwtRole, Self::KubernetesRole];

    /// Its name in metrics: one of [`VAULT_KINDS`](fleet_model::metrics::controller::VAULT_KINDS).
    pub fn label(self) -> &'static str {
        match self {
            Self::JwtAuth | Self::KubernetesAuth => "auth_config",
            Self::Policy => "policy",
            Self::JwtRole => "jwt_role",
            Self::KubernetesRole => "kubernetes_role",
        }
    }

    /// Whether it is configuration: there is always one, nobody owns it, and it is never deleted.
    pub fn is_config(self) -> bool {
        matches!(self, Self::JwtAuth | Self::KubernetesAuth)
    }
}

/// The resource that says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Its kind in the cluster.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
    /// Its generation.
    pub generation: Option<i64>,
}

/// An object that a server should hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// Mount path of its auth method; empty for policies.
    pub mount: String,
    /// Its name; empty for configuration.
    pub name: String,
    /// All its fields.
    pub body: Map<String, Value>,
    /// Whether one that nobody here wrote may be taken over.
    pub adopt: bool,
    /// What happens to it when its resource goes.
    pub deletion: Deletion,
    /// Its resource.
    pub origin: Origin,
}

impl Object {
    /// Its path in the server's API. It is what names it: no two objects have one path.
    pub fn path(&self) -> String {
        match self.kind {
            Kind::JwtAuth | Kind::KubernetesAuth => format!("auth/{}/config", self.mount),
            Kind::Policy => format!("sys/policies/acl/{}", self.name),
            Kind::JwtRole | Kind::KubernetesRole => format!("auth/{}/role/{}", self.mount, self.name),
        }
    }

    /// SHA-256 of its fields, in hexadecimal digits.
    pub fn hash(&self) -> String {
        hash(&self.body)
    }

    /// Why it may not be written at all.
    pub fn objection(&self, prefix: &str) -> Option<String> {
        let segment = |text: &str| {
            !text.is_empty()
                && !text.starts_with('.')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        };
        if self.kind != Kind::Policy && !self.mount.split('/').all(segment) {
            return Some(format!("`{}` is no path of an auth method", self.mount));
        }
        if self.kind.is_config() {
            return None;
        }
        if !segment(&self.name) || self.name.contains(char::is_uppercase) {
            return Some(format!(
                "`{}` is no name: servers take lower-case letters, digits, `_`, `-` and `.`",
                self.name
            ));
        }
        if prefix.is_empty() || !self.name.starts_with(prefix) {
            return Some(format!(
                "its name does not start with `{prefix}`, so it is not the fleet's to write"
            ));
        }
        let root = self.policies().any(|policy| policy.trim().eq_ignore_ascii_case("root"));
        root.then(|| "no role of a fleet carries the policy `root`".to_owned())
    }

    /// The policies that a role carries.
    pub fn policies(&self) -> impl Iterator<Item = &str> {
        let list = self.body.get("token_policies").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }
}

/// SHA-256 of fields, in hexadecimal digits.
pub fn hash(body: &Map<String, Value>) -> String {
    let text = serde_json::to_string(body).unwrap_or_default();
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A resource that says what a server should hold.
pub trait Declares {
    /// The VaultServer, by name.
    fn server(&self) -> &str;
    /// The object.
    fn object(&self) -> Object;
}

fn origin<R: Resource<DynamicType = ()>>(resource: &R) -> Origin {
    Origin {
        kind: R::kind(&()).into_owned(),
        name: resource.name_any(),
        uid: resource.uid().unwrap_or_default(),
        generation: resource.meta().generation,
    }
}

/// The types are plain, so they always become an object.
fn body(fields: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(fields) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

macro_rules! declares {
    ($($resource:ident: $kind:ident, $body:ident;)*) => {$(
        impl Declares for $resource {
            fn server(&self) -> &str {
                &self.spec.server
            }

            fn object(&self) -> Object {
                let spec = &self.spec;
                declares!(@object $kind, $body, spec, origin(self))
            }
        }
    )*};
    (@object $kind:ident, config, $spec:ident, $origin:expr) => {
        Object {
            kind: Kind::$kind,
            mount: $spec.mount.clone(),
            name: String::new(),
            body: body(&$spec.config),
            adopt: true,
            deletion: Deletion::Retain,
            origin: $origin,
        }
    };
    (@object $kind:ident, role, $spec:ident, $origin:expr) => {
        Object {
            kind: Kind::$kind,
            mount: $spec.mount.clone(),
            name: $spec.name.clone(),
            body: body(&$spec.role),
            adopt: $spec.adopt,
            deletion: $spec.deletion,
            origin: $origin,
        }
    };
}

declares! {
    VaultJwtAuth: JwtAuth, config;
    VaultKubernetesAuth: KubernetesAuth, config;
    VaultJwtRole: JwtRole, role;
    VaultKubernetesRole: KubernetesRole, role;
}

impl Declares for VaultPolicy {
    fn server(&self) -> &str {
        &self.spec.server
    }

    fn object(&self) -> Object {
        Object {
            kind: Kind::Policy,
            mount: String::new(),
            name: self.spec.name.clone(),
            body: Map::from_iter([("policy".to_owned(), Value::from(self.spec.policy.as_str()))]),
            adopt: self.spec.adopt,
            deletion: self.spec.deletion,
            origin: origin(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str) -> Object {
        Object {
            kind: Kind::JwtRole,
            mount: "github".to_owned(),
            name: name.to_owned(),
            body: Map::new(),
            adopt: false,
            deletion: Deletion::Delete,
            origin: Origin { kind: String::new(), name: String::new(), uid: String::new(), generation: None },
        }
    }

    #[test]
    fn only_names_of_the_fleet_are_written() {
        assert_eq!(role("fleet-a").objection("fleet-"), None);
        for name in ["other", "fleet-/../admin", "fleet-A", "", "fleet-a?x=1", "fleet-%2e"] {
            assert!(role(name).objection("fleet-").is_some(), "{name}");
        }
        assert!(role("fleet-a").objection("").is_some(), "without a prefix all would be ours");
        let away = Object { mount: "github/../../sys".to_owned(), ..role("fleet-a") };
        assert!(away.objection("fleet-").is_some());
        let mut root = role("fleet-a");
        root.body.insert("token_policies".to_owned(), Value::from(vec![" Root"]));
        assert!(root.objection("fleet-").is_some());
    }
}
