//! The janitor at work: it looks, says what it finds, and removes it where the fleet asks for that.

use super::act::{Outcome, act};
use super::judge::{Action, Kind, Leftover, Memory, Refusal, judge};
use super::look::look;
use super::pace::Pace;
use crate::inventory::report::set_condition;
use crate::inventory::run::write_status;
use crate::operation::{Context, Function};
use fleet_model::fleet::{Fleet, Janitor};
use fleet_model::metrics::controller as metrics;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::ObjectReference;
use kube::ResourceExt;
use kube::api::{Api, ListParams};
use kube::runtime::events::{Event, EventType, Recorder};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::{Duration, Instant};

/// Its name.
const NAME: &str = "janitor";

/// The janitor.
pub const FUNCTION: Function =
    Function { name: NAME, start: |context| Box::pin(clean(context, Habits::default())) };

/// How it works.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// Time between two looks.
    pub look: Duration,
    /// How long something must have been a leftover.
    pub grace: SignedDuration,
    /// What is removed within a minute, at most.
    pub a_minute: usize,
}

impl Default for Habits {
    fn default() -> Self {
        Self { look: Duration::from_secs(60), grace: SignedDuration::from_mins(15), a_minute: 20 }
    }
}

/// Works until it is told to stop.
pub async fn clean(context: Context, habits: Habits) {
    let mut stop = context.stop.clone();
    let pace = Pace::new(habits.a_minute, SignedDuration::from_mins(1));
    let recorder = context.recorder();
    let mut janitor =
        Cleaning { recorder, context, habits, pace, memory: BTreeMap::new(), said: HashSet::new() };
    loop {
        let started = Instant::now();
        let looked = tokio::select! {
            // In the middle of a look: nothing is half done, as each removal is one request.
            () = stop.wait() => return,
            looked = janitor.look() => looked,
        };
        let to = &janitor.context.metrics;
        to.observe(&metrics::RECONCILE_DURATION, &[NAME], started.elapsed().as_secs_f64());
        match looked {
            Ok(()) => to.set(&metrics::LAST_RECONCILE, &[NAME], Timestamp::now().as_second() as f64),
            Err(error) => {
                to.add(&metrics::RECONCILE_ERRORS, &[NAME], 1.0);
                tracing::warn!(function = NAME, %error, "a look failed, and is tried again");
            }
        }
        if stop.sleep(habits.look).await {
            return;
        }
    }
}

struct Cleaning {
    context: Context,
    recorder: Recorder,
    habits: Habits,
    pace: Pace,
    /// By fleet.
    memory: BTreeMap<String, Memory>,
    /// What has been said of which object: it is counted and told once, not at every look.
    said: HashSet<(Kind, String, &'static str)>,
}

impl Cleaning {
    async fn look(&mut self) -> Result<(), kube::Error> {
        let fleets: Api<Fleet> = Api::namespaced(self.context.client.clone(), &self.context.namespace);
        let mut counts: BTreeMap<Kind, u32> = Kind::ALL.into_iter().map(|kind| (kind, 0)).collect();
        let mut still = HashSet::new();
        for fleet in fleets.list(&ListParams::default()).await?.items {
            let of_fleet = self.clean(&fleet, &mut still).await?;
            for (kind, count) in &of_fleet {
                *counts.entry(*kind).or_default() += count;
            }
            self.report(&fleets, &fleet, &of_fleet).await?;
        }
        self.said.retain(|(kind, uid, _)| still.contains(&(*kind, uid.clone())));
        for (kind, count) in counts {
            self.context.metrics.set(&metrics::JANITOR_LEFTOVERS, &[kind.name()], f64::from(count));
        }
        Ok(())
    }

    /// Cleans the namespaces of a fleet; how many leftovers of each kind are there after that.
    async fn clean(
        &mut self,
        fleet: &Fleet,
        still: &mut HashSet<(Kind, String)>,
    ) -> Result<BTreeMap<Kind, u32>, kube::Error> {
        let pools = fleet.spec.demands.iter().flat_map(|shape| &shape.pools);
        let namespaces: BTreeSet<_> = pools.map(|pool| pool.namespace.clone()).collect();
        let namespaces: Vec<_> = namespaces.into_iter().collect();
        let world = look(&self.context.client, &namespaces).await?;
        let memory = self.memory.entry(fleet.name_any()).or_default();
        let found = judge(&world, memory, Timestamp::now(), self.habits.grace);
        let removes = fleet.spec.janitor == Janitor::Remove && !self.context.dry_run;
        let mut left = BTreeMap::new();
        for leftover in &found {
            still.insert((leftover.kind, leftover.id.uid.clone()));
            if !self.see_to(leftover, removes).await && leftover.decision != Err(Refusal::Young) {
                *left.entry(leftover.kind).or_default() += 1;
            }
        }
        Ok(left)
    }

