//! `runners-offline`

use super::*;

impl Typed for nodes::RunnersOffline {
    const NAME: &'static str = "RunnersOffline";
    const SOURCE: Source = Source::Exporter;
    node!(runners_offline);

    fn threshold(&self) -> Span {
        self.at_least.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let offline = series(&exporter::RUNNERS).eq("status", "offline").any("pool", pools(&self.parts()));
        Some(Condition {
            expr: offline.query().sum(&["pool"]).ge(number(self.at_least.0.into())),
            summary: "{{ $value }} runners of {{ $labels.pool }} are offline".to_owned(),
            description:
                "They are registered at GitHub and do not answer: their pods died, or can't reach GitHub."
                    .to_owned(),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let offline = |value: u32| {
            let of = series(&exporter::RUNNERS).eq("org", "o").eq("pool", some_pool(scope, &self.parts()));
            vec![sample::constant(of.eq("os", "linux").eq("status", "offline"), value.into())]
        };
        let (least, at) = (self.at_least.0, after(&self.hold, 300));
        vec![
            Case::fires("enough are", at, offline(least)),
            Case::quiet("one fewer", at, offline(least.saturating_sub(1))),
        ]
    }
}
