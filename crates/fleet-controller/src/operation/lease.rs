//! One leader: a Lease that its holder renews.
//!
//! Clocks of machines differ, so nobody believes the times in a Lease: a candidate takes it over when it
//! has itself seen no renewal for as long as the Lease lasts. A leader that could not renew for two thirds of that
//! gives up, so there is never a second one beside it.

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use kube::api::{Api, PostParams};
use std::time::{Duration, Instant};

/// How long it lasts without renewal.
const LASTS: Duration = Duration::from_secs(15);
/// After how long without renewal a leader gives up.
const GIVES_UP: Duration = Duration::from_secs(10);
/// Time between attempts.
pub const RETRY: Duration = Duration::from_secs(3);

/// The Lease is somebody else's now, or nobody knows: this replica must change nothing more.
#[derive(Debug)]
pub struct Lost;

/// One candidate.
pub struct Election {
    api: Api<Lease>,
    name: String,
    identity: String,
    seen: Option<(String, Instant)>,
    renewed: Option<Instant>,
}

impl Election {
    /// A candidate for the Lease of this name.
    pub fn new(client: kube::Client, namespace: &str, name: &str, identity: &str) -> Self {
        Self {
            api: Api::namespaced(client, namespace),
            name: name.to_owned(),
            identity: identity.to_owned(),
            seen: None,
            renewed: None,
        }
    }

    /// Tries once to become the leader; whether it is.
    pub async fn try_lead(&mut self) -> Result<bool, kube::Error> {
        let now = Instant::now();
        let Some(lease) = self.api.get_opt(&self.name).await? else {
            let metadata = ObjectMeta { name: Some(self.name.clone()), ..Default::default() };
            let lease = Lease { metadata, spec: Some(self.spec(None)) };
            return self.taken(self.api.create(&PostParams::default(), &lease).await, now);
        };
        let holder = lease.spec.as_ref().and_then(|spec| spec.holder_identity.clone()).unwrap_or_default();
        let version = lease.metadata.resource_version.clone().unwrap_or_default();
        if !holder.is_empty() && holder != self.identity {
            match &self.seen {
                Some((seen, since)) if *seen == version => {
                    if since.elapsed() < LASTS {
                        return Ok(false);
                    }
                }
                _ => {
                    self.seen = Some((version, now));
                    return Ok(false);
                }
            }
        }
        self.write(lease, now).await
    }

    /// Renews the Lease until it is lost.
    pub async fn keep(&mut self) -> Lost {
        loop {
            tokio::time::sleep(RETRY).await;
            let left = self.renewed.map_or(Duration::ZERO, |at| GIVES_UP.saturating_sub(at.elapsed()));
            let renewed = tokio::time::timeout(left, self.renew()).await;
            match renewed {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Lost,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the Lease was not renewed");
                    if self.renewed.is_none_or(|at| at.elapsed() >= GIVES_UP) {
                        return Lost;
                    }
                }
                Err(_) => return Lost,
            }
        }
    }

    async fn renew(&mut self) -> Result<bool, kube::Error> {
        let now = Instant::now();
        let lease = self.api.get(&self.name).await?;
        let holder = lease.spec.as_ref().and_then(|spec| spec.holder_identity.as_deref());
        if holder != Some(&self.identity) {
            return Ok(false);
        }
        self.write(lease, now).await
    }

    /// Lets go of it, so that another replica need not wait.
    pub async fn release(&mut self) -> Result<(), kube::Error> {
        let mut lease = self.api.get(&self.name).await?;
        if let Some(spec) =
            lease.spec.as_mut().filter(|spec| spec.holder_identity.as_ref() == Some(&self.identity))
        {
            spec.holder_identity = None;
            self.api.replace(&self.name, &PostParams::default(), &lease).await?;
        }
        self.renewed = None;
        Ok(())
    }

    async fn write(&mut self, mut lease: Lease, now: Instant) -> Result<bool, kube::Error> {
        lease.spec = Some(self.spec(lease.spec.as_ref()));
        // The resourceVersion goes with it: of two that write, one is refused.
        let written = self.api.replace(&self.name, &PostParams::default(), &lease).await;
        self.taken(written, now)
    }

    fn taken(&mut self, written: Result<Lease, kube::Error>, now: Instant) -> Result<bool, kube::Error> {
        match written {
            Ok(_) => {
                self.renewed = Some(now);
                Ok(true)
            }
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn spec(&self, before: Option<&LeaseSpec>) -> LeaseSpec {
        let now = MicroTime(jiff::Timestamp::now());
        let same = before.filter(|spec| spec.holder_identity.as_ref() == Some(&self.identity));
        let changes = before.and_then(|spec| spec.lease_transitions).unwrap_or(0);
        LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: i32::try_from(LASTS.as_secs()).ok(),
            acquire_time: same.and_then(|spec| spec.acquire_time.clone()).or(Some(now.clone())),
            renew_time: Some(now),
            lease_transitions: Some(if same.is_some() { changes } else { changes.saturating_add(1) }),
            ..Default::default()
        }
    }
}
