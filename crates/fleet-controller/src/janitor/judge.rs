//! What is a leftover, and what may be done about it.

use super::world::{CLEANUP, Common, Identity, Pod, RUNNER_POD, Runner, RunnerSet, SCALE_SET, World};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};

/// What kind of leftover it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the module says what each is")]
pub enum Kind {
    StuckRunner,
    FailedRunner,
    OrphanPod,
    OrphanSecret,
    LeakedVolume,
    OutdatedScaleSet,
    HangingFinalizer,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::StuckRunner,
        Self::FailedRunner,
        Self::OrphanPod,
        Self::OrphanSecret,
        Self::LeakedVolume,
        Self::OutdatedScaleSet,
        Self::HangingFinalizer,
    ];

    /// Its name in metrics: one of [`LEFTOVERS`](fleet_model::metrics::controller::LEFTOVERS).
    pub fn name(self) -> &'static str {
        match self {
            Self::StuckRunner => "stuck_runner",
            Self::FailedRunner => "failed_runner",
            Self::OrphanPod => "orphan_pod",
            Self::OrphanSecret => "orphan_secret",
            Self::LeakedVolume => "leaked_volume",
            Self::OutdatedScaleSet => "outdated_scale_set",
            Self::HangingFinalizer => "hanging_finalizer",
        }
    }
}

/// Why a leftover is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// Somebody may still use it.
    Busy,
    /// It may go by itself yet.
    Young,
    /// Enough has been done for now.
    Rate,
    /// It can't be told whether it may go.
    Unknown,
}

impl Refusal {
    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Young => "young",
            Self::Rate => "rate",
            Self::Unknown => "unknown",
        }
    }
}

/// What may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is deleted, if the process of the runner of this name has still ended then.
    Delete {
        /// The runner.
        runner: String,
        /// Whether there must be no EphemeralRunner of that name either.
        orphan: bool,
    },
    /// This finalizer is taken off.
    DropFinalizer(&'static str),
    /// ARC is told to look at it anew.
    SwitchOn,
    /// The digest of its template is noted, to tell later whether it is another.
    Note(String),
}

/// A leftover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// What kind it is.
    pub kind: Kind,
    /// Which object.
    pub id: Identity,
    /// Why it is one, in a sentence.
    pub why: String,
    /// What may be done about it.
    pub decision: Result<Action, Refusal>,
}

/// Since when each leftover has been one, by the janitor's own clock: that of who wrote an object may be another.
#[derive(Clone, Debug, Default)]
pub struct Memory(HashMap<(Kind, String), Timestamp>);

/// Whether the process of a runner runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It may.
    Alive,
    /// It has ended.
    Ended,
    /// There is no pod of its name.
    Absent,
    /// Its pod says that it failed, and nothing of the process: a node may be out of reach on which it still runs.
    Unknown,
}

/// Whether the process in this pod of a runner runs.
pub fn life(pod: Option<&Pod>) -> Life {
    let Some(pod) = pod else { return Life::Absent };
    match (pod.runner_ended, pod.phase.as_str(), pod.reason.as_str()) {
        (Some(true), _, _) | (None, "Succeeded", _) => Life::Ended,
        // The kubelet itself says so, and it has killed the containers first.
        (_, "Failed", "Evicted") => Life::Ended,
        (_, "Failed", _) => Life::Unknown,
        _ => Life::Alive,
    }
}

