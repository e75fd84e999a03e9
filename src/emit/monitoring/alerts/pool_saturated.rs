//! `pool-saturated`

use super::*;

impl Typed for nodes::PoolSaturated {
    const NAME: &'static str = "PoolSaturated";
    const SOURCE: Source = Source::Exporter;
    node!(pool_saturated);

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let parts = self.parts();
        let load = series(&exporter::POOL_SATURATION).any("pool", pools(&parts)).query().max(&["pool"]);
        let waiting = series(&exporter::JOBS_QUEUED).any("pool", pools(&parts)).query().sum(&["pool"]);
        Some(Condition {
            expr: load.ge(number(1.0)).and(waiting.gt(number(0.0))),
            summary: "{{ $labels.pool }} is at its max, and jobs wait".to_owned(),
            description: "It has {{ $value | humanize }} jobs for each runner that it may have. Raise its max if the hardware holds more (`fleetc capacity --max-for`), or move jobs.".to_owned(),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let pool = some_pool(scope, &self.parts());
        let load = |load, waiting| {
            vec![
                sample::constant(series(&exporter::POOL_SATURATION).eq("pool", pool), load),
                sample::constant(series(&exporter::JOBS_QUEUED).eq("org", "o").eq("pool", pool), waiting),
            ]
        };
        let at = after(&self.hold, 300);
        vec![
            Case::fires("one waits", at, load(1.5, 1.0)),
            Case::quiet("full, and none waits", at, load(1.0, 0.0)),
        ]
    }
}
