//! Roles, with every field that a server would otherwise decide by itself.

use crate::language::nodes::{AccountIdentity, ClaimMatch};
use crate::model::vault::{Claim, JwtLogin, KubernetesLogin, Role, Vault};
use fleet_model::vault::{
    Deletion, JwtRole, KubernetesRole, RoleToken, VaultJwtRole, VaultJwtRoleSpec, VaultKubernetesRole,
    VaultKubernetesRoleSpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeSet;

/// Body of a role for signed tokens.
pub fn jwt(vault: &Vault, role: &Role, login: &JwtLogin) -> JwtRole {
    let values = |claim: &Claim| -> Vec<String> {
        let sorted: BTreeSet<_> = claim.values.iter().map(|value| value.text.clone()).collect();
        sorted.into_iter().collect()
    };
    JwtRole {
        role_type: "jwt".to_owned(),
        bound_audiences: login.audiences.iter().map(|audience| audience.value.clone()).collect(),
        bound_claims: login.claims.iter().map(|claim| (claim.name.clone(), values(claim))).collect(),
        bound_claims_type: match login.matching {
            ClaimMatch::Exact => "string",
            ClaimMatch::Glob => "glob",
        }
        .to_owned(),
        user_claim: login.user_claim.clone(),
        claim_mappings: login.metadata.clone(),
        token: token(vault, role),
        ..JwtRole::default()
    }
}

/// Body of a role for ServiceAccounts.
pub fn kubernetes(vault: &Vault, role: &Role, login: &KubernetesLogin) -> KubernetesRole {
    KubernetesRole {
        bound_service_account_names: login.names.iter().cloned().collect(),
        bound_service_account_namespaces: login.namespaces.iter().cloned().collect(),
        bound_service_account_namespace_selector: String::new(),
        audience: login.audience.as_ref().map(|audience| audience.value.clone()).unwrap_or_default(),
        alias_name_source: match login.identity {
            AccountIdentity::Uid => "serviceaccount_uid",
            AccountIdentity::Name => "serviceaccount_name",
        }
        .to_owned(),
        token: token(vault, role),
    }
}

fn token(vault: &Vault, role: &Role) -> RoleToken {
    let policies: BTreeSet<_> = vault.policies_of(role).map(|policy| policy.name.clone()).collect();
    let token = &role.token;
    // No time of the language comes near the end of the numbers.
    let seconds = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    RoleToken {
        token_policies: policies.into_iter().collect(),
        token_ttl: seconds(token.ttl),
        token_max_ttl: seconds(token.max_ttl),
        token_explicit_max_ttl: 0,
        token_period: seconds(token.period),
        token_num_uses: token.uses.into(),
        token_bound_cidrs: token.networks.iter().cloned().collect(),
        token_no_default_policy: token.no_default_policy,
        token_type: token.kind.word().to_owned(),
    }
}

/// The resource of a role for signed tokens.
pub fn jwt_resource(vault: &Vault, role: &Role, login: &JwtLogin, metadata: ObjectMeta) -> VaultJwtRole {
    VaultJwtRole {
        metadata,
        spec: VaultJwtRoleSpec {
            server: vault.name().to_owned(),
            mount: vault.auth_of(role).path().to_owned(),
            name: role.name.clone(),
            adopt: role.node.adopt.value,
            deletion: Deletion::Delete,
            role: jwt(vault, role, login),
        },
        status: None,
    }
}

/// The resource of a role for ServiceAccounts.
pub fn kubernetes_resource(
    vault: &Vault,
    role: &Role,
    login: &KubernetesLogin,
    metadata: ObjectMeta,
) -> VaultKubernetesRole {
    VaultKubernetesRole {
        metadata,
        spec: VaultKubernetesRoleSpec {
            server: vault.name().to_owned(),
            mount: vault.auth_of(role).path().to_owned(),
            name: role.name.clone(),
            adopt: role.node.adopt.value,
            deletion: Deletion::Delete,
            role: kubernetes(vault, role, login),
        },
        status: None,
    }
}
