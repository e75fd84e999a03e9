//! `approval-pending`

use super::*;

impl Typed for nodes::ApprovalPending {
    const NAME: &'static str = "ApprovalPending";
    const SOURCE: Source = Source::Exporter;
    node!(approval_pending);

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let waiting = series(&exporter::WORKFLOW_RUNS_WAITING_APPROVAL).query();
        Some(Condition {
            expr: waiting.max(&["org", "repo", "workflow"]).gt(number(0.0)),
            summary: "{{ $value }} runs of {{ $labels.repo }}/{{ $labels.workflow }} wait for approval"
                .to_owned(),
            description: format!(
                "Somebody must approve or reject them; they have waited for {}.",
                self.hold.value
            ),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let waiting = |value| {
            let of = series(&exporter::WORKFLOW_RUNS_WAITING_APPROVAL);
            vec![sample::constant(of.eq("org", "o").eq("repo", "o/r").eq("workflow", "deploy"), value)]
        };
        let at = after(&self.hold, 600);
        vec![Case::fires("one waits", at, waiting(1.0)), Case::quiet("none waits", at, waiting(0.0))]
    }
}
