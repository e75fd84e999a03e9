//! `vault-patch-unjudged`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::Body;

pub static RULE: Rule = Rule {
    code: "vault-patch-unjudged",
    severity: Severity::Warning,
    summary: "a patch changes who may log in or what they may do",
    explanation: "\
The rules about Vault and `fleetc access` judge the fleet file. It is found where a `patch` changes a role, a policy or the configuration of a way
to log in: what the server gets is then something else.

Who has access is not what fleetc says, in CI neither.

Say it in words of the language: `claim` binds any claim, and `policy` with `path` grants anything. Where a patch has to be, silence this
with a reason.

Known from: patches are applied after the file is read.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
patch "VaultJwtRole" name="vault.ci-build" {
    merge """
        spec:
          role:
            token_ttl: 60
        """
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for object in &cx.objects.others {
        let judged = matches!(
            object.body,
            Body::VaultJwtRole(_)
                | Body::VaultKubernetesRole(_)
                | Body::VaultPolicy(_)
                | Body::VaultJwtAuth(_)
                | Body::VaultKubernetesAuth(_)
        );
        let Some(patch) = object.patched.first().filter(|_| judged) else { continue };
        let name = object.body.metadata().name.unwrap_or_default();
        let found = out
            .found(format!("{} \"{name}\" is patched", object.body.kind()))
            .label(*patch, "by this")
            .effect("who has access is not what `fleetc access` and the other rules say")
            .help("write it in the `vault`: `claim` binds any claim, `policy` grants anything at any path");
        out.report(found);
    }
}
