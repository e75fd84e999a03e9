//! `job-sa-token`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::generation;
use crate::diagnostic::Severity;
use crate::emit::arc::names;

pub static RULE: Rule = Rule {
    code: "job-sa-token",
    severity: Severity::Warning,
    summary: "a job's pod holds a token of the cluster's API",
    explanation: "\
Kubernetes puts a token of the pod's ServiceAccount into every container unless the pod says
`automountServiceAccountToken: false`. A job runs code that people wrote, or that a dependency of a dependency
brought along: with the token it can do at the API server whatever that account may do. The account `default`
is often bound to something by somebody who did not think of CI, and the account of a runner may make pods and
read all secrets of its namespace, which is a way to the node.

fleetc gives jobs the account `POOL-gha-rs-no-permission` and no token. `job api-token=#true` gives them the
token of that account, for jobs that talk to the cluster and for which you bind roles to it; on a pool that
runs pull requests from forks that is an error, since anybody can then use it. A patch that names another
account gives away that account's rights.

Use OpenID Connect (`permissions: id-token: write`) for deployments: those credentials are made for one job.

Known from: home-ops issue 9384, the templates of pytorch/ci-infra.
",
    good: r#"
pool "build" forks=#true {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}
"#,
    bad: r#"
pool "build" forks=#true {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" api-token=#true
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(_), Some(pod)) = (generation(view.pool.mode), view.objects.job_pod()) else { return };
    if pod.automount_service_account_token == Some(false) {
        return;
    }
    let pool = view.pool;
    let account = pod.service_account_name.as_deref().unwrap_or("default");
    let powerful = account == "default" || account == names::runner_account(pool);
    let forks = pool.node.forks.value;
    if !powerful && !forks {
        return;
    }
    let word = pool.node.job.as_ref().map(|job| &job.api_token);
    let span = match word {
        Some(word) if word.value && account == names::no_permission(pool) => word.span,
        _ => view.job_pod_span(pool.span()),
    };
    let mut found = out
        .found(format!("jobs of pool \"{}\" hold a token of ServiceAccount \"{account}\"", pool.name()))
        .label(span, "a token for every job");
    let effect = if forks {
        found = found.severity(Severity::Error).label(pool.node.forks.span, "open to forks");
        "anybody who opens a pull request can use the cluster's API with the rights of that account"
    } else {
        "any code in a job can use the cluster's API with the rights of that account"
    };
    out.report(
        found.effect(effect).help("remove it; for deployments use OpenID Connect (`id-token: write`)"),
    );
}
