//! `failure-rate`

use super::*;

impl Typed for nodes::FailureRate {
    const NAME: &'static str = "WorkflowFailureRateHigh";
    const SOURCE: Source = Source::Exporter;
    node!(failure_rate);

    fn threshold(&self) -> Span {
        self.over.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let rate = series(&exporter::WORKFLOW_FAILURE_RATE).eq("window", self.window.value.word());
        Some(Condition {
            expr: rate.query().max(&["org", "repo", "workflow"]).gt(number(self.over.0)),
            summary: "{{ $value | humanizePercentage }} of the runs of {{ $labels.repo }}/{{ $labels.workflow }} fail".to_owned(),
            description: format!(
                "Over {}, more than {} of the runs that succeeded or failed have failed. Runs that were cancelled or skipped do not count.",
                self.window.value, percent(self.over.0)
            ),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let rate = |value| {
            let of = series(&exporter::WORKFLOW_FAILURE_RATE)
                .eq("org", "o")
                .eq("repo", "o/r")
                .eq("workflow", "ci");
            vec![sample::constant(of.eq("window", self.window.value.word()), value)]
        };
        let at = after(&self.hold, 300);
        vec![
            Case::fires("more fail", at, rate((self.over.0 + 1.0) / 2.0)),
            Case::quiet("just as many fail", at, rate(self.over.0)),
        ]
    }
}

/// A share in words.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
