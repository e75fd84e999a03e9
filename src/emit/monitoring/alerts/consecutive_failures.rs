//! `consecutive-failures`

use super::*;

impl Typed for nodes::ConsecutiveFailures {
    const NAME: &'static str = "WorkflowFailing";
    const SOURCE: Source = Source::Exporter;
    node!(consecutive_failures);

    fn threshold(&self) -> Span {
        self.at_least.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        // Pull requests fail for reasons of their own, and `other` mixes branches.
        let streak =
            series(&exporter::WORKFLOW_CONSECUTIVE_FAILURES).not_matches("branch", "pull_request|other");
        let streak = streak.query().max(&["org", "repo", "workflow", "branch"]);
        Some(Condition {
            expr: streak.ge(number(self.at_least.0.into())),
            summary: "{{ $labels.repo }}/{{ $labels.workflow }} failed {{ $value }} times in a row on {{ $labels.branch }}".to_owned(),
            description: "No run of this branch has succeeded since. Cancelled and skipped runs do not count.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let streak = |branch, value: u32| {
            let of = series(&exporter::WORKFLOW_CONSECUTIVE_FAILURES);
            let of = of.eq("org", "o").eq("repo", "o/r").eq("workflow", "ci").eq("branch", branch);
            vec![sample::constant(of, value.into())]
        };
        let (least, at) = (self.at_least.0, after(&self.hold, 300));
        vec![
            Case::fires("enough in a row", at, streak("default", least)),
            Case::quiet("one fewer", at, streak("default", least.saturating_sub(1))),
            Case::quiet("in pull requests", at, streak("pull_request", least)),
        ]
    }
}
