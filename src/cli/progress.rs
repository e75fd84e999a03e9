//! A sign of life where a command takes longer than a second.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Says what is being done, on the error stream and only to a terminal, until it is dropped.
pub struct Progress {
    /// Dropped first: that is what ends the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts; nothing is printed in the first second, and nothing where nobody looks.
    pub fn start(what: &'static str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { stop: None, thread: None };
        }
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = thread::spawn(move || {
            let start = Instant::now();
            let mut wait = Duration::from_secs(1);
            let mut shown = false;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                // The line is written over: a terminal that is gone is no reason to stop the work.
                let _gone = write!(std::io::stderr(), "\r\x1b[2K{what} … {} s", start.elapsed().as_secs());
                let _gone = std::io::stderr().flush();
                shown = true;
                wait = Duration::from_millis(500);
            }
            if shown {
                let _gone = write!(std::io::stderr(), "\r\x1b[2K");
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
