//! From decoded nodes to what a server should hold.

use super::ids::Ids;
use super::login::{login, token};
use super::{
    Auth, Backup, Conditions, Grant, KvVersion, Mount, Origin, PathRule, Policy, Role, Secret, Vault, Verb,
    grants,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::language::nodes::{self, VaultAccess, VaultParameter};
use crate::language::suggest::{nearest, one_of};
use crate::language::value::{VaultLabel, VaultName};
use crate::model::Cluster;
use crate::model::names::Names;
use crate::syntax::{Span, Spanned};
use std::collections::BTreeMap;

/// Builds all servers of a fleet. Roles with an unusable reference are left out once that has been reported.
pub fn build(
    nodes: Vec<nodes::Vault>,
    fleet: &str,
    clusters: &[Cluster],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> (Vec<Vault>, Ids) {
    let ids = Ids::of(&nodes);
    let mut vaults: Vec<Vault> = Vec::new();
    for node in nodes {
        if let Some(first) = vaults.iter().find(|known| known.node.name.value == node.name.value) {
            let found =
                Diagnostic::new("duplicate-name", format!("two servers are called \"{}\"", node.name.value))
                    .label(node.name.span, "again here")
                    .label(first.node.name.span, "first here")
                    .help("give each a name: `vault \"https://…\" name=\"NAME\"`");
            diagnostics.push(found);
            continue;
        }
        let Some(cluster) = cluster(&node, clusters, names, diagnostics) else { continue };
        vaults.push(Builder { names, diagnostics, ids: &ids }.vault(node, fleet, cluster));
    }
    (vaults, ids)
}

fn cluster(
    node: &nodes::Vault,
    clusters: &[Cluster],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let Some(wanted) = &node.cluster else { return Some(0) };
    let at = clusters.iter().position(|cluster| cluster.name.as_ref() == Some(&wanted.value));
    if at.is_none() {
        names.unknown("cluster", wanted.as_str(), wanted.span, diagnostics);
    }
    at
}

struct Builder<'a> {
    names: &'a Names,
    diagnostics: &'a mut Diagnostics,
    ids: &'a Ids,
}

impl Builder<'_> {
    fn vault(&mut self, node: nodes::Vault, fleet: &str, cluster: usize) -> Vault {
        let mounts = node.mounts.iter().filter_map(|mount| self.mount(mount)).collect();
        let mut vault = Vault {
            cluster,
            prefix: format!("{fleet}-"),
            mounts,
            secrets: Vec::new(),
            auths: node.auth.iter().map(|auth| Auth { node: auth.clone() }).collect(),
            policies: Vec::new(),
            roles: Vec::new(),
            backup: node.backup.as_ref().map(|backup| Backup::of(&node, backup, fleet)),
            node,
        };
        for secret in vault.node.secrets.clone() {
            let secret = self.secret(&mut vault, secret);
            vault.secrets.extend(secret);
        }
        vault.policies = vault.node.policies.iter().map(|policy| written(&vault.prefix, policy)).collect();
        for role in vault.node.roles.clone() {
            self.role(&mut vault, role);
        }
        vault
    }

    fn mount(&mut self, node: &nodes::VaultMount) -> Option<Mount> {
        let version = match node.version.value.0 {
            1 => KvVersion::V1,
            2 => KvVersion::V2,
            other => {
                let found = Diagnostic::new(
                    "wrong-value",
                    format!("there is no version {other} of the key-value store"),
                )
                .label(node.version.span, "1 or 2")
                .help("write version=2, or version=1 for a store that keeps no versions");
                self.diagnostics.push(found);
                return None;
            }
        };
        Some(Mount { path: node.path.to_string(), version, node: Some(node.clone()) })
    }

    /// A secret at its mount: the longest that is declared, else the first part of its path.
    fn secret(&mut self, vault: &mut Vault, node: nodes::VaultSecret) -> Option<Secret> {
        let path = node.path.as_str();
        let below = |mount: &str| path.strip_prefix(mount).and_then(|rest| rest.strip_prefix('/'));
        let declared =
            vault.mounts.iter().enumerate().filter_map(|(at, mount)| Some((at, mount, below(&mount.path)?)));
        let found =
            declared.max_by_key(|(_, mount, _)| mount.path.len()).map(|(at, _, rest)| (at, rest.to_owned()));
        let found = found.or_else(|| {
            let (mount, rest) = path.split_once('/')?;
            vault.mounts.push(Mount { path: mount.to_owned(), version: KvVersion::V2, node: None });
            Some((vault.mounts.len() - 1, rest.to_owned()))
        });
        let Some((mount, rest)) = found.filter(|(at, rest)| is_path(&vault.mounts[*at].path, rest)) else {
            let found = Diagnostic::new("wrong-value", format!("\"{path}\" is no path of a secret"))
                .label(node.path.span, "the mount, `/`, and the rest")
                .help("write it as people see it, such as \"secret/team/app\", without `data/`; only the end may be `/*`");
            self.diagnostics.push(found);
            return None;
        };
        let family = rest == "*" || rest.ends_with("/*");
        let path =
            rest.strip_suffix('*').map_or(rest.as_str(), |folder| folder.trim_end_matches('/')).to_owned();
        Some(Secret { node, mount, path, family })
    }

    fn role(&mut self, vault: &mut Vault, node: nodes::VaultRole) {
        let known = vault.auths.iter().map(Auth::path);
        let Some(auth) = known.clone().position(|path| path == node.auth.as_str()) else {
            self.unknown("auth", node.auth.as_str(), node.auth.span, known.collect());
            return;
        };
        let method = vault.auths[auth].node.method.value;
        let name = name_in_vault(&vault.prefix, &node.name.value, node.vault_name.as_ref());
        let grants = self.grants(vault, &node);
        let mut policies = Vec::new();
        let rules = grants::rules(vault, &grants);
        if !rules.is_empty() {
            let origin = Origin::Role { role: node.name.to_string(), adopt: node.adopt.value };
            vault.policies.push(Policy { name: name.clone(), origin, rules, span: node.span });
            policies.push(vault.policies.len() - 1);
        }
        let mut unknown_policies = Vec::new();
        for used in &node.policies {
            let is_it = |policy: &Policy| matches!(&policy.origin, Origin::Written(node) if node.name.value == used.name.value);
            match vault.policies.iter().position(is_it) {
                Some(at) => policies.push(at),
                None => unknown_policies.push(Spanned::new(used.name.to_string(), used.name.span)),
            }
        }
        let login = login(&node, &vault.auths[auth].node, self.ids);
        let token = token(&node, method);
        vault.roles.push(Role { name, auth, login, token, grants, policies, unknown_policies, node });
    }

    fn grants(&mut self, vault: &Vault, node: &nodes::VaultRole) -> Vec<Grant> {
        let words: [(Verb, &[VaultAccess]); 8] = [
            (Verb::Read, &node.read),
            (Verb::Write, &node.write),
            (Verb::Record, &node.record),
            (Verb::List, &node.list),
            (Verb::Inspect, &node.inspect),
            (Verb::Delete, &node.delete),
            (Verb::Undelete, &node.undelete),
            (Verb::Destroy, &node.destroy),
        ];
        let mut grants = Vec::new();
        for (verb, accesses) in words {
            for access in accesses {
                let name = access.secret.as_str();
                let at = vault.secrets.iter().position(|secret| secret.node.name.as_str() == name);
                let Some((secret, known)) = at.and_then(|at| Some((at, vault.secrets.get(at)?))) else {
                    // Of one whose path is no path, that has been said.
                    if !vault.node.secrets.iter().any(|secret| secret.name.as_str() == name) {
                        let known = vault.secrets.iter().map(|secret| secret.node.name.as_str()).collect();
                        self.unknown("secret", name, access.secret.span, known);
                    }
                    continue;
                };
                match grants::refusal(vault, verb, known) {
                    None => grants.push(Grant { verb, secret, span: access.span }),
                    Some(reason) => {
                        let message = format!("`{}` can't be granted for \"{name}\"", verb.word());
                        let found = Diagnostic::new("wrong-value", message)
                            .label(access.span, "not possible")
                            .label(known.node.path.span, "its path")
                            .help(reason);
                        self.diagnostics.push(found);
                    }
                }
            }
        }
        grants
    }

    /// Reports a reference to something that the server does not declare.
    fn unknown(&mut self, word: &str, name: &str, span: Span, known: Vec<&str>) {
        if !self.names.is_whole() {
            return;
        }
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if known.is_empty() || known.len() > 8 => {
                format!("declare it in the same `vault`: `{word} \"{name}\" …`")
            }
            None => format!("there is {}", one_of(known)),
        };
        let found =
            Diagnostic::new("unknown-reference", format!("there is no {word} \"{name}\" in this `vault`"))
                .label(span, "not declared")
                .help(help);
        self.diagnostics.push(found);
    }
}

