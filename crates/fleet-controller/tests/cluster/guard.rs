//! The guard against nodes that come and go.

use super::place::{ARC, Place};
use fleet_controller::inventory::run::{NUMBERS_MANAGER, guard};
use fleet_controller::inventory::settle::Patience;
use fleet_model::metrics::controller::{INVENTORY_DEVICES_HEALTHY, POOL_MAX_EFFECTIVE};
use jiff::SignedDuration;
use serde_json::{Value, json};

const FLEET: [&str; 2] = ["fleetc.dev/v1alpha1", "Fleet"];
const SET: [&str; 2] = [ARC, "AutoscalingRunnerSet"];
const NODE: [&str; 2] = ["v1", "Node"];

fn fleet(guard: &str) -> Value {
    let has = json!({"cpu": "96", "nvidia.com/gpu": "1"});
    json!({
        "guard": guard,
        "hardware": [{
            "name": "gpu", "select": {"gpu": "true"}, "tolerate": [{"key": "gpu"}],
            "groups": [{"name": "gpu", "count": 3, "allocatable": has}],
        }],
        "demands": [{
            "hardware": ["gpu"], "pieces": [{"cpu": "16", "nvidia.com/gpu": "1"}],
            "pools": [{"name": "runner-gpu", "namespace": "runners", "min": 2, "max": 3}],
        }],
    })
}

fn place(mode: &str) -> Option<Place> {
    let everywhere = json!([{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]}]);
    let sets = json!({"apiGroups": ["actions.github.com"], "resources": ["autoscalingrunnersets"], "verbs": ["get", "list", "watch"]});
    let events =
        json!({"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch"]});
    let mut at_pools = json!([sets, events]);
    if mode == "Enforce" {
        let patch = json!({"apiGroups": ["actions.github.com"], "resources": ["autoscalingrunnersets"], "verbs": ["patch"]});
        at_pools.as_array_mut().unwrap().push(patch);
    }
    let mut place = Place::start(&fleet(mode), &everywhere, &at_pools)?;
    for at in 0..3 {
        let name = format!("gpu-{at}");
        place.make(&json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"gpu": "true"}}}));
        let gpu = json!([{"key": "gpu", "effect": "NoSchedule"}]);
        // The server itself taints a new node, until a controller finds it ready.
        place.merge(NODE, &name, "", &json!({"spec": {"taints": gpu}}));
        let has = json!({"cpu": "96", "nvidia.com/gpu": "1"});
        let ready = json!([{"type": "Ready", "status": "True", "reason": "x", "message": ""}]);
        place.merge(
            NODE,
            &name,
            "/status",
            &json!({"status": {"capacity": has, "allocatable": has, "conditions": ready}}),
        );
    }
    place.make(&json!({
        "apiVersion": ARC, "kind": "AutoscalingRunnerSet",
        "metadata": {"name": "runner-gpu", "namespace": "runners"},
        "spec": {
            "githubConfigUrl": "https://github.com/example", "githubConfigSecret": "github",
            "minRunners": 2, "maxRunners": 3,
            "template": {"spec": {"containers": [{"name": "runner", "image": "runner"}]}},
        },
    }));
    let patience = Patience { lower: SignedDuration::from_secs(2), raise: SignedDuration::from_secs(3) };
    place.run(move |context| guard(context, patience));
    Some(place)
}

fn numbers(set: Option<&Value>) -> (Option<i64>, Option<i64>) {
    let number = |name: &str| set.and_then(|set| set["spec"][name].as_i64());
    (number("minRunners"), number("maxRunners"))
}

fn condition(fleet: &Value, name: &str) -> String {
    let all = fleet["status"]["conditions"].as_array().cloned().unwrap_or_default();
    let found = all.iter().find(|condition| condition["type"] == name);
    found.and_then(|condition| condition["status"].as_str()).unwrap_or_default().to_owned()
}

