//! The janitor among leftovers and running jobs.

use super::place::{ARC, Place};
use super::wait::wait;
use fleet_controller::janitor::act::{Outcome, act};
use fleet_controller::janitor::judge::{Leftover, Memory, Refusal, judge};
use fleet_controller::janitor::look::look;
use fleet_controller::janitor::run::{Habits, clean};
use fleet_model::metrics::controller::{JANITOR_ACTIONS, JANITOR_REFUSALS};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

const RUNNER: [&str; 2] = [ARC, "EphemeralRunner"];
const SET: [&str; 2] = [ARC, "AutoscalingRunnerSet"];
const POD: [&str; 2] = ["v1", "Pod"];
const SECRET: [&str; 2] = ["v1", "Secret"];
const ROLE: [&str; 2] = ["rbac.authorization.k8s.io/v1", "Role"];
const FLEET: [&str; 2] = ["fleetc.dev/v1alpha1", "Fleet"];

fn place() -> Option<Place> {
    let fleet =
        json!({"demands": [{"pools": [{"name": "gpu", "namespace": "runners", "min": 0, "max": 9}]}]});
    let arc = "actions.github.com";
    let rights = json!([
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "delete"]},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list", "delete", "patch"]},
        {"apiGroups": [""], "resources": ["persistentvolumeclaims"], "verbs": ["get", "list", "delete"]},
        {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["get", "list", "patch"]},
        {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"], "verbs": ["get", "list", "patch"]},
        {"apiGroups": [arc], "resources": ["ephemeralrunners"], "verbs": ["get", "list", "delete"]},
        {"apiGroups": [arc], "resources": ["autoscalingrunnersets"], "verbs": ["get", "list", "patch"]},
        {"apiGroups": [arc], "resources": ["autoscalingrunnersets/status"], "verbs": ["patch"]},
        {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch"]},
    ]);
    Place::start(&fleet, &json!([]), &rights)
}

fn spec() -> Value {
    json!({"containers": [{"name": "runner", "image": "runner"}]})
}

fn object([api_version, kind]: [&str; 2], name: &str, fields: Value) -> Value {
    let mut object =
        json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "runners"}});
    for (key, value) in fields.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("metadata", Value::Object(fields)) => {
                for (key, value) in fields {
                    object["metadata"][key] = value.clone();
                }
            }
            _ => object[key] = value.clone(),
        }
    }
    object
}

impl Place {
    fn runner(&self, name: &str, phase: &str) {
        let config = json!({"githubConfigUrl": "https://github.com/example", "githubConfigSecret": "github", "runnerScaleSetId": 1});
        let mut fields = config;
        fields["spec"] = spec();
        self.make(&object(RUNNER, name, json!({"spec": fields})));
        let status = json!({"status": {"phase": phase, "jobId": "42", "ready": true}});
        self.merge(RUNNER, name, "/status", &status);
    }

    fn pod(&self, name: &str, phase: &str, state: Option<&Value>) {
        self.make(&object(POD, name, json!({"spec": spec()})));
        let mut status = json!({"phase": phase});
        if let Some(state) = state {
            status["containerStatuses"] = json!([{
                "name": "runner", "image": "runner", "imageID": "", "ready": false, "restartCount": 0, "state": state,
            }]);
        }
        self.merge(POD, name, "/status", &json!({"status": status}));
    }

    /// What hooks make for a job.
    fn job_of(&self, runner: &str) {
        let labels = json!({"labels": {"runner-pod": runner}});
        self.make(&object(POD, &format!("{runner}-workflow"), json!({"metadata": labels, "spec": spec()})));
        self.make(&object(SECRET, &format!("{runner}-secret-1"), json!({"metadata": labels})));
    }

    /// Pods, Secrets and EphemeralRunners.
    fn counts(&self) -> [usize; 3] {
        let count = |[api_version, kind]: [&str; 2]| {
            self.cluster.list(api_version, kind, Some("runners")).unwrap().len()
        };
        [POD, SECRET, RUNNER].map(count)
    }

    fn acted(&self, kind: &str, action: &str) -> f64 {
        self.metrics.value(&JANITOR_ACTIONS, &[kind, action]).unwrap_or(0.0)
    }
}

fn running() -> Value {
    json!({"running": {"startedAt": "2026-11-25T00:00:00Z"}})
}

fn ended() -> Value {
    json!({"terminated": {"exitCode": 0}})
}

fn habits() -> Habits {
    Habits { look: Duration::from_millis(500), grace: SignedDuration::from_secs(2), a_minute: 100 }
}

