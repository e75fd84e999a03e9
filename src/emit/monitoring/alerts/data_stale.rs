//! `data-stale`

use super::*;

impl Typed for nodes::DataStale {
    const NAME: &'static str = "DataStale";
    const SOURCE: Source = Source::Exporter;
    node!(data_stale);

    fn threshold(&self) -> Span {
        self.over.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let age = series(&exporter::DATA_AGE).query().max(&["org"]);
        Some(Condition {
            expr: age.gt(seconds(self.over.value)),
            summary: "What is known of {{ $labels.org }} is {{ $value | humanizeDuration }} old".to_owned(),
            description:
                "Other alerts on GitHub rest on this. Look at the exporter's limits and permissions."
                    .to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let age = |value| vec![sample::constant(series(&exporter::DATA_AGE).eq("org", "o"), value)];
        let (over, at) = (self.over.seconds() as f64, after(&self.hold, 300));
        vec![Case::fires("a second older", at, age(over + 1.0)), Case::quiet("just as old", at, age(over))]
    }
}
