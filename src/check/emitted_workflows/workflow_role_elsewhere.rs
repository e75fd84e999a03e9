//! `workflow-role-elsewhere`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::workflows::Reach;

pub static RULE: Rule = Rule {
    code: "workflow-role-elsewhere",
    severity: Severity::Error,
    summary: "the Vault role of docker-build-push does not let its own jobs in",
    explanation: "\
A Vault role can ask where a job runs (`runner-environment`) and from which reusable workflow it comes (`workflow`). The jobs of
`docker-build-push` run in a pool, so on a self-hosted runner, and come from `docker-build-push.yml`. It is found where its role
asks for `github-hosted` only, or for workflow files of another name.

GitHub puts both facts into the job's token, and Vault compares them: the login is answered with 400, `claim does not match`, and no
image is built.

Write `runner-environment \"self-hosted\"`, and `workflow \"OWNER/REPOSITORY/.github/workflows/docker-build-push.yml@refs/tags/…\"`, or
leave them away.

Known from: GitHub's documentation of the claims `runner_environment` and `job_workflow_ref`. Also known as VJ014.
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
        runner-environment "github-hosted"
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

/// A claim, what it is in these jobs, and whether a value that a role asks for admits that.
type Fact = (&'static str, &'static str, fn(&str) -> bool);

/// The file that the jobs come from, as it stands in the claim.
const FILE: &str = "/.github/workflows/docker-build-push.yml@";

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(workflows) = &cx.fleet.workflows else { return };
    let Some(docker) = &workflows.node.docker_build_push else { return };
    let of_all = workflows.node.fetch_secrets.as_ref().map(|fetch| &fetch.role);
    let record = docker.record.as_ref().and(docker.record_role.as_ref());
    for name in docker.role.as_ref().or(of_all).into_iter().chain(record) {
        let Some(jwt) = Reach::find(&cx.fleet.vaults, name.as_str()).and_then(|reach| reach.role.jwt())
        else {
            continue;
        };
        let facts: [Fact; 2] = [
            ("runner_environment", "self-hosted", |value| value == "self-hosted" || value.contains('*')),
            ("job_workflow_ref", "docker-build-push.yml", |value| {
                value.contains(FILE) || value.contains('*')
            }),
        ];
        for (claim, wanted, admits) in facts {
            let Some(bound) = jwt.claim(claim) else { continue };
            if bound.values.is_empty() || bound.values.iter().any(|value| admits(&value.text)) {
                continue;
            }
            let found = out
                .found(format!("role \"{}\" does not let the jobs of docker-build-push in", name.value))
                .label(bound.span, format!("their {claim} is {wanted}"))
                .label(docker.span, "logs in with it")
                .effect("Vault refuses every login: no image is built")
                .help("let the role admit it, or give the workflow a role of its own with `role` or `record-role`");
            out.report(found);
        }
    }
}