/// A job at work, and one of each leftover.
fn furnish(place: &Place) {
    place.runner("gpu-x-runner-live", "Running");
    place.pod("gpu-x-runner-live", "Running", Some(&running()));
    place.job_of("gpu-x-runner-live");

    place.runner("gpu-x-runner-stuck", "Running");
    place.pod("gpu-x-runner-stuck", "Succeeded", Some(&ended()));
    place.runner("gpu-x-runner-failed", "Failed");
    place.job_of("gpu-x-runner-gone");
    let role = json!({"metadata": {
        "finalizers": ["actions.github.com/cleanup-protection"],
        "labels": {"actions.github.com/scale-set-name": "old", "actions.github.com/scale-set-namespace": "runners"},
    }});
    place.make(&object(ROLE, "old-gha-rs-manager", role));
    place
        .cluster
        .delete(&super::manifest::Reference::new(ROLE[0], ROLE[1], Some("runners"), "old-gha-rs-manager"))
        .unwrap();
    let set = json!({"githubConfigUrl": "https://github.com/example", "githubConfigSecret": "github", "template": {"spec": spec()}});
    place.make(&object(SET, "gpu", json!({"spec": set})));
    place.merge(SET, "gpu", "/status", &json!({"status": {"phase": "Outdated"}}));
}

const LEFTOVERS: [([&str; 2], &str); 5] = [
    (RUNNER, "gpu-x-runner-stuck"),
    (RUNNER, "gpu-x-runner-failed"),
    (POD, "gpu-x-runner-gone-workflow"),
    (SECRET, "gpu-x-runner-gone-secret-1"),
    (ROLE, "old-gha-rs-manager"),
];
const LIVING: [([&str; 2], &str); 4] = [
    (RUNNER, "gpu-x-runner-live"),
    (POD, "gpu-x-runner-live"),
    (POD, "gpu-x-runner-live-workflow"),
    (SECRET, "gpu-x-runner-live-secret-1"),
];

#[test]
fn leftovers_are_told_first_and_then_removed() {
    let Some(mut place) = place() else { return };
    furnish(&place);
    place.run(move |context| clean(context, habits()));

    // It reports: everything is still there.
    let fleet = place.until(FLEET, "ci", |fleet| {
        fleet.is_some_and(|fleet| {
            let counts = fleet["status"]["leftovers"].as_object().cloned().unwrap_or_default();
            counts.values().filter_map(Value::as_u64).sum::<u64>() == 6
        })
    });
    assert_eq!(fleet.unwrap()["status"]["leftovers"]["orphan_pod"], 1);
    assert_eq!(place.acted("orphan_pod", "would_remove"), 1.0);
    for (kind, name) in LEFTOVERS.iter().chain(&LIVING) {
        assert!(place.get(*kind, name).is_some(), "{name}");
    }
    assert!(place.events("runners", "gpu-x-runner-stuck").contains(&"WouldRemove".to_owned()));

    place.merge(FLEET, "ci", "", &json!({"spec": {"janitor": "Remove"}}));
    for (kind, name) in LEFTOVERS {
        place.until(kind, name, |object| object.is_none());
    }
    for (kind, name) in LIVING {
        assert!(place.get(kind, name).is_some(), "{name}");
    }
    assert_eq!(place.acted("stuck_runner", "removed"), 1.0);
    assert_eq!(place.acted("hanging_finalizer", "removed"), 1.0);
    assert!(place.events("runners", "gpu-x-runner-gone-workflow").contains(&"Removed".to_owned()));

    // A pool that ARC switched off stays so until its template changes.
    let phase = |set: Option<&Value>| set.map(|set| set["status"]["phase"].clone());
    let noted = |set: Option<&Value>| {
        set.is_some_and(|set| set["metadata"]["annotations"]["fleetc.dev/outdated-template"].is_string())
    };
    let set = place.until(SET, "gpu", noted);
    assert_eq!(phase(set.as_ref()), Some(json!("Outdated")));
    let image = json!([{"name": "runner", "image": "newer"}]);
    place.merge(SET, "gpu", "", &json!({"spec": {"template": {"spec": {"containers": image}}}}));
    let set = place.until(SET, "gpu", |set| phase(set) == Some(json!("Pending")) && !noted(set));
    assert!(set.is_some());
    place.until(FLEET, "ci", |fleet| {
        let clean = |condition: &Value| condition["type"] == "Clean" && condition["status"] == "True";
        fleet.is_some_and(|fleet| fleet["status"]["conditions"].as_array().unwrap().iter().any(clean))
    });
}

