//! `prepare-timeout`

use super::environment::{self, PREPARE_TIMEOUT};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::generation;
use crate::diagnostic::Severity;
use crate::language::value::Duration;
use k8s_openapi::api::core::v1::Container;

pub static RULE: Rule = Rule {
    code: "prepare-timeout",
    severity: Severity::Warning,
    summary: "a job's pod is given too little time to start, or holds scarce hardware for too long",
    explanation: "\
The hook waits for the job's pod to run, ten minutes unless it is told otherwise, and then deletes it: the job
fails with `backoff timeout` or, in the log that people see, `Executing the custom container implementation
failed`. A new node and an image of ten gigabytes take longer than that. So where `hardware` says with
`provision=` how long a start takes at worst, the timeout has to be longer.

Nor should it be much longer on hardware with devices. A pod that can never start, for a misspelt image or a
claim that is not there, keeps its place until the timeout is over, and other jobs wait for it. Half an hour is
enough unless a start itself takes longer.

Write `hooks prepare-timeout=\"25m\"`. Whole seconds above 0 are all that the hooks take: anything else, in an
`env` of your own, means ten minutes.

Known from: hooks 0.7.0 and 0.8.1 (`getPrepareJobTimeoutSeconds`), hooks issue 82, ARC issue 3845,
pytorch/ci-infra issues 540 and 952.
",
    good: r#"
hardware "gpu" autoscaled=#true provision="18m" {
    device "nvidia.com/gpu"
    select "gpu" "a100"
    nodes "gpu" count=2 cpu=64 memory="512Gi" devices=4
}
pool "train" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
    hooks prepare-timeout="25m"
}
"#,
    bad: r#"
hardware "gpu" autoscaled=#true provision="18m" {
    device "nvidia.com/gpu"
    select "gpu" "a100"
    nodes "gpu" count=2 cpu=64 memory="512Gi" devices=4
}
pool "train" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
}
"#,
    check: Check::Pool(check),
};

/// What the hooks wait for unless they are told otherwise.
const DEFAULT: Duration = Duration(600);
/// Longest that a pod which never starts should hold a device.
const LONGEST: Duration = Duration(1800);

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(_), Some(runner)) = (generation(view.pool.mode), view.objects.runner_container()) else {
        return;
    };
    let pool = view.pool;
    let timeout = effective(runner);
    let word = pool.node.hooks.as_ref().map(|hooks| &hooks.prepare_timeout);
    let otherwise = word.map_or(pool.span(), |word| word.span);
    let span = match word {
        Some(word) if word.value == timeout => word.span,
        _ => environment::span(view, PREPARE_TIMEOUT, otherwise),
    };
    let starts = cx.fleet.hardware_of(pool).filter_map(|class| Some((class, class.node.provision.as_ref()?)));
    let slowest = starts.max_by_key(|(_, provision)| provision.value);
    if let Some((class, provision)) = slowest
        && timeout < provision.value
    {
        let found = out
            .found(format!(
                "a job of pool \"{}\" is given {timeout} to start, and on hardware \"{}\" it may take {}",
                pool.name(),
                class.name(),
                provision.value,
            ))
            .label(span, format!("gives up after {timeout}"))
            .label(provision.span, "at worst")
            .effect("the job fails with \"backoff timeout\" while its node is still coming up")
            .help(format!(
                "write `hooks prepare-timeout=\"{}\"`",
                Duration(provision.value.seconds().saturating_add(300)),
            ));
        out.report(found);
        return;
    }
    let longest = slowest.map_or(LONGEST, |(_, provision)| provision.value.max(LONGEST));
    if pool.holds_device() && timeout > longest {
        let found = out
            .found(format!("a job of pool \"{}\" that can't start holds its devices for {timeout}", pool.name()))
            .label(span, format!("longer than {longest}"))
            .effect("a misspelt image keeps scarce hardware from other jobs for all that time")
            .help(format!("write `hooks prepare-timeout=\"{longest}\"`, or say with `provision=` why a start takes longer"));
        out.report(found);
    }
}

/// The timeout as the hooks read it: the digits that the text begins with.
fn effective(runner: &Container) -> Duration {
    let text = environment::value(runner, PREPARE_TIMEOUT).unwrap_or_default().trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok().filter(|seconds| *seconds > 0).map_or(DEFAULT, Duration)
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::EnvVar;

    #[test]
    fn timeouts_are_read_as_the_hooks_read_them() {
        let read = |text: &str| {
            let variable =
                EnvVar { name: PREPARE_TIMEOUT.to_owned(), value: Some(text.to_owned()), value_from: None };
            effective(&Container { env: Some(vec![variable]), ..Container::default() }).seconds()
        };
        assert_eq!(read("1200"), 1200);
        assert_eq!(read(" 90s"), 90);
        for bad in ["", "0", "-5", "20m".trim_start_matches("20"), "ten"] {
            assert_eq!(read(bad), 600, "{bad}");
        }
    }
}
