//! `run-stuck`

use super::*;

const BY: &[&str] = &["org", "repo", "workflow"];

impl Typed for nodes::RunStuck {
    const NAME: &'static str = "RunStuck";
    const SOURCE: Source = Source::Exporter;
    node!(run_stuck);

    fn threshold(&self) -> Span {
        self.over.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let last = series(&exporter::WORKFLOW_LAST_RUN).query().max(BY);
        let running = series(&exporter::WORKFLOW_RUNS_IN_PROGRESS).query().max(BY);
        Some(Condition {
            expr: time().minus(last).gt(seconds(self.over.value)).and(running.gt(number(0.0))),
            summary: "A run of {{ $labels.repo }}/{{ $labels.workflow }} does not end".to_owned(),
            description: "Runs are in progress, and none has completed for {{ $value | humanizeDuration }}. It holds a runner.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let runs = |running| {
            let of = |metric| series(metric).eq("org", "o").eq("repo", "o/r").eq("workflow", "ci");
            vec![
                sample::constant(of(&exporter::WORKFLOW_LAST_RUN).eq("branch", "default"), 0.0),
                sample::constant(of(&exporter::WORKFLOW_RUNS_IN_PROGRESS), running),
            ]
        };
        let at = after(&self.hold, self.over.seconds() + 600);
        vec![Case::fires("one is in progress", at, runs(1.0)), Case::quiet("none is", at, runs(0.0))]
    }
}
