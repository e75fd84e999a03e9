//! A GitHub for tests and trials: the part of its REST API and webhooks that tell of Actions, with state.
//!
//! It has what makes the real one hard: ETags that are bound to the token, pages, searches that end at 1,000
//! results, hourly and sudden limits, tokens that end, repositories that are renamed, a log of deliveries that
//! repeats one when asked to, and deliveries that are lost, doubled and disordered.

mod day;
mod hook;
mod http;
mod render;
mod routes;
mod things;
mod world;

pub use day::{Day, Traffic};
pub use hook::Disorder;
pub use http::Request;
pub use things::{JobSpec, Limits, RunSpec};
pub use world::World;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Fake {
    world: Arc<Mutex<World>>,
    address: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Fake {
    /// Starts one on a free port of this machine.
    pub fn start() -> std::io::Result<Self> {
        Self::start_at("127.0.0.1:0")
    }

    /// Starts one.
    pub fn start_at(address: &str) -> std::io::Result<Self> {
        let world = Arc::new(Mutex::new(World::default()));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let address = http::start(address, Arc::clone(&world), stopped)?;
        world.lock().unwrap_or_else(PoisonError::into_inner).origin = format!("http://{address}");
        Ok(Self { world, address, stop: Some(stop) })
    }

    /// Where its API is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What there is in it.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what has happened since the last time to the webhook, in the disorder that is asked for. How many
    /// deliveries arrived.
    pub fn deliver(&self, disorder: &Disorder) -> usize {
        hook::deliver(&self.world, disorder)
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}
