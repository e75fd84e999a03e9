//! `vault-workflow-mismatch`

use super::glob;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ClaimMatch;
use crate::language::value::Name;
use crate::model::vault::{JwtLogin, Login, Role, Verb};
use crate::model::workflows::Reach;
use crate::syntax::Spanned;

pub static RULE: Rule = Rule {
    code: "vault-workflow-mismatch",
    severity: Severity::Error,
    summary: "a workflow logs in with a role that does not let it",
    explanation: "\
The workflows of the fleet read from Vault: `fetch-secrets` and `docker-build-push` name a role, and what they read or record.
It is found where that can't succeed: the role is for ServiceAccounts, it may not read or record the secret, it is bound to
another workflow, or to runners of GitHub's while the workflow runs in a pool.

The job fails with 400 or 403 in the step that logs in or reads, and the message does not say which claim was wrong.

Give the role what the workflow needs, or name another role.

Known from: measured with OpenBao 2.7 and hashicorp/vault-action 3.4. Also known as VJ014.
",
    good: r#"
pool "images" {
    mode "dind"
    runners max=2
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry" {
        key "registry_url"
        key "username"
        key "password" sensitive=#true
    }
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}

workflows {
    docker-build-push pool="images" registry="registry" role="ci-build"
}
"#,
    bad: r#"
pool "images" {
    mode "dind"
    runners max=2
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry" {
        key "registry_url"
        key "username"
        key "password" sensitive=#true
    }
    secret "tags" path="secret/tags/*"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        list "tags"
    }
}

workflows {
    docker-build-push pool="images" registry="registry" role="ci-build"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(workflows) = &cx.fleet.workflows else { return };
    let node = &workflows.node;
    if let Some(fetch) = &node.fetch_secrets {
        let pool = workflows.fetch_secrets.as_ref().is_some_and(|fetch| fetch.pool.is_some());
        // The action runs in whatever workflow uses it; only the one that seals is ours.
        let need = Need { role: &fetch.role, file: None, in_pool: pool, secret: None };
        need.check(cx, out);
        for set in &fetch.sets {
            for secret in &set.secrets {
                let role = set.role.as_ref().unwrap_or(&fetch.role);
                let need =
                    Need { role, file: None, in_pool: pool, secret: Some((&secret.name, &[Verb::Read])) };
                need.check(cx, out);
            }
        }
    }
    let Some(docker) = &node.docker_build_push else { return };
    let of_all = node.fetch_secrets.as_ref().map(|fetch| &fetch.role);
    let Some(role) = docker.role.as_ref().or(of_all) else { return };
    let file = Some("docker-build-push.yml");
    Need { role, file, in_pool: true, secret: Some((&docker.registry, &[Verb::Read])) }.check(cx, out);
    if let Some(record) = &docker.record {
        let role = docker.record_role.as_ref().unwrap_or(role);
        let secret = Some((record, [Verb::Record, Verb::Write].as_slice()));
        Need { role, file, in_pool: true, secret }.check(cx, out);
    }
}

/// What a workflow needs of Vault.
struct Need<'a> {
    role: &'a Spanned<Name>,
    /// Its file, where a role can be bound to it.
    file: Option<&'static str>,
    in_pool: bool,
    /// A secret, and what it does with it: one of these.
    secret: Option<(&'a Spanned<Name>, &'a [Verb])>,
}

impl Need<'_> {
    fn check(&self, cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
        // Of a role that is not there, that has been said.
        let Some(reach) = Reach::find(&cx.fleet.vaults, self.role.as_str()) else { return };
        let name = &self.role.value;
        let Login::Jwt(login) = &reach.role.login else {
            let found = out
                .found(format!("role \"{name}\" is for ServiceAccounts, and a workflow has a token of GitHub's"))
                .label(self.role.span, "used by a workflow")
                .label(reach.role.node.auth.span, "a way to log in of Kubernetes")
                .effect("the job can't log in: it asks a way to log in that is not there with a token that it does not know")
                .help("name a role whose `auth` is of type `jwt`");
            out.report(found);
            return;
        };
        self.check_claims(reach.role, login, out);
        let Some((secret, verbs)) = self.secret else { return };
        // Of a secret that is not there, that has been said.
        if reach.vault.secret(secret.as_str()).is_none()
            || verbs.iter().any(|verb| reach.may(*verb, secret.as_str()))
        {
            return;
        }
        let word = verbs.first().map_or("read", |verb| verb.word());
        let found = out
            .found(format!("role \"{name}\" may not {word} \"{}\"", secret.value))
            .label(secret.span, "used by a workflow")
            .label(reach.role.node.span, format!("has no `{word} \"{}\"`", secret.value))
            .effect("the job logs in and gets 403")
            .help(format!("add `{word} \"{}\"` to the role, or name another role", secret.value));
        out.report(found);
    }

    fn check_claims(&self, role: &Role, login: &JwtLogin, out: &mut Reporter<'_, '_>) {
        let fits = |pattern: &str, text: &str| match login.matching {
            ClaimMatch::Exact => pattern == text,
            ClaimMatch::Glob => glob(pattern, text),
        };
        let bound = self.file.and_then(|file| Some((file, login.claim("job_workflow_ref")?)));
        if let Some((file, claim)) = bound {
            let ours = |text: &str| {
                let path = text.rsplit_once('@').map_or(text, |(path, _)| path);
                path.rsplit_once('/').is_some_and(|(_, name)| fits(name, file)) || path.ends_with('*')
            };
            if !claim.values.is_empty() && !claim.values.iter().any(|value| ours(&value.text)) {
                let found = out
                    .found(format!(
                        "role \"{}\" is bound to another workflow than {file}",
                        role.node.name.value
                    ))
                    .label(self.role.span, format!("used by {file}"))
                    .label(claim.span, "bound to this")
                    .effect("the job can't log in: Vault answers 400")
                    .help(format!(
                        "write the workflow as it is called: \"OWNER/REPO/.github/workflows/{file}@REF\""
                    ));
                out.report(found);
            }
        }
        if let Some(claim) = login.claim("runner_environment").filter(|_| self.in_pool)
            && !claim.values.iter().any(|value| fits(&value.text, "self-hosted"))
        {
            let found = out
                .found(format!(
                    "role \"{}\" is for GitHub's runners, and the workflow runs in a pool",
                    role.node.name.value
                ))
                .label(self.role.span, "used by a workflow")
                .label(claim.span, "bound to this")
                .effect("the job can't log in: Vault answers 400")
                .help("write `runner-environment \"self-hosted\"`");
            out.report(found);
        }
    }
}