/// Finds the leftovers, sorted, and says what may be done. What has not been one for `grace` is young.
pub fn judge(world: &World, memory: &mut Memory, now: Timestamp, grace: SignedDuration) -> Vec<Leftover> {
    let index = Index::of(world);
    let mut found = Vec::new();
    found.extend(world.runners.iter().filter_map(|runner| index.runner(runner)));
    found.extend(world.pods.iter().filter_map(|pod| index.orphan(Kind::OrphanPod, &pod.common)));
    found.extend(world.secrets.iter().filter_map(|secret| index.orphan(Kind::OrphanSecret, secret)));
    found.extend(world.claims.iter().filter_map(|claim| index.claim(claim)));
    found.extend(world.sets.iter().filter_map(outdated));
    found.extend(world.companions.iter().filter_map(|companion| index.companion(companion)));
    found.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));

    let key = |leftover: &Leftover| (leftover.kind, leftover.id.uid.clone());
    let still: HashSet<_> = found.iter().map(key).collect();
    memory.0.retain(|key, _| still.contains(key));
    for leftover in &mut found {
        let since = memory.0.entry(key(leftover)).or_insert(now);
        // A clock that went back would else make it wait for as long as it went.
        *since = (*since).min(now);
        let noted = matches!(leftover.decision, Ok(Action::Note(_)));
        if leftover.decision.is_ok() && !noted && now.duration_since(*since) < grace {
            leftover.decision = Err(Refusal::Young);
        }
    }
    found
}

/// What is where.
struct Index<'w> {
    pods: HashMap<(&'w str, &'w str), &'w Pod>,
    pod_uids: HashSet<&'w str>,
    used_claims: HashSet<(&'w str, &'w str)>,
    runners: HashSet<(&'w str, &'w str)>,
    sets: HashSet<(&'w str, &'w str)>,
}

impl<'w> Index<'w> {
    fn of(world: &'w World) -> Self {
        fn place(common: &Common) -> (&str, &str) {
            (&common.id.namespace, &common.id.name)
        }
        let used =
            |pod: &'w Pod| pod.claims.iter().map(|claim| (pod.common.id.namespace.as_str(), claim.as_str()));
        Self {
            pods: world.pods.iter().map(|pod| (place(&pod.common), pod)).collect(),
            pod_uids: world.pods.iter().map(|pod| pod.common.id.uid.as_str()).collect(),
            used_claims: world.pods.iter().flat_map(used).collect(),
            runners: world.runners.iter().map(|runner| place(&runner.common)).collect(),
            sets: world.sets.iter().map(|set| place(&set.common)).collect(),
        }
    }

    fn life(&self, namespace: &str, runner: &str) -> Life {
        life(self.pods.get(&(namespace, runner)).copied())
    }

    fn runner(&self, runner: &Runner) -> Option<Leftover> {
        let common = &runner.common;
        // ARC is at it, and asks GitHub first.
        if common.deleting.is_some() {
            return None;
        }
        let life = self.life(&common.id.namespace, &common.id.name);
        let kind = match (runner.phase.as_str(), life) {
            ("Failed", _) => Kind::FailedRunner,
            ("Running", Life::Ended | Life::Absent | Life::Unknown) => Kind::StuckRunner,
            _ => return None,
        };
        let job = runner.job.as_ref().map_or_else(String::new, |job| format!(", job {job}"));
        let what = match kind {
            Kind::FailedRunner => "ARC has given it up",
            _ => "ARC takes it for running",
        };
        let (pod, decision) = match life {
            Life::Ended => ("its process has ended", Ok(delete(&common.id.name, false))),
            Life::Absent => ("it has no pod", Ok(delete(&common.id.name, false))),
            Life::Alive => ("its pod may still run", Err(Refusal::Busy)),
            Life::Unknown => ("nobody knows whether its process runs", Err(Refusal::Unknown)),
        };
        Some(leftover(kind, common, format!("{what}{job}, and {pod}"), decision))
    }

    /// What hooks made for a runner that is gone.
    fn orphan(&self, kind: Kind, common: &Common) -> Option<Leftover> {
        let runner = common.labels.get(RUNNER_POD).filter(|runner| !runner.is_empty())?;
        let place = (common.id.namespace.as_str(), runner.as_str());
        if common.deleting.is_some() || common.id.name == *runner || self.runners.contains(&place) {
            return None;
        }
        let why = format!("runner {runner} is gone");
        let decision = match self.life(place.0, place.1) {
            Life::Alive => Err(Refusal::Busy),
            Life::Unknown => Err(Refusal::Unknown),
            // Somebody else's object that happens to have such a label: whoever owns it will see to it.
            _ if !common.owners.is_empty() || !is_of_hooks(&common.id.name, runner) => Err(Refusal::Unknown),
            Life::Ended | Life::Absent => Ok(delete(runner, true)),
        };
        Some(leftover(kind, common, why, decision))
    }

