//! Accounts, and what they may do: a Role for each function, so that what one may is read at a glance.

use super::Place;
use crate::emit::meta;
use crate::emit::object::Body;
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject,
};

/// Group of Roles.
pub const RBAC: &str = "rbac.authorization.k8s.io";

/// Rights at kinds of one group.
pub fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> PolicyRule {
    let own = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    PolicyRule {
        api_groups: Some(vec![group.to_owned()]),
        resources: Some(own(resources)),
        verbs: own(verbs),
        ..PolicyRule::default()
    }
}

/// The same, at one object.
pub fn rule_of(group: &str, resource: &str, name: &str, verbs: &[&str]) -> PolicyRule {
    PolicyRule { resource_names: Some(vec![name.to_owned()]), ..rule(group, &[resource], verbs) }
}

impl Place<'_> {
    /// An account. Whether its pods get a token for the API server is said by the pods.
    pub fn account(self, name: &str) -> Body {
        Body::ServiceAccount(ServiceAccount {
            metadata: self.meta(name),
            automount_service_account_token: Some(false),
            ..ServiceAccount::default()
        })
    }

    /// A Role in a namespace, and its binding to an account of this program.
    pub fn role(self, name: &str, namespace: &str, account: &str, rules: Vec<PolicyRule>) -> [Body; 2] {
        let metadata = || meta::meta(name, Some(namespace), self.labels());
        let binding = RoleBinding {
            metadata: metadata(),
            role_ref: reference("Role", name),
            subjects: Some(vec![self.subject(account)]),
        };
        [Body::Role(Role { metadata: metadata(), rules: Some(rules) }), Body::RoleBinding(binding)]
    }

    /// A ClusterRole, and its binding. Its name has the fleet's, since clusters are shared.
    pub fn cluster_role(self, function: &str, account: &str, rules: Vec<PolicyRule>) -> [Body; 2] {
        let name = format!("{}-{}-{function}", self.fleet.node.name.value, self.program);
        let metadata = || meta::meta(name.clone(), None, self.labels());
        let binding = ClusterRoleBinding {
            metadata: metadata(),
            role_ref: reference("ClusterRole", &name),
            subjects: Some(vec![self.subject(account)]),
        };
        let role = ClusterRole { metadata: metadata(), rules: Some(rules), aggregation_rule: None };
        [Body::ClusterRole(role), Body::ClusterRoleBinding(binding)]
    }

    fn subject(self, account: &str) -> Subject {
        Subject {
            kind: "ServiceAccount".to_owned(),
            name: account.to_owned(),
            namespace: Some(self.namespace().to_owned()),
            api_group: None,
        }
    }
}

fn reference(kind: &str, name: &str) -> RoleRef {
    RoleRef { api_group: RBAC.to_owned(), kind: kind.to_owned(), name: name.to_owned() }
}
