//! How well fleet-exporter knows GitHub.

use super::grafana::{Dashboard, Shown};
use crate::emit::monitoring::Scope;
use crate::language::value::Duration;
use crate::monitoring::query::{buckets, quantile, series, time};
use fleet_model::metrics::exporter as github;

pub fn dashboard(scope: Scope<'_>) -> Dashboard {
    let quarter = Duration(900);
    let budget = |metric| series(metric).query().max(&["host", "installation", "resource"]);
    let requests = series(&github::API_REQUESTS).rate(Duration(300)).sum(&["endpoint", "code"]);
    let events = series(&github::WEBHOOK_EVENTS).rate(Duration(300)).sum(&["result"]);
    let lag = buckets(&github::WEBHOOK_LAG).rate(quarter).sum(&["org", "le"]);
    let silence = time().minus(series(&github::WEBHOOK_LAST_DELIVERY).query().max(&["org"]));
    let missed = series(&github::MISSED_EVENTS_RECOVERED).increase(quarter).sum(&["source"]);
    let odd = series(&github::TIMESTAMP_ANOMALIES).increase(quarter).sum(&["kind"]);
    scope
        .dashboard("exporter", "the exporter")
        .lines(
            "Age of what is known",
            Shown::Seconds,
            [(series(&github::DATA_AGE).query().max(&["org"]), "{{org}}")],
        )
        .lines(
            "Requests that are left",
            Shown::Share,
            [(
                budget(&github::RATE_LIMIT_REMAINING).per(budget(&github::RATE_LIMIT)),
                "{{host}} {{installation}} {{resource}}",
            )],
        )
        .lines("Requests a second", Shown::Number, [(requests, "{{endpoint}} {{code}}")])
        .lines(
            "Polling interval",
            Shown::Seconds,
            [(series(&github::POLL_INTERVAL).query().max(&["org"]), "{{org}}")],
        )
        .lines("Deliveries a second", Shown::Number, [(events, "{{result}}")])
        .lines("From event to delivery, 95 %", Shown::Seconds, [(quantile(0.95, &lag), "{{org}}")])
        .lines("Time since the last delivery", Shown::Seconds, [(silence, "{{org}}")])
        .lines("Events that no delivery brought", Shown::Number, [(missed, "{{source}}")])
        .table(
            "Permissions that lack",
            Shown::Number,
            series(&github::PERMISSION_ERROR).query().max(&["org", "permission"]),
        )
        .lines("Series", Shown::Number, [(series(&github::SERIES).query().max(&["metric"]), "{{metric}}")])
        .lines("Size of the database", Shown::Bytes, [(series(&github::LEDGER).query().max(&[]), "database")])
        .lines("Times that contradict each other", Shown::Number, [(odd, "{{kind}}")])
}