#[test]
fn nothing_makes_it_end_a_running_job() {
    let Some(mut place) = place() else { return };
    place.merge(FLEET, "ci", "", &json!({"spec": {"janitor": "Remove"}}));
    // Its EphemeralRunner says that it failed.
    place.runner("gpu-x-runner-a", "Failed");
    place.pod("gpu-x-runner-a", "Running", Some(&running()));
    place.job_of("gpu-x-runner-a");
    // Its EphemeralRunner was deleted by force.
    place.pod("gpu-x-runner-b", "Running", Some(&running()));
    place.job_of("gpu-x-runner-b");
    // Its node is out of reach, and the pod was called failed by somebody else than the kubelet.
    place.runner("gpu-x-runner-c", "Running");
    place.pod("gpu-x-runner-c", "Failed", Some(&running()));
    place.job_of("gpu-x-runner-c");
    // It has only just been made.
    place.runner("gpu-x-runner-d", "Running");
    place.pod("gpu-x-runner-d", "Pending", None);
    // Nobody knows.
    place.pod("gpu-x-runner-e", "Unknown", None);
    place.job_of("gpu-x-runner-e");
    // And one that may go, to see that it is at work.
    place.job_of("gpu-x-runner-gone");

    let before = place.counts();
    place.run(move |context| clean(context, habits()));
    place.until(POD, "gpu-x-runner-gone-workflow", |pod| pod.is_none());
    place.until(SECRET, "gpu-x-runner-gone-secret-1", |secret| secret.is_none());
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(place.counts(), [before[0] - 1, before[1] - 1, before[2]]);
    let refused = |kind, reason| place.metrics.value(&JANITOR_REFUSALS, &[kind, reason]).unwrap_or(0.0);
    assert_eq!(refused("failed_runner", "busy"), 1.0);
    assert_eq!(refused("stuck_runner", "unknown"), 1.0);
    assert_eq!(refused("orphan_pod", "busy"), 2.0);
    assert!(place.events("runners", "gpu-x-runner-a").contains(&"LeftAlone".to_owned()));
}

/// What is found now, as if it had been there for long.
fn found(place: &Place) -> Vec<Leftover> {
    let world = place.with(|client| async move { look(&client, &["runners".to_owned()]).await }).unwrap();
    judge(&world, &mut Memory::default(), Timestamp::now(), SignedDuration::ZERO)
}

fn act_on(place: &Place, leftover: &Leftover) -> Outcome {
    place.with(|client| async move { act(&client, leftover, leftover.decision.as_ref().unwrap()).await })
}

#[test]
fn what_changes_between_look_and_act_is_left_alone() {
    let Some(place) = place() else { return };
    place.job_of("gpu-x-runner-gone");
    let leftovers = found(&place);
    assert_eq!(leftovers.len(), 2, "{leftovers:#?}");
    // A runner of that name is there after all.
    place.pod("gpu-x-runner-gone", "Running", Some(&running()));
    for leftover in &leftovers {
        assert!(matches!(act_on(&place, leftover), Outcome::Refused(Refusal::Busy)));
    }
    place.merge(POD, "gpu-x-runner-gone", "/status", &json!({"status": {"phase": "Succeeded", "containerStatuses": [{
        "name": "runner", "image": "runner", "imageID": "", "ready": false, "restartCount": 0, "state": ended(),
    }]}}));
    place.runner("gpu-x-runner-gone", "Running");
    assert!(matches!(act_on(&place, &leftovers[0]), Outcome::Refused(Refusal::Busy)));
    let runner =
        super::manifest::Reference::new(ARC, "EphemeralRunner", Some("runners"), "gpu-x-runner-gone");
    place.cluster.delete(&runner).unwrap();
    // The object is not the version that was judged.
    place.merge(POD, "gpu-x-runner-gone-workflow", "", &json!({"metadata": {"annotations": {"x": "y"}}}));
    assert!(matches!(act_on(&place, &leftovers[0]), Outcome::Changed));
    // It is judged anew, and goes.
    let anew = found(&place);
    assert!(matches!(act_on(&place, &anew[0]), Outcome::Done));
    wait(Duration::from_secs(5), || {
        Ok(place
            .get(POD, "gpu-x-runner-gone-workflow")
            .map_or(Ok(()), |_| Err("it is still there".to_owned())))
    })
    .unwrap();
}
