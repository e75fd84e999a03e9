//! `runners-pending`

use super::*;

impl Typed for nodes::RunnersPending {
    const NAME: &'static str = "RunnersPending";
    const SOURCE: Source = Source::ArcController;
    node!(runners_pending);

    fn threshold(&self) -> Span {
        self.at_least.span
    }

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let pending = series(&arc::PENDING_EPHEMERAL_RUNNERS).any("pool", pools(&self.parts()));
        Some(Condition {
            expr: pending.query().max(&["pool"]).ge(number(self.at_least.0.into())),
            summary: "{{ $value }} runners of {{ $labels.pool }} do not start".to_owned(),
            description:
                "Their pods wait for a node, an image or a volume: `kubectl describe pod` says which."
                    .to_owned(),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let pending = |value: u32| {
            let pool = some_pool(scope, &self.parts());
            let of = series(&arc::PENDING_EPHEMERAL_RUNNERS).eq("name", pool).eq("pool", pool);
            vec![sample::constant(of, value.into())]
        };
        let (least, at) = (self.at_least.0, after(&self.hold, 300));
        vec![
            Case::fires("enough wait", at, pending(least)),
            Case::quiet("one fewer", at, pending(least.saturating_sub(1))),
        ]
    }
}
