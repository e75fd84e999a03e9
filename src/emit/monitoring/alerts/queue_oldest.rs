//! `queue-oldest`

use super::*;

impl Typed for nodes::QueueOldest {
    const NAME: &'static str = "QueueOldest";
    const SOURCE: Source = Source::Exporter;
    node!(queue_oldest);

    fn threshold(&self) -> Span {
        self.over.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let age = series(&exporter::JOB_QUEUE_OLDEST_AGE).any("pool", pools(&self.parts()));
        Some(Condition {
            expr: age.query().max(&["pool"]).gt(seconds(self.over.value)),
            summary: "A job has waited {{ $value | humanizeDuration }} for a runner of {{ $labels.pool }}"
                .to_owned(),
            description: "GitHub cancels a job that nothing has started within 24 hours.".to_owned(),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let age = |value| {
            let of = series(&exporter::JOB_QUEUE_OLDEST_AGE).eq("org", "o");
            vec![sample::constant(of.eq("pool", some_pool(scope, &self.parts())), value)]
        };
        let (over, at) = (self.over.seconds() as f64, after(&self.hold, 300));
        vec![Case::fires("a second longer", at, age(over + 1.0)), Case::quiet("just as long", at, age(over))]
    }
}
