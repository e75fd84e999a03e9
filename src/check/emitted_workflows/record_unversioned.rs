//! `record-unversioned`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::vault::KvVersion;
use crate::model::workflows::Reach;

pub static RULE: Rule = Rule {
    code: "record-unversioned",
    severity: Severity::Error,
    summary: "docker-build-push records tags in a store that keeps no versions",
    explanation: "\
`docker-build-push` changes a recorded tag only from the version that it has read, so that of two jobs that record at one time none is lost. It is
found where the secret lies in a `mount` of version 1 of the key-value store, which has no versions and no way to change a part of a
secret.

Nothing is emitted for `record`: the workflow builds and pushes, and tags are not recorded.

Move the secret to a mount of version 2, or enable versions there (`vault kv enable-versioning`), and write `mount \"NAME\" version=2`.

Known from: the documentation of both versions of the key-value store.
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
    mount "old" version=1
    secret "registry" path="secret/registry" {
        key "registry_url"
        key "username"
        key "password" sensitive=#true
    }
    secret "image-tags" path="old/image-tags/*"
    role "build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "registry"
        read "image-tags"
        write "image-tags"
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
    let Some((name, role)) = super::recorder(workflows) else { return };
    let Some(reach) = Reach::find(&cx.fleet.vaults, role.as_str()) else { return };
    let Some(secret) = reach.vault.secret(name.as_str()) else { return };
    let mount = reach.vault.mount_of(secret);
    if mount.version == KvVersion::V2 {
        return;
    }
    let found = out
        .found(format!(
            "mount \"{}\" keeps no versions, so tags can't be recorded in \"{}\"",
            mount.path, name.value
        ))
        .label(name.span, "tags are recorded here")
        .label(secret.node.path.span, "in a store of version 1")
        .effect("images are built and pushed, and no tag is recorded")
        .help("keep the secret in a mount of version 2");
    out.report(found);
}
