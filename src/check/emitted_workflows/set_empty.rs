//! `set-empty`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "set-empty",
    severity: Severity::Warning,
    summary: "fetch-secrets has nothing to fetch",
    explanation: "\
`fetch-secrets` hands out sets of secrets. Without a `set`, each secret that its role reads is one, if it declares its keys: a workflow must
name what it reads, since reading whatever is there would mask words such as `true` in every log. It is found where that leaves no set, or
a `set` without a secret.

Neither the action nor the workflow is emitted where there is no set; a set without secrets fetches nothing, and says nothing.

Declare the `key`s of the secrets that jobs need, or write `set \"NAME\" { secret \"NAME\" \"key\" }`.

Known from: vault-action masks each line of each value that a wildcard selects, booleans too.
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

pool "docker" {
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}

workflows {
    fetch-secrets role="build" {
        set "nothing"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(fetch) = cx.fleet.workflows.as_ref().and_then(|workflows| workflows.fetch_secrets.as_ref())
    else {
        return;
    };
    // A set that could not be looked up has been reported.
    let empty = fetch.node.sets.iter().filter(|set| set.secrets.is_empty());
    let mut spans: Vec<_> =
        empty.map(|set| (set.span, format!("set \"{}\" has no secret", set.name.value))).collect();
    if fetch.node.sets.is_empty() && fetch.sets.is_empty() {
        let role = &fetch.node.role;
        spans.push((role.span, format!("role \"{}\" reads no secret that declares its keys", role.value)));
    }
    for (span, message) in spans {
        let found = out
            .found(message)
            .label(span, "nothing to fetch")
            .effect("no job gets a secret by it")
            .help("declare the keys of what the role reads, or write `set \"NAME\" { secret \"NAME\" \"key\" }`");
        out.report(found);
    }
}
