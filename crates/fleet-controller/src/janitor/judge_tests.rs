use super::super::world::Thing;
use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const GRACE: SignedDuration = SignedDuration::from_secs(600);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

fn common(thing: Thing, name: &str, labels: &[(&str, &str)]) -> Common {
    let labels: BTreeMap<_, _> =
        labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Common {
        id: Identity {
            thing,
            namespace: "runners".to_owned(),
            name: name.to_owned(),
            uid: format!("{thing:?}/{name}"),
            version: "7".to_owned(),
        },
        labels,
        owners: Vec::new(),
        finalizers: Vec::new(),
        deleting: None,
    }
}

fn runner(name: &str, phase: &str) -> Runner {
    Runner {
        common: common(Thing::EphemeralRunner, name, &[]),
        phase: phase.to_owned(),
        job: Some("42".to_owned()),
    }
}

fn pod(name: &str, phase: &str, ended: Option<bool>) -> Pod {
    Pod {
        common: common(Thing::Pod, name, &[]),
        phase: phase.to_owned(),
        reason: String::new(),
        runner_ended: ended,
        claims: BTreeSet::from([format!("{name}-work")]),
    }
}

fn workflow(runner: &str) -> Pod {
    let name = format!("{runner}-workflow");
    Pod { common: common(Thing::Pod, &name, &[(RUNNER_POD, runner)]), ..pod(&name, "Running", None) }
}

fn claim(runner: &str) -> Common {
    let owner = ("Pod".to_owned(), runner.to_owned(), format!("Pod/{runner}"));
    Common { owners: vec![owner], ..common(Thing::PersistentVolumeClaim, &format!("{runner}-work"), &[]) }
}

/// What is found once it is old enough.
fn found(world: &World) -> Vec<Leftover> {
    let mut memory = Memory::default();
    judge(world, &mut memory, at(0), GRACE);
    judge(world, &mut memory, at(600), GRACE)
}

fn only(world: &World) -> (Kind, Result<Action, Refusal>) {
    let found = found(world);
    assert_eq!(found.len(), 1, "{found:#?}");
    (found[0].kind, found[0].decision.clone())
}

#[test]
fn names_are_those_of_the_metrics() {
    let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names, fleet_model::metrics::controller::LEFTOVERS);
}

#[test]
fn a_runner_at_work_is_no_leftover() {
    let world = World {
        runners: vec![runner("gpu-x-runner-a", "Running")],
        pods: vec![pod("gpu-x-runner-a", "Running", Some(false)), workflow("gpu-x-runner-a")],
        secrets: vec![common(Thing::Secret, "gpu-x-runner-a-secret-1", &[(RUNNER_POD, "gpu-x-runner-a")])],
        claims: vec![claim("gpu-x-runner-a")],
        ..World::default()
    };
    assert_eq!(found(&world), []);
}

#[test]
fn a_runner_whose_process_has_ended_is_stuck() {
    let mut world = World {
        runners: vec![runner("gpu-x-runner-a", "Running")],
        pods: vec![pod("gpu-x-runner-a", "Succeeded", Some(true))],
        ..World::default()
    };
    let deleted = || Ok(Action::Delete { runner: "gpu-x-runner-a".to_owned(), orphan: false });
    assert_eq!(only(&world), (Kind::StuckRunner, deleted()));
    world.pods.clear();
    assert_eq!(only(&world), (Kind::StuckRunner, deleted()));
}

#[test]
fn a_failed_pod_on_a_lost_node_may_still_run_its_job() {
    let world = World {
        runners: vec![runner("gpu-x-runner-a", "Running")],
        pods: vec![pod("gpu-x-runner-a", "Failed", Some(false))],
        ..World::default()
    };
    assert_eq!(only(&world), (Kind::StuckRunner, Err(Refusal::Unknown)));
}

#[test]
fn a_failed_runner_goes_unless_its_pod_runs() {
    let mut world = World { runners: vec![runner("gpu-x-runner-a", "Failed")], ..World::default() };
    assert!(matches!(only(&world), (Kind::FailedRunner, Ok(Action::Delete { orphan: false, .. }))));
    world.pods = vec![pod("gpu-x-runner-a", "Running", Some(false))];
    assert_eq!(only(&world), (Kind::FailedRunner, Err(Refusal::Busy)));
}

#[test]
fn what_a_gone_runner_left_is_an_orphan() {
    let world = World {
        pods: vec![workflow("gpu-x-runner-a")],
        secrets: vec![common(Thing::Secret, "gpu-x-runner-a-secret-1", &[(RUNNER_POD, "gpu-x-runner-a")])],
        claims: vec![claim("gpu-x-runner-b")],
        ..World::default()
    };
    let found = found(&world);
    let kinds: Vec<_> = found.iter().map(|leftover| leftover.kind).collect();
    assert_eq!(kinds, [Kind::OrphanPod, Kind::OrphanSecret, Kind::LeakedVolume]);
    assert!(found.iter().all(|leftover| leftover.decision.is_ok()), "{found:#?}");
}

#[test]
fn an_orphan_that_was_one_for_a_moment_is_young() {
    let world = World { pods: vec![workflow("gpu-x-runner-a")], ..World::default() };
    let mut memory = Memory::default();
    let young = |leftovers: Vec<Leftover>| leftovers[0].decision == Err(Refusal::Young);
    assert!(young(judge(&world, &mut memory, at(0), GRACE)));
    assert!(young(judge(&world, &mut memory, at(599), GRACE)));
    // It was none in between.
    judge(&World::default(), &mut memory, at(600), GRACE);
    assert!(young(judge(&world, &mut memory, at(601), GRACE)));
}

