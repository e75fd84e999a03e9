//! `record-order-unknown`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::vault::Verb;
use crate::model::workflows::Reach;

pub static RULE: Rule = Rule {
    code: "record-order-unknown",
    severity: Severity::Error,
    summary: "docker-build-push can't tell whether a newer run has recorded its tag",
    explanation: "\
Two runs can build at one time, and the older one can be the slower one. Before it records its tag, `docker-build-push` reads what is there: a tag of
a newer run stays. It is found where the role that records has no `read` for the secret.

Without it the last step fails with 403 rather than risk that an older image replaces a newer one, which is what a
recorder that can't look would do.

Add `read \"NAME\"` to the role. Names of images are no secrets; the role still reads nothing else, and can overwrite nothing.

Known from: KV version 2 has no condition on content: `cas` compares version numbers, and to know the number is to have read.
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
    let Some((secret, role)) = super::recorder(workflows) else { return };
    let Some(reach) = Reach::find(&cx.fleet.vaults, role.as_str()) else { return };
    let name = secret.as_str();
    let writes = [Verb::Record, Verb::Write].iter().any(|verb| reach.may(*verb, name));
    if !writes || reach.may(Verb::Read, name) {
        return;
    }
    let found = out
        .found(format!("role \"{}\" records tags in \"{name}\" and may not read them", role.value))
        .label(secret.span, "an older run could be the slower one")
        .label(reach.role.node.span, "what the role may do")
        .effect("the step that records fails rather than replace the tag of a newer run")
        .help(format!("add `read \"{name}\"` to the role"));
    out.report(found);
}
