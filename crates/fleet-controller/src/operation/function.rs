//! A part of the controller that runs for ever.

use super::Metrics;
use kube::runtime::events::{Recorder, Reporter};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What a function is given.
#[derive(Clone)]
pub struct Context {
    /// The cluster, with the rights of the controller's ServiceAccount.
    pub client: kube::Client,
    /// The controller's own namespace: its resources, its Lease and its ledgers are there.
    pub namespace: String,
    /// Whether nothing may be changed anywhere: what would be done is only said.
    pub dry_run: bool,
    /// Where measurements go.
    pub metrics: Arc<Metrics>,
    /// Says when to end.
    pub stop: Stop,
    /// Folder with the tokens that the controller logs in to other systems with.
    pub tokens: std::path::PathBuf,
}

impl Context {
    /// Who writes the controller's events.
    pub fn recorder(&self) -> Recorder {
        let reporter = Reporter {
            controller: super::FIELD_MANAGER.to_owned(),
            instance: std::env::var("HOSTNAME").ok(),
        };
        Recorder::new(self.client.clone(), reporter)
    }
}

/// What a function does, until it is told to stop.
pub type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A part of the controller.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its name, on the command line and in metrics: one of [`FUNCTIONS`](fleet_model::metrics::controller::FUNCTIONS).
    pub name: &'static str,
    /// Starts it. It does not end before it is told to stop: what fails is tried again, later.
    pub start: fn(Context) -> Running,
}

/// Says when to end. All that are made of one end together.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// One, and what ends it.
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Whether it has come.
    pub fn has_come(&self) -> bool {
        *self.0.borrow()
    }

    /// Until it comes.
    pub async fn wait(&mut self) {
        // Whoever could still say so is gone: then it has come, too.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// For so long, or until it comes; whether it has.
    pub async fn sleep(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.wait()).await.is_ok()
    }
}
