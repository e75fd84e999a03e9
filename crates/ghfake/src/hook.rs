//! Webhooks: deliveries, and what may become of them on the way.

use crate::things::Delivery;
use crate::world::World;
use ring::hmac;
use std::sync::{Mutex, PoisonError};

/// What becomes of deliveries. All shares are of 100.
#[derive(Clone, Debug, Default)]
pub struct Disorder {
    /// Share that never arrives, and is in the log as failed.
    pub lost: u8,
    /// Share that arrives twice.
    pub doubled: u8,
    /// Whether they arrive in another order.
    pub shuffled: bool,
    /// What makes the disorder the same every time.
    pub seed: u64,
}

/// Sends what is in the outbox.
pub fn deliver(world: &Mutex<World>, disorder: &Disorder) -> usize {
    let lock = || world.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut waiting, hook) = {
        let mut world = lock();
        (std::mem::take(&mut world.outbox), world.hook.clone())
    };
    let mut chance = fastrand::Rng::with_seed(disorder.seed);
    if disorder.shuffled {
        chance.shuffle(&mut waiting);
    }
    let mut arrived = 0;
    for mut delivery in waiting {
        let lost = chance.u8(0..100) < disorder.lost;
        let times = if chance.u8(0..100) < disorder.doubled { 2 } else { 1 };
        delivery.code = None;
        if let Some((url, secret)) = hook.as_ref().filter(|_| !lost) {
            for _ in 0..times {
                delivery.code = send(url, secret, &delivery);
            }
        }
        arrived += usize::from(delivery.code.is_some_and(|code| (200..300).contains(&code)));
        lock().log.push(delivery);
    }
    arrived
}

/// Sends one. The code of the answer; nothing where there is none.
pub fn send(url: &str, secret: &str, delivery: &Delivery) -> Option<u16> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(std::time::Duration::from_secs(10)))
        .build()
        .into();
    let answer = agent
        .post(url)
        .header("content-type", "application/json")
        .header("x-github-event", delivery.event)
        .header("x-github-delivery", &delivery.guid)
        .header("x-hub-signature-256", sign(secret, delivery.payload.as_bytes()))
        .send(&delivery.payload);
    answer.ok().map(|answer| answer.status().as_u16())
}

fn sign(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, body);
    let digits: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}
