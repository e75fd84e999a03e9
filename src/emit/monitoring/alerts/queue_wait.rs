//! `queue-wait`

use super::*;

impl Typed for nodes::QueueWait {
    const NAME: &'static str = "QueueWaitHigh";
    const SOURCE: Source = Source::Exporter;
    node!(queue_wait);

    fn threshold(&self) -> Span {
        self.over.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let wait = series(&exporter::WORKFLOW_QUEUE_TIME_AVG).any("pool", pools(&self.parts()));
        Some(Condition {
            expr: wait.query().max(&["pool"]).gt(seconds(self.over.value)),
            summary: "Jobs wait {{ $value | humanizeDuration }} for a runner of {{ $labels.pool }}"
                .to_owned(),
            description: format!(
                "The mean over 15 minutes is above {}, jobs that still wait included. Waits for approval are not.",
                self.over.value
            ),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let wait = |value| {
            let of = series(&exporter::WORKFLOW_QUEUE_TIME_AVG).eq("org", "o");
            vec![sample::constant(of.eq("pool", some_pool(scope, &self.parts())), value)]
        };
        let (over, at) = (self.over.seconds() as f64, after(&self.hold, 300));
        vec![
            Case::fires("a second longer", at, wait(over + 1.0)),
            Case::quiet("just as long", at, wait(over)),
        ]
    }
}
