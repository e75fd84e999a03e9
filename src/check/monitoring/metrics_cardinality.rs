//! `metrics-cardinality`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::emit::monitoring::is_wanted;
use fleet_model::metrics::arc::{DEFAULT_BUCKETS, is_unbounded};

pub static RULE: Rule = Rule {
    code: "metrics-cardinality",
    severity: Severity::Warning,
    summary: "a listener exports a histogram for each job or workflow",
    explanation: "\
Where the metrics of a fleet are scraped, fleetc tells each listener what to export: labels of few values, and 13 buckets. A patch can
ask for more. It is found where a histogram of a pool has a label that names jobs or workflows, which is also what a
listener exports that is told nothing: 45 buckets for each repository, job name and event.

Each new job name is then another 47 series that stay until the listener is restarted; a matrix makes dozens of names. With a
hundred names in two histograms that is 9,400 series for one pool. Collectors with a limit of series for a target drop what is
beyond it, gauges included, without a word.

Leave labels of jobs out of histograms; fleet-exporter has durations and waits by workflow, with bounds. If a job's name is needed, put it on
the counters alone.

Known from: ARC issues 3153, 3671 and 4612; `defaultMetrics` of ARC 0.14.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    listener-down
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge """
            spec:
              listenerMetrics:
                histograms:
                  gha_job_execution_duration_seconds:
                    labels: [organization, repository, job_name]
                    buckets: null
            """
    }
}
alerts {
    listener-down
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    if !is_wanted(cx.fleet) || !cx.fleet.controller.metrics {
        return;
    }
    let span = view.runner_pod_span(view.pool.span());
    let report = |out: &mut Reporter<'_, '_>, what: String, series: usize| {
        let found = out
            .found(what)
            .label(span, "asked for here")
            .effect(format!("each job name adds {series} series, which stay until the listener is restarted"))
            .help("leave out job_name and the labels of workflows, and give ten `buckets`");
        out.report(found);
    };
    let Some(config) = &view.objects.runner_set.spec.listener_metrics else {
        let series = 2 * (DEFAULT_BUCKETS.len() + 2);
        report(out, format!("the listener of {} is not told what to export", view.pool.name()), series);
        return;
    };
    for (name, histogram) in config.histograms.iter().flatten() {
        let Some(label) = histogram.labels.iter().find(|label| is_unbounded(label)) else { continue };
        let buckets = histogram.buckets.as_ref().map_or(DEFAULT_BUCKETS.len(), Vec::len);
        let what = format!("`{name}` of {} has the label `{label}` and {buckets} buckets", view.pool.name());
        report(out, what, buckets + 2);
    }
}
