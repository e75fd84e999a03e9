//! The guard at work: it watches fleets, nodes and pools, and acts on what [`super::judge`] says.

use super::judge::{Judgement, Verdict, judge};
use super::node::Seen;
use super::report::{self, Effective};
use super::settle::{Current, Memory, Numbers, Patience, settle};
use crate::operation::{Context, FIELD_MANAGER, Function};
use fleet_model::fleet::{Fleet, FleetPool, FleetStatus, Guard};
use fleet_model::metrics::controller::{LAST_RECONCILE, RECONCILE_DURATION, RECONCILE_ERRORS};
use futures_util::StreamExt;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Node;
use kube::api::{Api, Patch, PatchParams};
use kube::runtime::events::{Event, EventType, Recorder};
use kube::runtime::reflector::{self, ObjectRef, Store};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{CustomResource, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Its name.
const NAME: &str = "inventory";
/// Under which name the guard owns the numbers of pools, and nothing else.
pub const NUMBERS_MANAGER: &str = "fleet-controller-inventory";
/// Time between two looks where nothing changes: what must last is looked at again.
const LOOK: Duration = Duration::from_secs(10);
/// Changes that come together are judged together.
const TOGETHER: Duration = Duration::from_secs(1);

/// The guard.
pub const FUNCTION: Function =
    Function { name: NAME, start: |context| Box::pin(guard(context, Patience::default())) };

/// What the guard reads of a pool. Everything else of it is not even kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize, CustomResource)]
#[kube(
    group = "actions.github.com",
    version = "v1alpha1",
    kind = "AutoscalingRunnerSet",
    namespaced,
    schema = "disabled"
)]
#[serde(rename_all = "camelCase")]
pub struct RunnerSetNumbers {
    /// Idle runners that are kept ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_runners: Option<u32>,
    /// Most runners at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_runners: Option<u32>,
}

