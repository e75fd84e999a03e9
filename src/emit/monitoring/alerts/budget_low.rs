//! `budget-low`

use super::*;

const BY: &[&str] = &["host", "installation", "resource"];

impl Typed for nodes::BudgetLow {
    const NAME: &'static str = "ExporterBudgetLow";
    const SOURCE: Source = Source::Exporter;
    node!(budget_low);

    fn threshold(&self) -> Span {
        self.below.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let left = series(&exporter::RATE_LIMIT_REMAINING).query().max(BY);
        Some(Condition {
            expr: left.per(series(&exporter::RATE_LIMIT).query().max(BY)).lt(number(self.below.0)),
            summary: "{{ $value | humanizePercentage }} of the requests to {{ $labels.host }} are left".to_owned(),
            description: "Until the reset the exporter asks less often, and its metrics are older. Somebody else may use its installation or token.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let left = |share: f64| {
            let of = |metric| series(metric).eq("host", "h").eq("installation", "1").eq("resource", "core");
            vec![
                sample::constant(of(&exporter::RATE_LIMIT_REMAINING), share * 5000.0),
                sample::constant(of(&exporter::RATE_LIMIT), 5000.0),
            ]
        };
        let at = after(&self.hold, 300);
        vec![
            Case::fires("half of it", at, left(self.below.0 / 2.0)),
            Case::quiet("all are left", at, left(1.0)),
        ]
    }
}