    /// Removes a leftover, or says why not; whether it is gone.
    async fn see_to(&mut self, leftover: &Leftover, removes: bool) -> bool {
        let action = match &leftover.decision {
            Ok(action) => action,
            Err(refusal) => {
                self.refuse(leftover, *refusal).await;
                return false;
            }
        };
        let noted = matches!(action, Action::Note(_));
        if !removes {
            if !noted && self.say_once(leftover, "would_remove") {
                self.count(leftover, "would_remove");
                self.tell(leftover, EventType::Normal, "WouldRemove", None).await;
            }
            return false;
        }
        if !noted && !self.pace.takes(Timestamp::now()) {
            self.refuse(leftover, Refusal::Rate).await;
            return false;
        }
        match act(&self.context.client, leftover, action).await {
            Outcome::Done if noted => false,
            Outcome::Done => {
                self.count(leftover, "removed");
                self.tell(leftover, EventType::Normal, "Removed", None).await;
                true
            }
            Outcome::Changed => false,
            Outcome::Refused(refusal) => {
                self.refuse(leftover, refusal).await;
                false
            }
            Outcome::Failed(error) => {
                self.count(leftover, "failed");
                self.tell(leftover, EventType::Warning, "NotRemoved", Some(&error)).await;
                false
            }
        }
    }

    async fn refuse(&mut self, leftover: &Leftover, refusal: Refusal) {
        if self.say_once(leftover, refusal.name()) {
            let labels = [leftover.kind.name(), refusal.name()];
            self.context.metrics.add(&metrics::JANITOR_REFUSALS, &labels, 1.0);
            // What is young may be normal, and what comes too fast comes later.
            if matches!(refusal, Refusal::Busy | Refusal::Unknown) {
                self.tell(leftover, EventType::Warning, "LeftAlone", None).await;
            }
        }
    }

    fn say_once(&mut self, leftover: &Leftover, what: &'static str) -> bool {
        self.said.insert((leftover.kind, leftover.id.uid.clone(), what))
    }

    fn count(&self, leftover: &Leftover, action: &str) {
        self.context.metrics.add(&metrics::JANITOR_ACTIONS, &[leftover.kind.name(), action], 1.0);
    }

    async fn tell(&self, leftover: &Leftover, type_: EventType, reason: &str, error: Option<&kube::Error>) {
        let id = &leftover.id;
        let [group, version, kind, _] = id.thing.names();
        let name = leftover.kind.name();
        let note = match error {
            Some(error) => format!("{name}: {}: {error}", leftover.why),
            None => format!("{name}: {}", leftover.why),
        };
        tracing::info!(function = NAME, kind, namespace = id.namespace, object = id.name, reason, "{note}");
        if self.context.dry_run {
            return;
        }
        let about = ObjectReference {
            api_version: Some(if group.is_empty() {
                version.to_owned()
            } else {
                format!("{group}/{version}")
            }),
            kind: Some(kind.to_owned()),
            namespace: Some(id.namespace.clone()),
            name: Some(id.name.clone()),
            uid: Some(id.uid.clone()),
            ..ObjectReference::default()
        };
        let event = Event {
            type_,
            reason: reason.to_owned(),
            note: Some(note),
            action: "Clean".to_owned(),
            secondary: None,
        };
        // What happened has happened, said or not.
        if let Err(error) = self.recorder.publish(&event, &about).await {
            tracing::warn!(function = NAME, %error, "an event was not written");
        }
    }

    /// Writes how many leftovers there are.
    async fn report(
        &self,
        api: &Api<Fleet>,
        fleet: &Fleet,
        left: &BTreeMap<Kind, u32>,
    ) -> Result<(), kube::Error> {
        let mut status = fleet.status.clone().unwrap_or_default();
        status.leftovers = left.iter().map(|(kind, count)| (kind.name().to_owned(), *count)).collect();
        let sum: u32 = left.values().sum();
        let clean = match sum {
            0 => (true, "Clean", "there are no leftovers".to_owned()),
            sum => (false, "Leftovers", format!("{sum} objects are left over: see leftovers")),
        };
        let generation = fleet.metadata.generation;
        set_condition(&mut status.conditions, "Clean", clean, generation, Timestamp::now());
        if self.context.dry_run || fleet.status.as_ref() == Some(&status) {
            return Ok(());
        }
        write_status(api, fleet, &status).await
    }
}