/// Guards until it is told to stop.
pub async fn guard(context: Context, patience: Patience) {
    let mut stop = context.stop.clone();
    let changed = Arc::new(Notify::new());
    let mut watches = JoinSet::new();
    let client = &context.client;
    let fleets = watch(&mut watches, Api::namespaced(client.clone(), &context.namespace), &changed, |_| {});
    let nodes = watch(&mut watches, Api::all(client.clone()), &changed, |node: &mut Node| {
        // Names of images are most of a node.
        if let Some(status) = &mut node.status {
            status.images = None;
        }
    });
    let mut pools = Pools { client: client.clone(), changed: changed.clone(), watched: BTreeMap::new() };
    let mut guard = Guarding { recorder: context.recorder(), context, patience, memory: HashMap::new() };
    loop {
        tokio::select! {
            () = stop.wait() => return,
            () = ready(&fleets, &nodes) => break,
            () = tokio::time::sleep(Duration::from_secs(30)) => {
                tracing::warn!(function = NAME, "fleets or nodes can't be listed yet");
            }
        }
    }
    loop {
        pools.follow(&fleets.state());
        guard.look(&fleets, &nodes, &pools).await;
        tokio::select! {
            () = stop.wait() => return,
            () = changed.notified() => {
                if stop.sleep(TOGETHER).await {
                    return;
                }
            }
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn ready(fleets: &Store<Fleet>, nodes: &Store<Node>) {
    // An error means that the watch has been dropped with the function.
    let _ = fleets.wait_until_ready().await;
    let _ = nodes.wait_until_ready().await;
}

/// The pools of all fleets, watched namespace by namespace: the controller has rights in no other.
struct Pools {
    client: kube::Client,
    changed: Arc<Notify>,
    /// What is dropped is watched no longer.
    watched: BTreeMap<String, (Store<AutoscalingRunnerSet>, JoinSet<()>)>,
}

impl Pools {
    /// Watches the namespaces of these fleets, and no others.
    fn follow(&mut self, fleets: &[Arc<Fleet>]) {
        let shapes = fleets.iter().flat_map(|fleet| &fleet.spec.demands);
        let wanted: BTreeSet<_> = shapes.flat_map(|shape| &shape.pools).map(|pool| &pool.namespace).collect();
        self.watched.retain(|namespace, _| wanted.contains(namespace));
        for namespace in wanted {
            self.watched.entry(namespace.clone()).or_insert_with(|| {
                let mut watches = JoinSet::new();
                let api = Api::namespaced(self.client.clone(), namespace);
                let store = watch(&mut watches, api, &self.changed, |pool: &mut AutoscalingRunnerSet| {
                    pool.metadata.annotations = None;
                    pool.metadata.labels = None;
                });
                (store, watches)
            });
        }
    }

    /// A pool, if it is there and its namespace has been read.
    fn get(&self, pool: &FleetPool) -> Option<Arc<AutoscalingRunnerSet>> {
        self.watched.get(&pool.namespace)?.0.get(&ObjectRef::new(&pool.name).within(&pool.namespace))
    }
}

/// Watches all objects of a kind, less what `trim` takes off, and tells when something changes.
fn watch<K>(
    watches: &mut JoinSet<()>,
    api: Api<K>,
    changed: &Arc<Notify>,
    trim: impl Fn(&mut K) + Send + 'static,
) -> Store<K>
where
    K: Resource + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
    K::DynamicType: Default + Eq + Hash + Clone,
{
    let (reader, writer) = reflector::store();
    let changed = changed.clone();
    let stream = watcher(api, watcher::Config::default())
        .default_backoff()
        .modify(move |object| {
            object.managed_fields_mut().clear();
            trim(object);
        })
        .reflect(writer);
    watches.spawn(async move {
        let mut stream = std::pin::pin!(stream);
        while let Some(event) = stream.next().await {
            if let Err(error) = event {
                tracing::warn!(function = NAME, %error, "a watch failed, and is tried again");
            }
            changed.notify_one();
        }
    });
    reader
}

struct Guarding {
    context: Context,
    recorder: Recorder,
    patience: Patience,
    memory: HashMap<(String, String), Memory>,
}

impl Guarding {
    async fn look(&mut self, fleets: &Store<Fleet>, nodes: &Store<Node>, pools: &Pools) {
        let started = Instant::now();
        let mut nodes: Vec<_> = nodes.state().iter().map(|node| Seen::read(node)).collect();
        // A store has no order, and what is told must not change while nothing does.
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        let mut all_well = true;
        for fleet in fleets.state() {
            if let Err(error) = self.look_at(&fleet, &nodes, pools).await {
                tracing::warn!(function = NAME, fleet = fleet.name_any(), %error, "a look failed");
                all_well = false;
            }
        }
        let metrics = &self.context.metrics;
        metrics.observe(&RECONCILE_DURATION, &[NAME], started.elapsed().as_secs_f64());
        if all_well {
            metrics.set(&LAST_RECONCILE, &[NAME], Timestamp::now().as_second() as f64);
        } else {
            metrics.add(&RECONCILE_ERRORS, &[NAME], 1.0);
        }
    }

    async fn look_at(&mut self, fleet: &Fleet, nodes: &[Seen], pools: &Pools) -> Result<(), kube::Error> {
        let now = Timestamp::now();
        let judgement = match judge(&fleet.spec, nodes) {
            Ok(judgement) => judgement,
            Err(blind) => return self.write(fleet, report::blind_status(fleet, blind, now)).await,
        };
        let mut effective = Vec::new();
        let mut failed = None;
        for verdict in &judgement.pools {
            let set = pools.get(&verdict.pool);
            let current =
                set.as_ref().map(|set| Current { min: set.spec.min_runners, max: set.spec.max_runners });
            let mut max = current.and_then(|current| current.max);
            let wanted = verdict.allowed.map(|allowed| Numbers::of(&verdict.pool, allowed));
            let mut is_wanted = match (current, wanted) {
                (Some(current), Some(wanted)) => current.is(wanted),
                _ => true,
            };
            if let (Guard::Enforce, Some(set), Some(current), Some(allowed)) =
                (fleet.spec.guard, &set, current, verdict.allowed)
            {
                let key = (verdict.pool.namespace.clone(), verdict.pool.name.clone());
                let memory = self.memory.entry(key).or_default();
                if let Some(numbers) = settle(memory, now, self.patience, &verdict.pool, allowed, current) {
                    match self.set(set, verdict, current, numbers).await {
                        Ok(()) if !self.context.dry_run => (max, is_wanted) = (Some(numbers.max), true),
                        Ok(()) => {}
                        // The others' numbers are set all the same.
                        Err(error) => failed = Some(error),
                    }
                }
            }
            effective.push(Effective { verdict, max, is_wanted });
        }
        report::measure(&self.context.metrics, &judgement, &effective);
        self.tell(fleet, &judgement).await;
        let status = report::status(fleet, &judgement, &effective, now);
        self.write(fleet, status).await?;
        failed.map_or(Ok(()), Err)
    }

    /// Sets the numbers of a pool, by a manager that owns nothing else.
    async fn set(
        &self,
        set: &AutoscalingRunnerSet,
        verdict: &Verdict,
        current: Current,
        numbers: Numbers,
    ) -> Result<(), kube::Error> {
        let namespace = &verdict.pool.namespace;
        let note = report::reason(verdict, current.max, numbers);
        tracing::info!(
            function = NAME,
            pool = verdict.pool.name,
            namespace,
            dry_run = self.context.dry_run,
            "{note}"
        );
        if self.context.dry_run {
            return Ok(());
        }
        let patch = serde_json::json!({
            "apiVersion": AutoscalingRunnerSet::api_version(&()),
            "kind": AutoscalingRunnerSet::kind(&()),
            "metadata": {"name": verdict.pool.name, "namespace": namespace, "uid": set.metadata.uid},
            "spec": {"minRunners": numbers.min, "maxRunners": numbers.max},
        });
        let api: Api<AutoscalingRunnerSet> = Api::namespaced(self.context.client.clone(), namespace);
        let params = PatchParams::apply(NUMBERS_MANAGER).force();
        api.patch(&verdict.pool.name, &params, &Patch::Apply(&patch)).await?;
        let lowers = verdict.is_lowered();
        let event = Event {
            type_: if lowers { EventType::Warning } else { EventType::Normal },
            reason: if lowers { "RunnersLowered" } else { "RunnersRestored" }.to_owned(),
            note: Some(note),
            action: "SetRunners".to_owned(),
            secondary: None,
        };
        self.publish(&event, &set.object_ref(&())).await;
        Ok(())
    }

    /// Says on the fleet when hardware goes and when it is back.
    async fn tell(&self, fleet: &Fleet, judgement: &Judgement) {
        let Some(before) = &fleet.status else { return };
        for class in &judgement.hardware {
            let was = before.hardware.iter().find(|one| one.name == class.name);
            if was.map_or(&[][..], |was| &was.problems[..]) == class.problems {
                continue;
            }
            let missing = !class.problems.is_empty();
            let note = if missing { class.problems.join("; ") } else { "all of it takes pods".to_owned() };
            let event = Event {
                type_: if missing { EventType::Warning } else { EventType::Normal },
                reason: if missing { "HardwareMissing" } else { "HardwareBack" }.to_owned(),
                note: Some(format!("{}: {note}", class.name)),
                action: "Compare".to_owned(),
                secondary: None,
            };
            self.publish(&event, &fleet.object_ref(&())).await;
        }
    }

    async fn publish(&self, event: &Event, about: &k8s_openapi::api::core::v1::ObjectReference) {
        if self.context.dry_run {
            return;
        }
        // What happened has happened, said or not.
        if let Err(error) = self.recorder.publish(event, about).await {
            tracing::warn!(function = NAME, %error, "an event was not written");
        }
    }

    async fn write(&self, fleet: &Fleet, status: FleetStatus) -> Result<(), kube::Error> {
        if self.context.dry_run || fleet.status.as_ref() == Some(&status) {
            return Ok(());
        }
        let api: Api<Fleet> = Api::namespaced(self.context.client.clone(), &self.context.namespace);
        write_status(&api, fleet, &status).await
    }
}

/// Writes the status of a fleet, unless somebody else has written it in between: then the next look does.
pub(crate) async fn write_status(
    api: &Api<Fleet>,
    fleet: &Fleet,
    status: &FleetStatus,
) -> Result<(), kube::Error> {
    let name = fleet.name_any();
    let patch = serde_json::json!({
        "apiVersion": Fleet::api_version(&()), "kind": Fleet::kind(&()),
        "metadata": {"name": name, "resourceVersion": fleet.metadata.resource_version},
        "status": status,
    });
    let params = PatchParams::apply(FIELD_MANAGER).force();
    match api.patch_status(&name, &params, &Patch::Apply(&patch)).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(refusal)) if refusal.code == 409 => Ok(()),
        Err(error) => Err(error),
    }
}
