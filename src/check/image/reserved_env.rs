//! `reserved-env`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::nodes::Target;
use crate::syntax::Span;

/// Variables that ARC adds to the container `runner` itself (its resource builder, 0.14.2).
const OF_ARC: [&str; 3] = [
    "ACTIONS_RUNNER_INPUT_JITCONFIG",
    "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE",
    "GITHUB_ACTIONS_RUNNER_EXTRA_USER_AGENT",
];

/// Variables of the runner that a word of the language sets, and that word. The paths of hooks and their
/// template, the pod's name and the Docker host have rules of their own.
const OF_WORDS: [(&str, &str); 5] = [
    ("ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", "hooks require-job-container="),
    ("ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS", "hooks prepare-timeout="),
    ("ACTIONS_RUNNER_USE_KUBE_SCHEDULER", "hooks scheduler="),
    ("ACTIONS_RUNNER_IMAGE", "hooks copy-image="),
    ("RUNNER_UPDATE_CA_CERTS", "trust"),
];

/// Names the folder of a cache that each runner has alone.
const FOLDER: &str = "FLEETC_RUNNER";

pub static RULE: Rule = Rule {
    code: "reserved-env",
    severity: Severity::Error,
    summary: "a variable is set that ARC or fleetc sets itself",
    explanation: "\
ARC adds `ACTIONS_RUNNER_INPUT_JITCONFIG` (the runner's configuration),
`ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE` and `GITHUB_ACTIONS_RUNNER_EXTRA_USER_AGENT` to the
container `runner` behind all others. Of two variables with one name Kubernetes takes the last: a value
of yours never counts, and where it looks as if it did, a wish is not fulfilled in silence.

`FLEETC_RUNNER` names the folder that a runner has alone in a cache with `share=\"runner\"`. With a value of
yours all runners get the same folder.

Other variables of the container hooks have a word in the language. Set as `env`, they win over the word,
and rules that look at the word are wrong about the pool: a warning.

Remove the variable, or write the word that the message names.

Known from: `newEphemeralRunnerPod` of ARC's resource builder.
",
    good: r#"
pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    hooks prepare-timeout="20m"
}
"#,
    bad: r#"
pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    env "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE" "0"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let works_here = !view.pool.mode.has_workflow_pod();
    for env in &view.pool.node.env {
        let name = env.name.as_str();
        let reaches_runner = works_here || env.on.value != Target::Job;
        let found = if OF_ARC.contains(&name) && reaches_runner {
            of_arc(name, env.span, out)
        } else if name == FOLDER {
            out.found("FLEETC_RUNNER names the folder that each runner has alone in a cache")
                .label(env.span, "set by fleetc")
                .effect("all runners get the same folder of the cache, and their jobs overwrite each other's files")
                .help("remove this variable")
        } else if let Some((_, word)) = OF_WORDS.iter().find(|(known, _)| *known == name && reaches_runner) {
            out.found(format!("{name} has a word of its own in the language"))
                .severity(Severity::Warning)
                .label(env.span, "overrides that word")
                .effect("fleetc judges the pool by the word, and the runner goes by this value")
                .help(format!("remove this variable, and write `{word}` where another value is wanted"))
        } else {
            continue;
        };
        out.report(found);
    }
    let Some(runner) = view.objects.runner_container() else { return };
    for env in runner.env.iter().flatten() {
        let declared = view.pool.node.env.iter().any(|own| own.name.as_str() == env.name);
        if OF_ARC.contains(&env.name.as_str()) && !declared {
            let found = of_arc(&env.name, view.runner_pod_span(view.pool.span()), out);
            out.report(found);
        }
    }
}

fn of_arc(name: &str, span: Span, out: &Reporter<'_, '_>) -> Diagnostic {
    out.found(format!("{name} is set by ARC, behind every variable of the pool"))
        .label(span, "never counts")
        .effect("ARC's value wins: what is written here has no effect")
        .help("remove this variable")
}
