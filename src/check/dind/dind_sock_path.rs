//! `dind-sock-path`

use crate::check::findings::Reporter;
use crate::check::pods::{mounts, variable};
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::Container;

/// Where clients look, and the daemon listens, without being told.
const DEFAULT: &str = "unix:///var/run/docker.sock";

pub static RULE: Rule = Rule {
    code: "dind-sock-path",
    severity: Severity::Error,
    summary: "the runner looks for Docker where the daemon does not listen",
    explanation: "\
Runner and Docker daemon meet at a socket in a volume that both mount at `/var/run`. The daemon is told
the path by `--host`, the runner by the variable `DOCKER_HOST`. If the two differ, or one of them does
not mount the volume there, every Docker command fails with `Cannot connect to the Docker daemon`, and
the runner waits for Docker for two minutes before each job.

A frequent source is a setting copied from before ARC 0.9, when the socket was at
`/run/docker/docker.sock`.

Leave `DOCKER_HOST` out of the pool: fleetc sets it. Jobs that need another daemon set it in their own
`env:`.

Known from: ARC issue 3337; the chart `gha-runner-scale-set` before and after 0.9.
",
    good: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    env "DOCKER_HOST" "unix:///run/docker/docker.sock"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(daemon), Some(runner)) = (view.objects.dind_container(), view.objects.runner_container())
    else {
        return;
    };
    let wanted = variable(runner, "DOCKER_HOST").unwrap_or(DEFAULT);
    let listens = hosts(daemon);
    let problem = if !listens.iter().any(|host| same(host, wanted)) {
        format!("the runner looks for Docker at {wanted}, the daemon listens at {}", listens.join(" and "))
    } else if let Some(path) = wanted.strip_prefix("unix://")
        && (volume_of(runner, path).is_none() || volume_of(runner, path) != volume_of(daemon, path))
    {
        format!("runner and Docker daemon share no volume that holds {path}")
    } else {
        return;
    };
    let own = view.pool.node.env.iter().find(|env| env.name.as_str() == "DOCKER_HOST").map(|env| env.span);
    let found = out
        .found(problem)
        .label(own.unwrap_or_else(|| view.runner_pod_span(view.pool.node.mode.span)), "they never meet")
        .effect("every Docker command of every job fails: \"Cannot connect to the Docker daemon\"")
        .help(match own {
            Some(_) => "remove this variable: fleetc sets it",
            None => "leave `--host`, `DOCKER_HOST` and the mounts of `dind-sock` as fleetc emits them",
        });
    out.report(found);
}

/// Where the daemon listens.
fn hosts(daemon: &Container) -> Vec<&str> {
    let arguments: Vec<_> = daemon.command.iter().chain(&daemon.args).flatten().map(String::as_str).collect();
    let joined = arguments.iter().filter_map(|argument| argument.strip_prefix("--host="));
    let pairs = arguments.iter().zip(arguments.iter().skip(1));
    let apart = pairs.filter(|(name, _)| ["-H", "--host"].contains(name)).map(|(_, host)| *host);
    let hosts: Vec<_> = joined.chain(apart).collect();
    if hosts.is_empty() { vec![DEFAULT] } else { hosts }
}

/// Any address is as good as another for TCP: both containers have one network.
fn same(listens: &str, wanted: &str) -> bool {
    let both = |scheme| listens.starts_with(scheme) && wanted.starts_with(scheme);
    both("tcp://") || plain(listens) == plain(wanted)
}

/// `/var/run` is `/run` in the images of runner and daemon.
fn plain(address: &str) -> String {
    address.replacen("unix:///var/run/", "unix:///run/", 1)
}

/// The volume that holds a path of a container: the one that is mounted deepest.
fn volume_of<'a>(container: &'a Container, path: &str) -> Option<&'a str> {
    let path = plain(&format!("unix://{path}"));
    let holds = |folder: &str| {
        let folder = plain(&format!("unix://{folder}/"));
        path.starts_with(&folder)
    };
    let around = mounts(container).filter(|at| holds(&at.mount_path));
    around.max_by_key(|at| at.mount_path.len()).map(|at| at.name.as_str())
}
