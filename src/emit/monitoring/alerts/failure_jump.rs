//! `failure-jump`

use super::*;

const BY: &[&str] = &["org", "repo", "workflow"];

impl Typed for nodes::FailureJump {
    const NAME: &'static str = "WorkflowFailureRateJump";
    const SOURCE: Source = Source::Exporter;
    node!(failure_jump);

    fn threshold(&self) -> Span {
        self.by.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let rate = |window| series(&exporter::WORKFLOW_FAILURE_RATE).eq("window", window).query().max(BY);
        Some(Condition {
            expr: rate("1h").minus(rate("7d")).gt(number(self.by.0)),
            summary: "{{ $labels.repo }}/{{ $labels.workflow }} fails more often than it did this week".to_owned(),
            description: "The share of failed runs of the last hour is {{ $value | humanizePercentage }} above that of the week: something has changed.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let rates = |hour, week| {
            let of = |window| {
                series(&exporter::WORKFLOW_FAILURE_RATE)
                    .eq("org", "o")
                    .eq("repo", "o/r")
                    .eq("workflow", "ci")
                    .eq("window", window)
            };
            vec![sample::constant(of("1h"), hour), sample::constant(of("7d"), week)]
        };
        let at = after(&self.hold, 300);
        vec![
            Case::fires("suddenly more fail", at, rates((self.by.0 + 1.0) / 2.0, 0.0)),
            Case::quiet("as many fail as ever", at, rates(0.9, 0.9)),
        ]
    }
}
