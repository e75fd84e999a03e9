//! `record-not-granted`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::vault::Verb;
use crate::model::workflows::Reach;

pub static RULE: Rule = Rule {
    code: "record-not-granted",
    severity: Severity::Error,
    summary: "docker-build-push records tags in a secret that its Vault role may not write",
    explanation: "\
With `record`, `docker-build-push` writes the tag of each image that it pushes from the default branch into Vault. It is found where the role that
it logs in with has neither `record` nor `write` for that secret.

The image is built and pushed, and then the job fails: Vault answers 403 to the last step. Whoever deploys by the recorded tag stays at the
old one.

Add `record \"NAME\"` to the role: it makes tags and changes them, and can overwrite nothing else.

Known from: measured with OpenBao 2.7: PATCH takes the capability `patch`, the first POST `create`. Also known as VJ014.
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
        read "registry"
        read "image-tags"
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
    let Some((secret, role)) = super::recorder(workflows) else { return };
    let Some(reach) = Reach::find(&cx.fleet.vaults, role.as_str()) else { return };
    let name = secret.as_str();
    if [Verb::Record, Verb::Write].iter().any(|verb| reach.may(*verb, name)) {
        return;
    }
    let found = out
        .found(format!("role \"{}\" may not record in secret \"{name}\"", role.value))
        .label(secret.span, "tags are recorded here")
        .label(reach.role.node.span, "what the role may do")
        .effect("images are pushed, and the job fails at its last step: no tag is recorded")
        .help(format!("add `record \"{name}\"` to the role, or name another with `record-role`"));
    out.report(found);
}
