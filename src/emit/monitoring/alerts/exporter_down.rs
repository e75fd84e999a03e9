//! `exporter-down`

use super::*;
use crate::emit::monitoring::EXPORTER_JOB;

impl Typed for nodes::ExporterDown {
    const NAME: &'static str = "ExporterDown";
    const SOURCE: Source = Source::Exporter;
    node!(exporter_down);

    /// None where the fleet has no exporter.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition> {
        scope.fleet.exporter.as_ref()?;
        let up = series(&kube::UP).eq("job", EXPORTER_JOB).query().max(&[]);
        Some(Condition {
            expr: up.or_zero().lt(number(1.0)),
            summary: "fleet-exporter can't be scraped".to_owned(),
            description: "It is down, or Prometheus does not find it. No alert on queues and workflows fires meanwhile.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let up = |value| vec![sample::constant(series(&kube::UP).eq("job", EXPORTER_JOB), value)];
        let at = after(&self.hold, 300);
        vec![
            Case::fires("it is down", at, up(0.0)),
            Case::fires("it is not found", at, Vec::new()),
            Case::quiet("it is up", at, up(1.0)),
        ]
    }
}
