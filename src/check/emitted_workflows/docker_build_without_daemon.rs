//! `docker-build-without-daemon`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "docker-build-without-daemon",
    severity: Severity::Error,
    summary: "docker-build-push runs on a pool without a Docker daemon",
    explanation: "\
`docker-build-push` builds with the Docker daemon beside the runner. It is found where its `pool` has another `mode` than
`dind`: in the kubernetes modes a job's pod has no daemon and none of its socket, and the runner of mode `default` has neither.

The job is taken, checks out, logs in to the registry, and fails at the step that starts a builder: `Cannot connect to the
Docker daemon`. Every repository that calls the workflow sees that.

Name a pool with `mode \"dind\"`, or give the fleet one: builds need little else of it than CPU, memory and disk.

Known from: docker/setup-buildx-action issue 135 and docker/build-push-action issue 593.
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
        record "image-tags"
    }
}

pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}

workflows {
    docker-build-push pool="tests" registry="registry" role="build" record="image-tags"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(docker) = cx.fleet.workflows.as_ref().and_then(|workflows| workflows.docker.as_ref()) else {
        return;
    };
    let Some(pool) = cx.fleet.pools.get(docker.pool) else { return };
    if pool.mode == ContainerMode::Dind {
        return;
    }
    let found = out
        .found(format!("pool \"{}\" has no Docker daemon to build images with", pool.name()))
        .label(docker.node.pool.span, "docker-build-push runs there")
        .label(pool.node.mode.mode.span, "no daemon in this mode")
        .effect("every build fails at the step that starts a builder")
        .help("name a pool with `mode \"dind\"`");
    out.report(found);
}
