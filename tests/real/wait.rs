//! Waiting for what other processes do in their own time.

use std::time::{Duration, Instant};

/// How long to ask again before a refusal counts. Admission and authorization
/// look at caches of theirs, which learn of an applied object a moment later.
pub const SETTLE: Duration = Duration::from_secs(5);

/// Tries until it gets an answer; the inner error is why there is none yet, the
/// outer one ends the wait.
pub fn wait<T>(
    timeout: Duration,
    mut attempt: impl FnMut() -> Result<Result<T, String>, String>,
) -> Result<T, String> {
    let start = Instant::now();
    loop {
        match attempt()? {
            Ok(value) => return Ok(value),
            Err(reason) if start.elapsed() > timeout => {
                return Err(format!("after {} s: {reason}", timeout.as_secs()));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}
