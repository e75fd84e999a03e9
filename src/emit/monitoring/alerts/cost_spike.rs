//! `cost-spike`

use super::*;

const DAY: Duration = Duration(86_400);
const WEEK: Duration = Duration(7 * 86_400);

impl Typed for nodes::CostSpike {
    const NAME: &'static str = "CostSpike";
    const SOURCE: Source = Source::Exporter;
    node!(cost_spike);

    fn threshold(&self) -> Span {
        self.factor.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let cost = || series(&exporter::POOL_COST).any("pool", pools(&self.parts()));
        let today = cost().increase(DAY).sum(&["pool"]);
        let before = cost().increase_before(WEEK, DAY).sum(&["pool"]).per(number(7.0));
        Some(Condition {
            expr: today.gt(before.times(number(self.factor.0.into()))),
            summary: "{{ $labels.pool }} cost {{ $value | humanize }} dollars in a day".to_owned(),
            description: format!("That is more than {} times a day of the week before.", self.factor.value),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let cost = |today| {
            let of = series(&exporter::POOL_COST).eq("pool", some_pool(scope, &self.parts()));
            vec![sample::bend(of.eq("capacity", "spot"), 1.0, Duration(9 * 86_400), today)]
        };
        let at = after(&self.hold, 10 * 86_400);
        vec![
            Case::fires("far more than before", at, cost(f64::from(self.factor.0) * 2.0)),
            Case::quiet("as ever", at, cost(1.0)),
        ]
    }
}
