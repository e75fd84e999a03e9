//! The policy that every token has unless its role says otherwise.

use super::acl::Source;
use super::capability::Capability::{self, Create, Delete, List, Read, Update};
use super::path::RulePath;
use super::policy::Policy;
use crate::syntax::Span;

/// What `default` grants as the servers make it. Known from: OpenBao 2.7.2, read back from a new server.
const DEFAULT: [(&str, &[Capability]); 16] = [
    ("auth/token/lookup-self", &[Read]),
    ("auth/token/renew-self", &[Update]),
    ("auth/token/revoke-self", &[Update]),
    ("cubbyhole/*", &[Create, Read, Update, Delete, List]),
    ("identity/entity/id/{{identity.entity.id}}", &[Read]),
    ("identity/entity/name/{{identity.entity.name}}", &[Read]),
    ("identity/oidc/provider/+/authorize", &[Read, Update]),
    ("sys/capabilities-self", &[Update]),
    ("sys/internal/ui/resultant-acl", &[Read]),
    ("sys/leases/lookup", &[Update]),
    ("sys/leases/renew", &[Update]),
    ("sys/tools/hash", &[Update]),
    ("sys/tools/hash/*", &[Update]),
    ("sys/wrapping/lookup", &[Update]),
    ("sys/wrapping/unwrap", &[Update]),
    ("sys/wrapping/wrap", &[Update]),
];

/// The name of the policy.
const DEFAULT_NAME: &str = "default";

/// Whether a rule is the server's own rather than one that somebody wrote: such a rule stands nowhere.
pub fn is_built_in(source: &Source<'_>) -> bool {
    source.policy.name == DEFAULT_NAME && source.rule.span == Span::default()
}

/// The policy `default` of a new server.
pub fn default_policy() -> Policy {
    let mut policy = Policy::new(DEFAULT_NAME);
    for (path, capabilities) in DEFAULT {
        if let Ok(path) = RulePath::parse(path) {
            policy.allow(path, capabilities.iter().copied(), Span::default());
        }
    }
    policy
}
