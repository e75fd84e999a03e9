//! What an answer says of limits, permissions and the time.

use super::api::{ApiError, Endpoint, header};
use super::client::Client;
use crate::time::Second;
use fleet_model::metrics::exporter as metric;
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use ureq::Body;
use ureq::http::{HeaderMap, Response};

/// Requests of one organization in a minute; GitHub takes 900.
const IN_A_MINUTE: u32 = 500;
const MINUTE: Duration = Duration::from_secs(60);

impl Client {
    /// GitHub limits requests of a minute, too: the one beyond them waits for the next minute.
    pub(super) fn pace(&self) {
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, count) = *minute;
        let left = began.map_or(Duration::ZERO, |began| MINUTE.saturating_sub(began.elapsed()));
        if left.is_zero() {
            *minute = (Some(Instant::now()), 1);
        } else if count < IN_A_MINUTE {
            *minute = (began, count + 1);
        } else {
            std::thread::sleep(left);
            *minute = (Some(Instant::now()), 1);
        }
    }

    /// What the answer says of limits and of the clock.
    pub(super) fn note(&self, headers: &HeaderMap, sent: Second) {
        let number = |name: &str| header(headers, name).and_then(|text| text.parse::<u64>().ok());
        let (limit, remaining) = (number("x-ratelimit-limit"), number("x-ratelimit-remaining"));
        let reset = number("x-ratelimit-reset").map(|reset| Second(reset as i64));
        let resource = header(headers, "x-ratelimit-resource").unwrap_or("core");
        // Other resources have limits of their own, which nothing here comes near.
        if resource == "core" {
            self.budget.lock().unwrap_or_else(PoisonError::into_inner).note(limit, remaining, reset);
        }
        let process = &self.app.process;
        if let (Some(limit), Some(remaining), Some(reset)) = (limit, remaining, reset) {
            let labels = [self.host.as_str(), self.auth.installation(), resource];
            process.set(&metric::RATE_LIMIT, &labels, limit as f64);
            process.set(&metric::RATE_LIMIT_REMAINING, &labels, remaining as f64);
            process.set(&metric::RATE_LIMIT_RESET, &labels, reset.0 as f64);
        }
        let date = header(headers, "date").and_then(|text| jiff::fmt::rfc2822::parse(text).ok());
        if let Some(date) = date {
            // The header is cut to the second, and the answer took some time.
            let offset = date.timestamp().as_second() - sent.0;
            process.set_offset(if offset.abs() <= 2 { 0 } else { offset });
        }
    }

    pub(super) fn judge(
        &self,
        endpoint: Endpoint,
        answer: Response<Body>,
    ) -> Result<Response<Body>, ApiError> {
        let code = answer.status().as_u16();
        let now = self.app.process.now();
        let permission = |wrong: bool| {
            if !self.org.is_empty() {
                let labels = [self.org.as_str(), endpoint.permission];
                self.app.process.set(&metric::PERMISSION_ERROR, &labels, f64::from(u8::from(wrong)));
            }
        };
        let after = header(answer.headers(), "retry-after").and_then(|text| text.parse::<i64>().ok());
        let spent = header(answer.headers(), "x-ratelimit-remaining") == Some("0");
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        match code {
            200..=299 | 304 => {
                budget.fine();
                permission(false);
                Ok(answer)
            }
            401 => {
                self.auth.revoke();
                Err(ApiError::Unauthorized)
            }
            429 => Err(ApiError::Limited(budget.refused(after, spent, now))),
            403 if after.is_some() || spent => Err(ApiError::Limited(budget.refused(after, spent, now))),
            403 => {
                drop(budget);
                let said = answer.into_body().read_to_string().unwrap_or_default();
                if said.contains("secondary rate limit") || said.contains("abuse") {
                    let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
                    return Err(ApiError::Limited(budget.refused(None, false, now)));
                }
                permission(true);
                Err(ApiError::Permission(endpoint.permission))
            }
            404 | 410 => Err(ApiError::Missing),
            code => Err(ApiError::Status(code)),
        }
    }
}