#[test]
fn what_somebody_else_made_is_left_alone() {
    let mut stranger = workflow("gpu-x-runner-a");
    stranger.common.id.name = "database".to_owned();
    let mut owned = workflow("gpu-x-runner-b");
    owned.common.owners.push(("ReplicaSet".to_owned(), "x".to_owned(), "y".to_owned()));
    let world = World { pods: vec![stranger, owned], ..World::default() };
    assert!(found(&world).iter().all(|leftover| leftover.decision == Err(Refusal::Unknown)));
    let mut archive = claim("gpu-x-runner-a");
    archive.id.name = "archive".to_owned();
    assert_eq!(found(&World { claims: vec![archive], ..World::default() }), []);
}

#[test]
fn a_volume_that_a_pod_uses_is_busy() {
    let mut user = pod("debug", "Running", None);
    user.claims = BTreeSet::from(["gpu-x-runner-a-work".to_owned()]);
    let world = World { pods: vec![user], claims: vec![claim("gpu-x-runner-a")], ..World::default() };
    assert_eq!(only(&world), (Kind::LeakedVolume, Err(Refusal::Busy)));
}

#[test]
fn a_finalizer_goes_only_when_its_pool_has_gone() {
    let labels = [(SCALE_SET[0], "runners"), (SCALE_SET[1], "gpu")];
    let role = Common {
        finalizers: vec![CLEANUP.to_owned()],
        deleting: Some(at(-1000)),
        ..common(Thing::Role, "gpu-gha-rs-manager", &labels)
    };
    let mut world = World { companions: vec![role.clone()], ..World::default() };
    assert_eq!(only(&world), (Kind::HangingFinalizer, Ok(Action::DropFinalizer(CLEANUP))));
    world.sets = vec![set("gpu", "Running", "a", None)];
    assert_eq!(only(&world), (Kind::HangingFinalizer, Err(Refusal::Busy)));
    world.companions = vec![Common { labels: BTreeMap::new(), ..role.clone() }];
    assert_eq!(only(&world), (Kind::HangingFinalizer, Err(Refusal::Unknown)));
    world.companions = vec![Common { deleting: None, ..role }];
    assert_eq!(found(&world), []);
}

fn set(name: &str, phase: &str, template: &str, noted: Option<&str>) -> RunnerSet {
    RunnerSet {
        common: common(Thing::AutoscalingRunnerSet, name, &[]),
        phase: phase.to_owned(),
        template: template.to_owned(),
        outdated_template: noted.map(str::to_owned),
    }
}

#[test]
fn a_pool_is_switched_on_when_its_template_has_changed() {
    let of = |noted| only(&World { sets: vec![set("gpu", "Outdated", "b", noted)], ..World::default() }).1;
    assert_eq!(of(None), Ok(Action::Note("b".to_owned())));
    assert_eq!(of(Some("b")), Err(Refusal::Unknown));
    assert_eq!(of(Some("a")), Ok(Action::SwitchOn));
    assert_eq!(found(&World { sets: vec![set("gpu", "Running", "b", Some("a"))], ..World::default() }), []);
}

/// Worlds in which anything may be there or not, of three runners.
fn worlds() -> impl Strategy<Value = World> {
    let phase = prop::sample::select(vec!["", "Pending", "Running", "Succeeded", "Failed", "Outdated"]);
    let pod_phase = prop::sample::select(vec!["Pending", "Running", "Succeeded", "Failed", "Unknown"]);
    let reason = prop::sample::select(vec!["", "Evicted", "NodeLost", "Shutdown"]);
    let pod_state = (pod_phase, reason, prop::option::of(any::<bool>()));
    let one = (prop::option::of(phase), prop::option::of(pod_state), any::<[bool; 4]>());
    prop::collection::vec(one, 3).prop_map(|all| {
        let mut world = World::default();
        for (at, (phase, state, [has_workflow, secret, volume, other_uid])) in all.into_iter().enumerate() {
            let name = format!("pool-{at}-runner");
            world.runners.extend(phase.map(|phase| runner(&name, phase)));
            if let Some((phase, reason, ended)) = state {
                world.pods.push(Pod { reason: reason.to_owned(), ..pod(&name, phase, ended) });
            }
            world.pods.extend(has_workflow.then(|| workflow(&name)));
            world.secrets.extend(
                secret.then(|| common(Thing::Secret, &format!("{name}-secret-1"), &[(RUNNER_POD, &name)])),
            );
            let mut volume = volume.then(|| claim(&name));
            if let Some(volume) = volume.as_mut().filter(|_| other_uid) {
                volume.owners[0].2 = "another".to_owned();
            }
            world.claims.extend(volume);
        }
        world
    })
}

proptest! {
    /// Whatever any status says: nothing is done to what belongs to a runner whose process may run.
    #[test]
    fn never_a_running_job(world in worlds()) {
        for leftover in found(&world) {
            let Ok(Action::Delete { runner, orphan }) = &leftover.decision else { continue };
            let pod = world.pods.iter().find(|pod| pod.common.id.name == *runner);
            let ended = pod.is_none_or(|pod| {
                pod.runner_ended == Some(true)
                    || (pod.runner_ended.is_none() && pod.phase == "Succeeded")
                    || (pod.phase == "Failed" && pod.reason == "Evicted")
            });
            prop_assert!(ended, "{leftover:?}");
            let known = world.runners.iter().any(|one| one.common.id.name == *runner);
            prop_assert!(!(known && *orphan), "{leftover:?}");
            prop_assert!(leftover.id.name.starts_with(runner.as_str()), "{leftover:?}");
        }
    }

    /// The first look never does anything but take notes.
    #[test]
    fn nothing_is_done_at_first_sight(world in worlds()) {
        for leftover in judge(&world, &mut Memory::default(), at(0), GRACE) {
            prop_assert!(leftover.decision.is_err());
        }
    }
}
