//! `set-output-clash`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::workflows::output_of;
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    code: "set-output-clash",
    severity: Severity::Error,
    summary: "two secrets of fetch-secrets have one output",
    explanation: "\
The action `fetch-secrets` gives each key of each secret as an output: the secret's name, `_`, the key, with `_` for whatever is no letter or
digit. It is found where two different ones come to the same name, such as key `password-old` of `registry` and key `old` of
`registry-password`.

GitHub would take the last: a job that asks for one would be handed the other, and no line says so.

Give one of the secrets another name in the fleet file. Its path in Vault can stay.

Known from: outputs of actions are a map by name.
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
        key "password-old"
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
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(fetch) = cx.fleet.workflows.as_ref().and_then(|workflows| workflows.fetch_secrets.as_ref())
    else {
        return;
    };
    let mut taken = BTreeMap::new();
    for field in fetch.sets.iter().flat_map(|set| &set.fields) {
        let first = taken.entry(output_of(field)).or_insert(field);
        if (&first.path, &first.key) == (&field.path, &field.key) {
            continue;
        }
        let found = out
            .found(format!(
                "key \"{}\" of \"{}\" and key \"{}\" of \"{}\" are both the output `{}`",
                first.key,
                first.secret,
                field.key,
                field.secret,
                output_of(field)
            ))
            .label(field.span, "asked for here")
            .effect("a job that asks for one would be handed the other")
            .help("give one of the secrets another name in this file; its path can stay");
        out.report(found);
    }
}
