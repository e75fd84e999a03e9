//! Looks up the names that workflows are declared with.

use super::vault::Reach;
use super::{Check, Docker, FetchSecrets, RunsOn, Set, Source, Track, Workflows};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::language::nodes;
use crate::language::suggest::{nearest, one_of};
use crate::language::value::{Name, PoolName};
use crate::model::names::Names;
use crate::model::vault::Secret;
use crate::model::{Fleet, Pool};
use crate::syntax::{Span, Spanned};

/// Looks up all names of the workflows. A part with an unusable one is left out once that has been reported.
pub fn build(
    node: nodes::Workflows,
    fleet: &Fleet,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Workflows {
    let mut look = Look { fleet, names, diagnostics };
    Workflows {
        source: look.source(node.fleetc.as_ref()),
        fetch_secrets: node.fetch_secrets.as_ref().and_then(|fetch| look.fetch_secrets(fetch)),
        docker: node.docker_build_push.as_ref().and_then(|docker| {
            let role = node.fetch_secrets.as_ref().map(|fetch| &fetch.role);
            look.docker(docker, role)
        }),
        track: node.track_versions.as_ref().and_then(|track| {
            Some(Track { node: track.clone(), runs_on: look.runs_on(track.pool.as_ref())? })
        }),
        check: node.fleet_check.as_ref().and_then(|check| {
            Some(Check { node: check.clone(), runs_on: look.runs_on(check.pool.as_ref())? })
        }),
        node,
    }
}

struct Look<'a> {
    fleet: &'a Fleet,
    names: &'a Names,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Look<'a> {
    fn source(&mut self, node: Option<&nodes::FleetcSource>) -> Source {
        let Some(node) = node else { return Source::Path };
        match (&node.repository, &node.sha, &node.path) {
            (Some(repository), Some(sha), None) => Source::Action {
                repository: repository.value.clone(),
                sha: sha.value.clone(),
                version: node.version.as_ref().map(|version| version.to_string()),
            },
            (None, None, Some(path)) => Source::Folder(path.value.clone()),
            _ => {
                let found = Diagnostic::new("fleetc-source", "`fleetc` names no one place to get fleetc from")
                    .label(node.span, "either a repository and a commit of it, or a path")
                    .help("write `fleetc \"OWNER/fleetc\" sha=\"…\" version=\"v…\"`, or `fleetc path=\".\"` where its source is in the fleet's repository");
                self.diagnostics.push(found);
                Source::Path
            }
        }
    }

    /// The pool of this name; none once that has been reported.
    fn pool(&mut self, name: &Spanned<PoolName>) -> Option<usize> {
        let at = self.fleet.pools.iter().position(|pool| pool.name() == name.as_str());
        if at.is_none() {
            self.names.unknown("pool", name.as_str(), name.span, self.diagnostics);
        }
        at
    }

    fn runs_on(&mut self, pool: Option<&Spanned<PoolName>>) -> Option<RunsOn> {
        match pool {
            None => Some(RunsOn::Hosted),
            Some(name) => self.pool(name).map(RunsOn::Pool),
        }
    }

    fn role(&mut self, name: &Spanned<Name>) -> Option<Reach<'a>> {
        let reach = Reach::find(&self.fleet.vaults, name.as_str());
        if reach.is_none() {
            // As written: of a role that could not be used, the reason has been reported.
            let roles = self.fleet.vaults.iter().flat_map(|vault| &vault.node.roles);
            self.unknown("role", name.as_str(), name.span, roles.map(|role| role.name.as_str()).collect());
        }
        reach
    }

    fn secret(&mut self, reach: Reach<'a>, name: &Spanned<Name>) -> Option<&'a Secret> {
        let secret = reach.vault.secret(name.as_str());
        if secret.is_none() {
            let known = reach.vault.node.secrets.iter().map(|secret| secret.name.as_str()).collect();
            self.unknown("secret", name.as_str(), name.span, known);
        }
        secret
    }

    fn fetch_secrets(&mut self, node: &nodes::FetchSecrets) -> Option<FetchSecrets> {
        let role = self.role(&node.role)?;
        let sets = if node.sets.is_empty() {
            role.readable().map(|secret| whole(role, secret, node.role.span)).collect()
        } else {
            node.sets.iter().filter_map(|set| self.set(set, role)).collect::<Vec<_>>()
        };
        let pool = match &node.pool {
            Some(name) => Some(self.pool(name)?),
            None => self.fleet.pools.iter().position(runs_steps),
        };
        Some(FetchSecrets { node: node.clone(), sets, pool })
    }

    fn set(&mut self, node: &nodes::SecretSet, role: Reach<'a>) -> Option<Set> {
        let role = match &node.role {
            Some(own) => self.role(own)?,
            None => role,
        };
        let mut fields = Vec::new();
        for asked in &node.secrets {
            let secret = self.secret(role, &asked.name)?;
            let declared: Vec<&str> = secret.node.keys.iter().map(|key| key.name.as_str()).collect();
            if asked.keys.is_empty() {
                fields.extend(declared.iter().map(|key| role.field(secret, key, asked.name.span)));
            }
            for key in &asked.keys {
                if declared.contains(&key.as_str()) {
                    fields.push(role.field(secret, key.as_str(), key.span));
                } else {
                    self.unknown("key", key.as_str(), key.span, declared.clone());
                }
            }
        }
        Some(Set { name: node.name.to_string(), span: node.name.span, login: role.login(), fields })
    }

    fn docker(
        &mut self,
        node: &nodes::DockerBuildPush,
        role_of_all: Option<&Spanned<Name>>,
    ) -> Option<Docker> {
        let Some(role) = node.role.as_ref().or(role_of_all) else {
            let found = Diagnostic::new("missing-property", "`docker-build-push` has no Vault role")
                .label(node.span, "it reads the registry's login from Vault")
                .help("add `role=\"…\"`: a role that may read that secret");
            self.diagnostics.push(found);
            return None;
        };
        let pool = self.pool(&node.pool);
        let role = self.role(role)?;
        let secret = self.secret(role, &node.registry)?;
        let recorder = match &node.record_role {
            Some(own) => self.role(own)?,
            None => role,
        };
        let record = match &node.record {
            Some(name) => {
                self.secret(recorder, name)?;
                recorder.record(name)
            }
            None => None,
        };
        let field = |key: &Spanned<crate::language::value::ConfigKey>| {
            role.field(secret, key.as_str(), node.registry.span)
        };
        Some(Docker {
            pool: pool?,
            login: role.login(),
            address: field(&node.address_key),
            user: field(&node.user_key),
            password: field(&node.password_key),
            record,
            node: node.clone(),
        })
    }

    /// Reports a name that no `vault` declares; not where one of them could not be read.
    fn unknown(&mut self, word: &str, name: &str, span: Span, known: Vec<&str>) {
        if self.fleet.lacks_vaults || known.contains(&name) {
            return;
        }
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if known.is_empty() || known.len() > 8 => {
                format!("declare it: `{word} \"{name}\" …`, under `vault`")
            }
            None => format!("there is {}", one_of(known)),
        };
        let found =
            Diagnostic::new("unknown-reference", format!("there is no {word} \"{name}\" under `vault`"))
                .label(span, "not declared")
                .help(help);
        self.diagnostics.push(found);
    }
}

/// A set of one secret, with all its keys.
fn whole(role: Reach<'_>, secret: &Secret, span: Span) -> Set {
    Set {
        name: secret.node.name.to_string(),
        span,
        login: role.login(),
        fields: secret.node.keys.iter().map(|key| role.field(secret, key.name.as_str(), span)).collect(),
    }
}

/// Whether a job of the pool runs without a container of its own.
pub fn runs_steps(pool: &Pool) -> bool {
    !pool.mode.has_workflow_pod() || !pool.requires_job_container()
}
