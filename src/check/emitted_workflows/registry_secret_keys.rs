//! `registry-secret-keys`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "registry-secret-keys",
    severity: Severity::Error,
    summary: "the registry's secret lacks a key that docker-build-push reads",
    explanation: "\
`docker-build-push` reads the registry's address, a user and a password from one secret, by default from its keys `registry_url`, `username`
and `password`. It is found where the secret declares its keys and one of these is not among them.

vault-action fails at a key that is not there, `No match data was found`, and with it every build of every caller.

Declare the key, or name the one that holds it with `address-key`, `user-key` or `password-key`.

Known from: `selectData` in vault-action 3.4.0.
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
        key "user"
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
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(docker) = cx.fleet.workflows.as_ref().and_then(|workflows| workflows.docker.as_ref()) else {
        return;
    };
    let secrets = cx.fleet.vaults.iter().filter_map(|vault| vault.secret(docker.node.registry.as_str()));
    for secret in secrets.take(1) {
        let wanted = [
            ("address-key", &docker.node.address_key),
            ("user-key", &docker.node.user_key),
            ("password-key", &docker.node.password_key),
        ];
        for (word, key) in wanted {
            if secret.node.keys.iter().any(|known| known.name.value == key.value) {
                continue;
            }
            let found = out
                .found(format!("secret \"{}\" declares no key \"{}\"", secret.node.name.value, key.value))
                .label(docker.node.registry.span, "docker-build-push reads it")
                .label(secret.node.span, "its keys")
                .effect("every build fails where it reads the registry's login")
                .help(format!(
                    "declare `key \"{}\"`, or name the key that holds it: `{word}=\"…\"`",
                    key.value
                ));
            out.report(found);
        }
    }
}