    /// The work volume of a runner's pod that is gone.
    fn claim(&self, common: &Common) -> Option<Leftover> {
        let (_, pod, uid) = common.owners.iter().find(|(kind, _, _)| kind == "Pod")?;
        let place = (common.id.namespace.as_str(), common.id.name.as_str());
        let of_runner = self.runners.contains(&(place.0, pod.as_str()));
        if common.deleting.is_some()
            || common.id.name != format!("{pod}-work")
            || self.pod_uids.contains(uid.as_str())
            || of_runner
        {
            return None;
        }
        let decision = if self.used_claims.contains(&place) {
            Err(Refusal::Busy)
        } else {
            match self.life(place.0, pod) {
                Life::Ended | Life::Absent => Ok(delete(pod, true)),
                Life::Alive => Err(Refusal::Busy),
                Life::Unknown => Err(Refusal::Unknown),
            }
        };
        Some(leftover(Kind::LeakedVolume, common, format!("pod {pod} is gone"), decision))
    }

    /// What ARC's chart made beside a pool that is gone.
    fn companion(&self, common: &Common) -> Option<Leftover> {
        if common.deleting.is_none() || !common.finalizers.iter().any(|finalizer| finalizer == CLEANUP) {
            return None;
        }
        let label = |key: &str| common.labels.get(key).map(String::as_str);
        let namespace = label(SCALE_SET[0]).unwrap_or(&common.id.namespace);
        let (why, decision) = match label(SCALE_SET[1]) {
            None => ("it does not say of which pool it is".to_owned(), Err(Refusal::Unknown)),
            Some(set) if namespace != common.id.namespace => {
                (format!("pool {set} is in another namespace, {namespace}"), Err(Refusal::Unknown))
            }
            Some(set) if self.sets.contains(&(namespace, set)) => {
                (format!("pool {set} still needs it"), Err(Refusal::Busy))
            }
            Some(set) => (format!("pool {set} is gone"), Ok(Action::DropFinalizer(CLEANUP))),
        };
        Some(leftover(Kind::HangingFinalizer, common, why, decision))
    }
}

/// A pool that ARC 0.14 has switched off, and will not look at again.
fn outdated(set: &RunnerSet) -> Option<Leftover> {
    if set.phase != "Outdated" || set.common.deleting.is_some() {
        return None;
    }
    let (why, decision) = match &set.outdated_template {
        None => (
            "ARC switched it off, as GitHub no longer takes its runner's release",
            Ok(Action::Note(set.template.clone())),
        ),
        Some(noted) if *noted == set.template => {
            ("it still has the runner's release that GitHub no longer takes", Err(Refusal::Unknown))
        }
        Some(_) => ("its pod template is another now, and ARC has not looked", Ok(Action::SwitchOn)),
    };
    Some(leftover(Kind::OutdatedScaleSet, &set.common, why.to_owned(), decision))
}

fn delete(runner: &str, orphan: bool) -> Action {
    Action::Delete { runner: runner.to_owned(), orphan }
}

fn leftover(kind: Kind, common: &Common, why: String, decision: Result<Action, Refusal>) -> Leftover {
    Leftover { kind, id: common.id.clone(), why, decision }
}

/// Whether hooks give such a name to what they make for a runner: the runner's own, cut, and what it is for.
fn is_of_hooks(name: &str, runner: &str) -> bool {
    let common = name.bytes().zip(runner.bytes()).take_while(|(a, b)| a == b).count();
    let rest = &name.as_bytes()[common..];
    let for_what: [&[u8]; 3] = [b"-workflow", b"-step-", b"-secret-"];
    common >= runner.len().min(30) && for_what.iter().any(|what| rest.starts_with(what))
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