/// A name as the server gets it.
fn name_in_vault(prefix: &str, name: &VaultLabel, own: Option<&Spanned<VaultName>>) -> String {
    own.map_or_else(|| format!("{prefix}{name}"), |own| own.to_string())
}

/// Whether a secret can have this path below its mount. Version 2 puts parts such as `data` in front by itself.
fn is_path(mount: &str, rest: &str) -> bool {
    let names = rest.strip_suffix("/*").unwrap_or(if rest == "*" { "" } else { rest });
    let good = |part: &str| !part.is_empty() && !matches!(part, "." | "..") && !part.contains(['*', '?']);
    !mount.is_empty()
        && !mount.contains(['*', '?'])
        && (names.is_empty() && rest == "*" || names.split('/').all(good))
}

fn written(prefix: &str, node: &nodes::VaultPolicy) -> Policy {
    let parameters = |list: &[VaultParameter]| -> BTreeMap<String, Vec<String>> {
        let values =
            |parameter: &VaultParameter| parameter.values.iter().map(|value| value.to_string()).collect();
        list.iter().map(|parameter| (parameter.name.to_string(), values(parameter))).collect()
    };
    let rule = |path: &nodes::VaultPolicyPath| PathRule {
        path: path.path.to_string(),
        capabilities: path.capabilities.iter().map(|capability| capability.value).collect(),
        conditions: Conditions {
            allowed: parameters(&path.allowed),
            denied: parameters(&path.denied),
            required: path
                .required
                .iter()
                .flat_map(|node| &node.names)
                .map(|name| name.to_string())
                .collect(),
            min_wrapping: path
                .wrapping
                .as_ref()
                .and_then(|node| node.min.as_ref())
                .map(|min| min.value.seconds()),
            max_wrapping: path
                .wrapping
                .as_ref()
                .and_then(|node| node.max.as_ref())
                .map(|max| max.value.seconds()),
        },
        span: path.span,
    };
    Policy {
        // Of one that others look after, the name is the whole name.
        name: match (&node.vault_name, node.external.value) {
            (None, true) => node.name.to_string(),
            (own, _) => name_in_vault(prefix, &node.name.value, own.as_ref()),
        },
        origin: Origin::Written(node.clone()),
        rules: node.paths.iter().map(rule).collect(),
        span: node.span,
    }
}