#[test]
fn pools_follow_the_healthy_hardware_and_come_back() {
    let Some(place) = place("Enforce") else { return };
    let fleet =
        place.until(FLEET, "ci", |fleet| fleet.is_some_and(|fleet| condition(fleet, "Healthy") == "True"));
    let status = fleet.unwrap()["status"].clone();
    assert_eq!(
        (&status["pools"], &status["maxRunners"], &status["capacity"]),
        (&json!(1), &json!(3), &json!(3))
    );
    assert_eq!(numbers(place.get(SET, "runner-gpu").as_ref()), (Some(2), Some(3)));

    place.merge(NODE, "gpu-0", "", &json!({"spec": {"unschedulable": true}}));
    place.merge(NODE, "gpu-1", "/status", &json!({"status": {"allocatable": {"nvidia.com/gpu": "0"}}}));
    let set = place.until(SET, "runner-gpu", |set| numbers(set) == (Some(1), Some(1))).unwrap();
    let fleet = place
        .until(FLEET, "ci", |fleet| {
            fleet.is_some_and(|fleet| fleet["status"]["lowered"][0]["effective"] == 1)
        })
        .unwrap();
    let problems = fleet["status"]["hardware"][0]["problems"].clone();
    assert_eq!(problems, json!(["gpu-0: cordoned", "gpu-1: 0 of 1 nvidia.com/gpu healthy"]));
    assert_eq!(
        (condition(&fleet, "Healthy"), condition(&fleet, "Enforced")),
        ("False".into(), "True".into())
    );
    assert_eq!(fleet["status"]["overcommit"], 0);
    assert_eq!(place.metrics.value(&INVENTORY_DEVICES_HEALTHY, &["gpu", "nvidia.com/gpu"]), Some(1.0));
    assert_eq!(place.metrics.value(&POOL_MAX_EFFECTIVE, &["runner-gpu"]), Some(1.0));
    assert!(place.events("runners", "runner-gpu").contains(&"RunnersLowered".to_owned()));
    assert!(place.events("fleet", "ci").contains(&"HardwareMissing".to_owned()));

    // It owns the two numbers and nothing else.
    let fields = set["metadata"]["managedFields"].as_array().unwrap().clone();
    let own = fields.iter().find(|one| one["manager"] == NUMBERS_MANAGER).unwrap();
    assert_eq!(own["fieldsV1"], json!({"f:spec": {"f:maxRunners": {}, "f:minRunners": {}}}));

    place.merge(NODE, "gpu-0", "", &json!({"spec": {"unschedulable": null}}));
    place.merge(NODE, "gpu-1", "/status", &json!({"status": {"allocatable": {"nvidia.com/gpu": "1"}}}));
    place.until(SET, "runner-gpu", |set| numbers(set) == (Some(2), Some(3)));
    place.until(FLEET, "ci", |fleet| {
        fleet.is_some_and(|fleet| {
            condition(fleet, "Healthy") == "True" && fleet["status"]["lowered"].is_null()
        })
    });
    assert!(place.events("runners", "runner-gpu").contains(&"RunnersRestored".to_owned()));

    // Nobody has more than the file says.
    place.merge(SET, "runner-gpu", "", &json!({"spec": {"maxRunners": 50}}));
    place.until(SET, "runner-gpu", |set| numbers(set) == (Some(2), Some(3)));
    // The file changes.
    let mut fewer = fleet_with_max(2);
    fewer["guard"] = "Enforce".into();
    place.merge(FLEET, "ci", "", &json!({"spec": fewer}));
    place.until(SET, "runner-gpu", |set| numbers(set) == (Some(2), Some(2)));
}

fn fleet_with_max(max: u32) -> Value {
    let mut fleet = fleet("Enforce");
    fleet["demands"][0]["pools"][0]["max"] = max.into();
    fleet
}

#[test]
fn a_guard_that_observes_has_no_right_to_more() {
    let Some(place) = place("Observe") else { return };
    place.merge(NODE, "gpu-0", "", &json!({"spec": {"unschedulable": true}}));
    place.until(FLEET, "ci", |fleet| fleet.is_some_and(|fleet| fleet["status"]["overcommit"] == 1));
    assert_eq!(numbers(place.get(SET, "runner-gpu").as_ref()), (Some(2), Some(3)));
}
