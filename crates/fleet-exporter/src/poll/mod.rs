//! Asking GitHub: all that is seen without webhooks, and what webhooks have lost.
//!
//! One thread for each organization. A round runs only when the budget that GitHub gives can pay for all of
//! it, so that what is known is never half of a round old.

pub mod api;
pub mod auth;
pub mod budget;
pub mod client;
mod deliveries;
mod judge;
mod kept;
mod org;
mod repo;
mod runners;

pub use api::ApiError;
pub use auth::Auth;
pub use client::Client;
pub use deliveries::redeliver;
pub use org::Org;
pub use repo::window;

use crate::app::App;
use crate::run::wait;
use fleet_model::exporter::{Credentials, Server};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// How often failed deliveries are looked for.
const DELIVERIES: Duration = Duration::from_secs(60);

/// Starts a thread for each organization of which something is asked.
pub fn start(app: &Arc<App>, stop: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    let mut threads = Vec::new();
    for server in &app.config.servers {
        let Some(credentials) = &server.credentials else { continue };
        for organization in &server.organizations {
            let auth = Auth::new(credentials, &organization.name);
            let client = Client::new(Arc::clone(app), server, &organization.name, auth);
            let mut org = Org::new(Arc::clone(app), server.clone(), organization.clone(), client);
            let stop = stop.clone();
            let work = move || {
                while !*stop.borrow() {
                    let rest = org.round();
                    wait(rest, &stop);
                }
            };
            threads.extend(std::thread::Builder::new().name("poll".to_owned()).spawn(work));
        }
        threads.extend(redeliverer(app, server, credentials, stop));
    }
    threads
}

/// Only an App has a log of its deliveries.
fn redeliverer(
    app: &Arc<App>,
    server: &Server,
    credentials: &Credentials,
    stop: &watch::Receiver<bool>,
) -> Option<JoinHandle<()>> {
    if app.config.webhook_secrets.is_empty() || !matches!(credentials, Credentials::App { .. }) {
        return None;
    }
    let auth = Auth::new(credentials, "");
    let client = Client::new(Arc::clone(app), server, "", auth);
    let (app, stop) = (Arc::clone(app), stop.clone());
    let work = move || {
        while !*stop.borrow() {
            if let Err(error) = redeliver(&app, &client) {
                tracing::warn!(%error, "failed deliveries could not be asked for");
            }
            wait(DELIVERIES, &stop);
        }
    };
    std::thread::Builder::new().name("redeliver".to_owned()).spawn(work).ok()
}
