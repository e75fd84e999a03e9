//! `vault-runner-unbound`

use super::jobs;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-runner-unbound",
    severity: Severity::Warning,
    summary: "jobs on machines of others can log in",
    explanation: "\
The claim `runner_environment` says whether a job runs on GitHub's machines or on ones of your own. It is found where the fleet has pools
and a role does not bind it.

The role is meant for jobs of this fleet; without the claim a job that says `runs-on: ubuntu-latest` can log in as well,
from wherever GitHub runs it, past everything that guards the fleet's network.

Add `runner-environment \"self-hosted\"`. Where jobs of GitHub's runners are to log in, too, silence it:
`rule \"vault-runner-unbound\" level=\"off\" reason=\"…\"`.

Known from: GitHub's documentation of the token. Also known as VJ020.
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

pool "build" {
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        read "registry"
    }
}

pool "build" {
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    if cx.fleet.pools.is_empty() {
        return;
    }
    for job in jobs(cx).filter(|job| job.is_github() && !job.login.binds("runner_environment")) {
        let found = out
            .found(format!("jobs on GitHub's machines can log in to role \"{}\"", job.role.node.name.value))
            .label(job.role.node.span, "does not bind where jobs run")
            .effect("a job that does not run in this fleet reads what the role reads")
            .help("add `runner-environment \"self-hosted\"`");
        out.report(found);
    }
}
