//! `arc-down`

use super::*;
use crate::emit::monitoring::CONTROLLER_JOB;

impl Typed for nodes::ArcDown {
    const NAME: &'static str = "ArcControllerDown";
    const SOURCE: Source = Source::ArcController;
    node!(arc_down);

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let up = series(&kube::UP).eq("job", CONTROLLER_JOB).query().max(&[]);
        Some(Condition {
            expr: up.or_zero().lt(number(1.0)),
            summary: "ARC's controller can't be scraped".to_owned(),
            description:
                "It is down, or Prometheus does not find it. While it is down no runner is made for any pool."
                    .to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let up = |value| vec![sample::constant(series(&kube::UP).eq("job", CONTROLLER_JOB), value)];
        let at = after(&self.hold, 300);
        vec![
            Case::fires("it is down", at, up(0.0)),
            Case::fires("it is not found", at, Vec::new()),
            Case::quiet("it is up", at, up(1.0)),
        ]
    }
}
