//! The log of jobs, sent while it is read: a month of a large organization is more than fits in memory.

use super::Answer;
use crate::app::App;
use crate::ledger::history::{head, line};
use crate::time::DAY;
use http_body_util::Either;
use http_body_util::channel::Channel;
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Bytes that are sent at once.
const CHUNK: usize = 64 << 10;
/// Chunks that may wait for a slow reader.
const WAITING: usize = 8;

/// Answers with the jobs of the last seconds that `seconds=` names, or of 30 days.
pub fn answer(query: &str, app: Arc<App>) -> Answer {
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("seconds=")?.parse::<u32>().ok());
    let since = app.process.now().plus(-asked.map_or(30 * DAY, i64::from));
    let (sender, body) = Channel::new(WAITING);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let mut sender = sender;
        let mut text = head();
        let mut send = |text: String| runtime.block_on(sender.send_data(Bytes::from(text))).is_ok();
        let each = |entry| {
            text.push_str(&line(&entry));
            // A reader that has gone away ends it.
            if text.len() < CHUNK || send(std::mem::take(&mut text)) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        match app.ledger.history(since, each) {
            Ok(()) => drop(send(text)),
            Err(refused) => {
                tracing::error!(%refused, "the history could not be read");
                sender.abort(std::io::Error::other(refused.to_string()));
            }
        }
    });
    let mut answer = Response::new(Either::Right(body));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    answer
}
