//! `runners-failed`

use super::*;

impl Typed for nodes::RunnersFailed {
    const NAME: &'static str = "RunnersFailed";
    const SOURCE: Source = Source::ArcController;
    node!(runners_failed);

    fn threshold(&self) -> Span {
        self.at_least.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let failed = series(&arc::FAILED_EPHEMERAL_RUNNERS).any("pool", pools(&self.parts()));
        Some(Condition {
            expr: failed.query().max(&["pool"]).ge(number(self.at_least.0.into())),
            summary: "{{ $value }} runners of {{ $labels.pool }} have failed for good".to_owned(),
            description: "ARC gives up on a runner whose pod failed five times and keeps it: each takes one of the pool's places until somebody deletes it.".to_owned(),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let failed = |value: u32| {
            let pool = some_pool(scope, &self.parts());
            let of = series(&arc::FAILED_EPHEMERAL_RUNNERS).eq("name", pool).eq("pool", pool);
            vec![sample::constant(of, value.into())]
        };
        let (least, at) = (self.at_least.0, after(&self.hold, 300));
        vec![
            Case::fires("enough have", at, failed(least)),
            Case::quiet("one fewer", at, failed(least.saturating_sub(1))),
        ]
    }
}
