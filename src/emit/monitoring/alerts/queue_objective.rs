//! `queue-objective`

use super::*;
use crate::monitoring::query::{Query, literal};

/// How many times too fast the month's budget of late jobs burns, and over which two windows that is seen.
const BURNS: [(f64, Duration, Duration); 2] =
    [(15.0, Duration(3600), Duration(300)), (6.0, Duration(21_600), Duration(1800))];

impl nodes::QueueObjective {
    fn late(&self, window: Duration) -> Query {
        let chosen = || pools(&self.parts()).collect::<Vec<_>>();
        // Prometheus 3 writes the bound 15 as 15.0.
        let bound = self.within.seconds().to_string();
        let bound = format!("{bound}|{}", literal(&format!("{bound}.0")));
        let in_time = buckets(&exporter::WORKFLOW_QUEUE_TIME).matches("le", &bound).any("pool", chosen());
        let all = observations(&exporter::WORKFLOW_QUEUE_TIME).any("pool", chosen());
        number(1.0).minus(in_time.rate(window).sum(&["pool"]).per(all.rate(window).sum(&["pool"])))
    }

    /// The share of late jobs at which a budget burns too fast; never more than can be.
    fn limit(&self, burn: f64) -> f64 {
        let limit = (1.0 - self.share.0) * burn;
        // Without the noise of the subtraction: it is read by people.
        ((limit * 1e6).round() / 1e6).min(0.95)
    }
}

impl Typed for nodes::QueueObjective {
    const NAME: &'static str = "QueueObjectiveMissed";
    const SOURCE: Source = Source::Exporter;
    node!(queue_objective);

    fn threshold(&self) -> Span {
        self.within.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let [fast, slow] = BURNS.map(|(burn, long, short)| {
            let limit = number(self.limit(burn));
            self.late(long).gt(limit.clone()).and(self.late(short).gt(limit))
        });
        Some(Condition {
            expr: fast.or(slow),
            summary:
                "{{ $value | humanizePercentage }} of the jobs of {{ $labels.pool }} get a runner too late"
                    .to_owned(),
            description: format!(
                "{} of them shall have one within {}. At this rate a month's budget of late jobs is used up within days.",
                format_args!("{:.1} %", self.share.0 * 100.0),
                self.within.value
            ),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let pool = some_pool(scope, &self.parts());
        let jobs = |in_time| {
            let bound = self.within.seconds().to_string();
            let of = |selector: crate::monitoring::query::Selector| {
                selector.eq("org", "o").eq("repo", "o/r").eq("pool", pool)
            };
            vec![
                sample::growing(of(buckets(&exporter::WORKFLOW_QUEUE_TIME)).eq("le", &bound), in_time),
                sample::growing(of(observations(&exporter::WORKFLOW_QUEUE_TIME)), 10.0),
            ]
        };
        let at = after(&self.hold, 7 * 3600);
        vec![Case::fires("all are late", at, jobs(0.0)), Case::quiet("none is late", at, jobs(10.0))]
    }
}
