//! A webhook delivery: taken in before it is answered.

use super::Secrets;
use crate::app::App;
use crate::github::{Event, read_event};
use crate::ledger::observation::{Observation, Seen, Source};
use crate::ledger::series::Increment;
use crate::ledger::{Outcome, Refused};
use fleet_model::metrics::exporter as metric;
use hyper::{HeaderMap, StatusCode};
use ring::digest;

/// Events and actions that have their own series; the others are `other`.
const EVENTS: [&str; 6] =
    ["workflow_job", "workflow_run", "ping", "repository", "installation", "installation_repositories"];
const ACTIONS: [&str; 15] = [
    "queued",
    "waiting",
    "in_progress",
    "completed",
    "requested",
    "created",
    "deleted",
    "renamed",
    "transferred",
    "archived",
    "unarchived",
    "added",
    "removed",
    "suspend",
    "unsuspend",
];

/// Takes a delivery in. What is answered with 2xx is on disk.
pub async fn take(headers: &HeaderMap, body: &[u8], app: &App, secrets: &Secrets) -> (StatusCode, String) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !secrets.signed(body, header("x-hub-signature-256")) {
        count(app, "unknown", "unknown", "rejected");
        return (StatusCode::UNAUTHORIZED, "the signature is missing or wrong\n".to_owned());
    }
    let name = header("x-github-event");
    if header("content-type").starts_with("application/x-www-form-urlencoded") {
        count(app, name, "", "rejected");
        let said = "set the webhook's content type to application/json\n";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, said.to_owned());
    }
    let guid = header("x-github-delivery");
    let redelivered = app.was_asked(guid);
    let source = if redelivered { Source::Redelivery } else { Source::Webhook };
    let now = app.process.now();
    let seen = Seen { at: now, source, delivery: number(guid) };
    // A header names the server of one's own that sent it.
    let server = header("x-github-enterprise-host");
    let host = if server.is_empty() { "github.com" } else { server };
    let Some(host) = app.known_host(host) else {
        count(app, name, "", "ignored");
        return (StatusCode::ACCEPTED, "the configuration does not name this server\n".to_owned());
    };
    let event = match read_event(name, body, host, seen) {
        Ok(event) => event,
        Err(error) => {
            count(app, name, "", "rejected");
            return (StatusCode::BAD_REQUEST, format!("the body is no event: {error}\n"));
        }
    };
    if !event.org.is_empty() && app.reads(&event.org) {
        app.process.set(&metric::WEBHOOK_LAST_DELIVERY, &[&event.org], now.0 as f64);
        if let Some(at) = event.at {
            let lag = Increment::observe(
                &metric::WEBHOOK_LAG,
                &[("org", &event.org)],
                now.since(at),
                String::new(),
            );
            app.process.count(&lag);
        }
    }
    submit(name, event, redelivered, app).await
}

async fn submit(name: &str, event: Event, redelivered: bool, app: &App) -> (StatusCode, String) {
    let read = |told: &Observation| app.reads_repo(&told.repo.org, &told.repo.name);
    let Some(observation) = event.observation.filter(read) else {
        count(app, name, &event.action, "ignored");
        return (StatusCode::ACCEPTED, "nothing to count\n".to_owned());
    };
    match app.ledger.submit(vec![observation]).await {
        Ok(outcomes) => {
            let outcome = outcomes.first().copied().unwrap_or(Outcome::Stale);
            let result = match outcome {
                Outcome::Applied => "applied",
                Outcome::Duplicate => "duplicate",
                Outcome::Stale => "stale",
            };
            count(app, name, &event.action, result);
            if redelivered && outcome == Outcome::Applied {
                let one = Increment::one(&metric::MISSED_EVENTS_RECOVERED, &[("source", "redelivery")]);
                app.process.count(&one);
            }
            (StatusCode::ACCEPTED, format!("{result}\n"))
        }
        Err(refused) => {
            if matches!(refused, Refused::Busy) {
                tracing::warn!("a delivery was refused: too much waits to be written");
            }
            (StatusCode::SERVICE_UNAVAILABLE, format!("{refused}\n"))
        }
    }
}

fn count(app: &App, event: &str, action: &str, result: &str) {
    let known = |words: &[&str], word: &str| word.is_empty() || word == "unknown" || words.contains(&word);
    let event = if known(&EVENTS, event) { event } else { "other" };
    let action = if known(&ACTIONS, action) { action } else { "other" };
    let labels = [("event", event), ("action", action), ("result", result)];
    app.process.count(&Increment::one(&metric::WEBHOOK_EVENTS, &labels));
}

/// A number for a delivery; never 0, which stands for none.
fn number(guid: &str) -> u64 {
    let hash = digest::digest(&digest::SHA256, guid.as_bytes());
    hash.as_ref().first_chunk::<8>().map_or(1, |bytes| u64::from_be_bytes(*bytes).max(1))
}
