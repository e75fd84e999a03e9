//! `jobs-unmatched`

use super::*;

impl Typed for nodes::JobsUnmatched {
    const NAME: &'static str = "JobsUnmatched";
    const SOURCE: Source = Source::Exporter;
    node!(jobs_unmatched);

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let jobs = series(&exporter::JOBS_UNMATCHED).query().sum(&["org", "runner_labels"]);
        Some(Condition {
            expr: jobs.gt(number(0.0)),
            summary: "{{ $value }} jobs wait for labels that no pool has: {{ $labels.runner_labels }}"
                .to_owned(),
            description:
                "They can never start; GitHub cancels them after 24 hours. Correct `runs-on`, or add a pool."
                    .to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let jobs = |value| {
            vec![sample::constant(
                series(&exporter::JOBS_UNMATCHED).eq("org", "o").eq("runner_labels", "gpu-xl"),
                value,
            )]
        };
        let at = after(&self.hold, 300);
        vec![Case::fires("one waits", at, jobs(1.0)), Case::quiet("none waits", at, jobs(0.0))]
    }
}
