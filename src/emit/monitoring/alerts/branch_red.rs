//! `branch-red`

use super::*;

const BY: &[&str] = &["org", "repo", "workflow"];

impl Typed for nodes::BranchRed {
    const NAME: &'static str = "DefaultBranchRed";
    const SOURCE: Source = Source::Exporter;
    node!(branch_red);

    fn threshold(&self) -> Span {
        self.over.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let success = || series(&exporter::WORKFLOW_LAST_SUCCESS).eq("branch", "default").query().max(BY);
        let run = series(&exporter::WORKFLOW_LAST_RUN).eq("branch", "default").query().max(BY);
        Some(Condition {
            expr: time().minus(success()).gt(seconds(self.over.value)).and(run.gt(success())),
            summary: "The default branch of {{ $labels.repo }} is red: {{ $labels.workflow }}".to_owned(),
            description:
                "The last run that succeeded is {{ $value | humanizeDuration }} old, and later ones failed."
                    .to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let times = |success, run| {
            let of = |metric| {
                series(metric).eq("org", "o").eq("repo", "o/r").eq("workflow", "ci").eq("branch", "default")
            };
            vec![
                sample::constant(of(&exporter::WORKFLOW_LAST_SUCCESS), success),
                sample::constant(of(&exporter::WORKFLOW_LAST_RUN), run),
            ]
        };
        let at = after(&self.hold, self.over.seconds() + 600);
        vec![
            Case::fires("runs fail since", at, times(0.0, 60.0)),
            Case::quiet("no run since", at, times(0.0, 0.0)),
        ]
    }
}
