//! Deliveries that failed: GitHub keeps a log of them for three days and repeats one when asked to.

use super::api::{ApiError, DELIVERIES};
use super::client::Client;
use crate::app::App;
use crate::github::instant;
use crate::ledger::Note;
use crate::time::{DAY, Second};
use serde::Deserialize;
use std::collections::HashSet;

/// Deliveries that are asked for at once.
const MOST: usize = 200;
/// Pages of the log that are read at once.
const PAGES: usize = 20;
/// How long GitHub keeps the log, in seconds.
const KEPT: i64 = 3 * DAY;
/// The note of how far the log was read.
const NOTE: &str = "deliveries";

#[derive(Deserialize)]
struct Delivery {
    id: u64,
    guid: String,
    delivered_at: String,
    event: String,
    status_code: u16,
}

/// Asks GitHub to repeat what failed since the last time.
pub fn redeliver(app: &App, client: &Client) -> Result<(), ApiError> {
    let now = app.process.now();
    let known = match app.ledger.note(NOTE) {
        Some(Note::Until(until)) => until,
        _ => now.plus(-KEPT),
    };
    let mut next = Some("/app/hook/deliveries?per_page=100".to_owned());
    let (mut failed, mut arrived) = (Vec::new(), HashSet::new());
    let mut newest = known;
    'pages: for _ in 0..PAGES {
        let Some(path) = next.take() else { break };
        let (page, link) = client.page_as_app::<Delivery>(DELIVERIES, &path)?;
        for delivery in page {
            let Some(at) = instant(Some(&delivery.delivered_at)) else { continue };
            // The log begins with the newest.
            if at < known {
                break 'pages;
            }
            newest = newest.max(at);
            if (200..300).contains(&delivery.status_code) {
                arrived.insert(delivery.guid);
            } else if matches!(delivery.event.as_str(), "workflow_job" | "workflow_run") {
                failed.push((at, delivery));
            }
        }
        next = link;
    }
    // Oldest first: what is beyond the limit of one round is then in the next.
    failed.sort_by_key(|(at, delivery)| (*at, delivery.id));
    let mut reached: Option<Second> = None;
    for (at, delivery) in
        failed.into_iter().filter(|(_, delivery)| !arrived.contains(&delivery.guid)).take(MOST)
    {
        // One that failed again after it was asked for is left to the sweep.
        if app.ask(&delivery.guid) {
            client.post_as_app(DELIVERIES, &format!("/app/hook/deliveries/{}/attempts", delivery.id))?;
            reached = Some(at);
            tracing::info!(
                delivery = delivery.guid,
                event = delivery.event,
                "asked for a delivery that failed"
            );
        }
    }
    let until = reached.map_or(newest, |reached| reached.min(newest));
    let note = vec![(NOTE.to_owned(), Some(Note::Until(until)))];
    app.ledger.keep_notes(note).map_err(|refused| ApiError::Body(refused.to_string()))
}
