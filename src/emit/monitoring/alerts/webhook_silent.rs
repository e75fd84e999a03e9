//! `webhook-silent`

use super::*;

impl Typed for nodes::WebhookSilent {
    const NAME: &'static str = "WebhookSilent";
    const SOURCE: Source = Source::Exporter;
    node!(webhook_silent);

    fn threshold(&self) -> Span {
        self.over.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let silence = time().minus(series(&exporter::WEBHOOK_LAST_DELIVERY).query().max(&["org"]));
        let missed = series(&exporter::MISSED_EVENTS_RECOVERED).eq("source", "sweep");
        let missed = missed.increase(self.over.value).sum(&[]);
        Some(Condition {
            expr: silence.gt(seconds(self.over.value)).and_on(&[], missed.gt(number(0.0))),
            summary: "GitHub delivers no webhooks of {{ $labels.org }}".to_owned(),
            description: "The last came {{ $value | humanizeDuration }} ago, and polling finds events since. Look at the App's deliveries, and at the way from GitHub to the exporter.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let events = |missed| {
            vec![
                sample::constant(series(&exporter::WEBHOOK_LAST_DELIVERY).eq("org", "o"), 0.0),
                sample::growing(series(&exporter::MISSED_EVENTS_RECOVERED).eq("source", "sweep"), missed),
            ]
        };
        let at = after(&self.hold, 2 * self.over.seconds() + 600);
        vec![
            Case::fires("events are missed", at, events(1.0)),
            Case::quiet("nothing happens", at, events(0.0)),
        ]
    }
}
