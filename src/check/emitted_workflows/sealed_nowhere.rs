//! `sealed-nowhere`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "sealed-nowhere",
    severity: Severity::Info,
    summary: "no pool can run the workflow that seals secrets",
    explanation: "\
Beside the action `fetch-secrets`, fleetc emits a workflow that fetches secrets in a job of its own and hands them on sealed, for jobs that can't
reach Vault. Its steps run on the runner itself, so it needs a pool whose jobs need no container. It is found where the fleet has none.

Only the action is emitted, which is the better way wherever a job can reach Vault; the workflow and the action `open-secrets` are not.

If a job of yours can't reach Vault, give the fleet a pool with `mode \"dind\"` or `\"default\"`, and name it: `fetch-secrets pool=\"NAME\"`.

Known from: the kubernetes modes refuse jobs without a container.
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
    secret "registry-password" path="secret/other" {
        key "old"
    }
    role "build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "registry"
        read "registry-password"
    }
}

pool "docker" {
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}

workflows {
    fetch-secrets role="build"
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
    secret "registry-password" path="secret/other" {
        key "old"
    }
    role "build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "registry"
        read "registry-password"
    }
}

pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}

workflows {
    fetch-secrets role="build"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(fetch) = cx.fleet.workflows.as_ref().and_then(|workflows| workflows.fetch_secrets.as_ref())
    else {
        return;
    };
    if fetch.pool.is_some() || fetch.sets.is_empty() {
        return;
    }
    let found = out
        .found("no pool can run the workflow that seals secrets")
        .label(fetch.node.span, "only the action is emitted")
        .effect("jobs that can't reach Vault get no secrets")
        .help("name a pool whose jobs need no container, or leave it: the action is enough for jobs that reach Vault");
    out.report(found);
}
