//! `workflow-role-not-for-jobs`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::workflows::Reach;

pub static RULE: Rule = Rule {
    code: "workflow-role-not-for-jobs",
    severity: Severity::Error,
    summary: "an emitted workflow logs in with a role that is not for jobs of GitHub",
    explanation: "\
Emitted workflows log in to Vault with the token that GitHub signs for each job, so their role must be one of an `auth` method of type
`jwt`. It is found where `fetch-secrets` or `docker-build-push` names a role for ServiceAccounts.

A role of that name does not exist at the mount that the job asks, or takes no token of GitHub's: every login is answered with
400, and no job gets a secret.

Name a role whose `auth` has `type=\"jwt\"`. A pod of the cluster that needs the same secret has a role of its own, of type `kubernetes`.

Known from: the JWT and Kubernetes auth methods of Vault and OpenBao, measured with OpenBao 2.7. Also known as
VJ014.
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
    auth "github" type="kubernetes" audience="vault"
    secret "registry" path="secret/registry" {
        key "registry_url"
        key "username"
        key "password" sensitive=#true
    }
    secret "image-tags" path="secret/image-tags/*"
    role "build" auth="github" ttl="10m" {
        service-account "build" namespace="ci"
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
    let Some(workflows) = &cx.fleet.workflows else { return };
    let fetch = workflows.node.fetch_secrets.iter();
    let of_sets = fetch.clone().flat_map(|fetch| &fetch.sets).filter_map(|set| set.role.as_ref());
    let docker = workflows.node.docker_build_push.iter();
    let of_docker = docker.flat_map(|docker| docker.role.iter().chain(&docker.record_role));
    for name in fetch.map(|fetch| &fetch.role).chain(of_sets).chain(of_docker) {
        let Some(reach) = Reach::find(&cx.fleet.vaults, name.as_str()) else { continue };
        if reach.is_for_jobs() {
            continue;
        }
        let found = out
            .found(format!("role \"{}\" lets ServiceAccounts in, not jobs of GitHub", name.value))
            .label(name.span, "a workflow logs in with it")
            .label(reach.role.node.auth.span, "its way to log in")
            .effect("every login is refused: no job gets a secret")
            .help("name a role whose `auth` has `type=\"jwt\"`");
        out.report(found);
    }
}
