//! `listener-down`

use super::*;

impl Typed for nodes::ListenerDown {
    const NAME: &'static str = "ListenerDown";
    const SOURCE: Source = Source::ArcController;
    node!(listener_down);

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let running = series(&arc::RUNNING_LISTENERS).any("pool", pools(&self.parts()));
        Some(Condition {
            expr: running.query().max(&["pool"]).lt(number(1.0)),
            summary: "{{ $labels.pool }} has no listener".to_owned(),
            description: "No job of the pool starts. Look at the log of ARC's controller, and whether the runner group, the credentials and the release of the runner are good.".to_owned(),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let running = |value| {
            let pool = some_pool(scope, &self.parts());
            vec![sample::constant(series(&arc::RUNNING_LISTENERS).eq("name", pool).eq("pool", pool), value)]
        };
        let at = after(&self.hold, 300);
        vec![Case::fires("it is gone", at, running(0.0)), Case::quiet("it runs", at, running(1.0))]
    }
}
