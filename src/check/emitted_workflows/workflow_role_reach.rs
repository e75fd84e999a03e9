//! `workflow-role-reach`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::vault::Verb;
use crate::model::workflows::Reach;
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "workflow-role-reach",
    severity: Severity::Error,
    summary: "an emitted workflow reads a secret that its Vault role may not",
    explanation: "\
An emitted workflow logs in with one Vault role and then reads secrets. It is found where the role has no `read` for a secret that the
workflow asks for: the registry's of `docker-build-push`, or one of a `set` of `fetch-secrets`.

The login succeeds, the request is answered with 403, and the step fails for every caller. Vault's answer does not say which right is
missing.

Add `read \"NAME\"` to the role, or use a role that has it. Also known as VW007 and VW018: path, role and audience are written
once, here, and not in each workflow.

Known from: measured with OpenBao 2.7 and vault-action 3.4.0. VJ014 is a part of it.
",
    good: r#"
vault "https://vault.example.com" {
    owner "my-org" id=4711
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry" {
        key "registry_url"
        key "username"
        key "password" sensitive=#true
    }
    secret "image-tags" path="secret/image-tags/*"
    role "build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "registry"
        read "image-tags"
        record "image-tags"
    }
}

pool "docker" {
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}

workflows {
    docker-build-push pool="docker" registry="registry" role="build" record="image-tags"
}
"#,
    bad: r#"
vault "https://vault.example.com" {
    owner "my-org" id=4711
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry" {
        key "registry_url"
        key "username"
        key "password" sensitive=#true
    }
    secret "image-tags" path="secret/image-tags/*"
    role "build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "image-tags"
        record "image-tags"
    }
}

pool "docker" {
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}

workflows {
    docker-build-push pool="docker" registry="registry" role="build" record="image-tags"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(workflows) = &cx.fleet.workflows else { return };
    let mut asked: Vec<(&str, &str, Span)> = Vec::new();
    if let Some(docker) = &workflows.docker {
        let of_all = workflows.node.fetch_secrets.as_ref().map(|fetch| &fetch.role);
        if let Some(role) = docker.node.role.as_ref().or(of_all) {
            asked.push((role.as_str(), docker.node.registry.as_str(), docker.node.registry.span));
        }
    }
    for fetch in workflows.fetch_secrets.iter() {
        for set in &fetch.node.sets {
            let role = set.role.as_ref().unwrap_or(&fetch.node.role);
            asked.extend(
                set.secrets.iter().map(|secret| (role.as_str(), secret.name.as_str(), secret.name.span)),
            );
        }
    }
    for (role, secret, span) in asked {
        let Some(reach) = Reach::find(&cx.fleet.vaults, role) else { continue };
        if reach.may(Verb::Read, secret) {
            continue;
        }
        let found = out
            .found(format!("role \"{role}\" may not read secret \"{secret}\""))
            .label(span, "asked for here")
            .label(reach.role.node.span, "what the role may do")
            .effect("Vault answers 403, and the step fails for every caller")
            .help(format!("add `read \"{secret}\"` to the role, or name another one"));
        out.report(found);
    }
}
