//! GitHub's own words: the fake says nothing that GitHub's description does not allow, the exporter asks for
//! nothing that it does not know, and every published example of an event is taken.

mod stage;

use fleet_exporter::github::read_event;
use fleet_exporter::ledger::observation::{Seen, Source, What};
use fleet_exporter::ledger::status::{Conclusion, Status};
use fleet_exporter::metrics::Format;
use fleet_exporter::time::Second;
use ghfake::{Day, Fake, Traffic};
use serde_json::{Value, json};
use stage::{Stage, needs, text, value};
use std::path::Path;

const SPEC: &str = "github/node_modules/@octokit/openapi/generated";
const EXAMPLES: &str = "github/node_modules/@octokit/webhooks-examples";

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// OpenAPI 3.0 says `nullable` where JSON Schema has a type `null`.
fn to_schema(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for inner in object.values_mut() {
                to_schema(inner);
            }
            if object.remove("nullable") == Some(json!(true)) {
                let kept = std::mem::take(object);
                object.insert("anyOf".to_owned(), json!([{ "type": "null" }, kept]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(to_schema),
        _ => {}
    }
}

/// The path of the description that a request is for.
fn described<'a>(paths: &'a serde_json::Map<String, Value>, path: &str) -> Option<(&'a str, &'a Value)> {
    let asked: Vec<&str> = path.split('/').collect();
    let matches = |known: &str| {
        let parts: Vec<&str> = known.split('/').collect();
        parts.len() == asked.len()
            && parts.iter().zip(&asked).all(|(part, asked)| part.starts_with('{') || part == asked)
    };
    // A literal part is better than a parameter.
    let found = paths.iter().filter(|(known, _)| matches(known));
    found.min_by_key(|(known, _)| known.matches('{').count()).map(|(known, value)| (known.as_str(), value))
}

/// A day that is polled as a user and as an App, and all requests that were made.
fn asked() -> (Fake, Vec<ghfake::Request>) {
    let fake = Fake::start().unwrap();
    let begin = fake.world().now() - 3_600;
    let mut day = Day::plan(
        &mut fake.world(),
        &Traffic { org: "acme".to_owned(), begin, seconds: 3_000, every: 30, seed: 1 },
    );
    day.tell(&mut fake.world(), begin + 2_000);
    fake.world().runners = vec![json!({
        "id": 1, "name": "gpu-a-runner-b", "os": "linux", "status": "online", "busy": true,
        "labels": [{ "name": "gpu" }], "version": "2.336.0",
    })];
    fake.deliver(&ghfake::Disorder { lost: 100, ..Default::default() });
    for stage in [Stage::new().polls(&fake), Stage::new().polls_as_app(&fake)] {
        let app = stage.app();
        stage.org(&app).round();
        let metrics = text(&app, Format::Text);
        assert_eq!(
            value(
                &metrics,
                "github_actions_runners{org=\"acme\",pool=\"gpu\",os=\"linux\",status=\"online\"}"
            ),
            1.0
        );
        let server = &stage.config.servers[0];
        let auth = fleet_exporter::poll::Auth::new(server.credentials.as_ref().unwrap(), "acme");
        let client = fleet_exporter::poll::Client::new(std::sync::Arc::clone(&app), server, "acme", auth);
        if client.is_app() {
            fleet_exporter::poll::redeliver(&app, &client).unwrap();
        }
    }
    let requests = fake.world().requests.clone();
    (fake, requests)
}

#[test]
fn requests_and_answers_are_as_github_describes_them() {
    let Some(folder) = needs::tool(SPEC) else { return };
    let (fake, requests) = asked();
    let mut spec = read(&folder.join("api.github.com.json"));
    let token = fake.world().tokens.keys().next().unwrap().clone();
    let mut components = spec["components"].take();
    to_schema(&mut components["schemas"]);
    let mut checked = std::collections::BTreeSet::new();
    for request in &requests {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let paths = spec["paths"].as_object().unwrap();
        let (known, operations) = described(paths, path).unwrap_or_else(|| panic!("GitHub knows no {path}"));
        let operation = &operations[request.method.to_lowercase()];
        assert!(operation.is_object(), "{} {known}", request.method);
        let parameters: Vec<&Value> = operation["parameters"]
            .as_array()
            .map(|list| list.iter().map(|parameter| resolve(parameter, &components)).collect())
            .unwrap_or_default();
        for (name, given) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let parameter =
                parameters.iter().find(|parameter| parameter["name"] == name && parameter["in"] == "query");
            let parameter = parameter.unwrap_or_else(|| panic!("{known} has no parameter {name}"));
            if let Some(words) = parameter["schema"]["enum"].as_array() {
                assert!(words.iter().any(|word| word == given), "{known}: {name}={given}");
            }
        }
        if !checked.insert((request.method.clone(), known.to_owned())) || request.method != "GET" {
            continue;
        }
        let mut schema = operation["responses"]["200"]["content"]["application/json"]["schema"].clone();
        to_schema(&mut schema);
        assert!(schema.is_object(), "{known} describes no answer");
        let as_app = known.starts_with("/app/") || known.ends_with("/installation");
        let token = if as_app { "head.claims.signature" } else { token.as_str() };
        let mut answer = stage::agent()
            .get(format!("{}{}", fake.url(), request.path))
            .header("authorization", format!("Bearer {token}"))
            .header("user-agent", "test")
            .call()
            .unwrap();
        let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        let whole = json!({ "allOf": [schema], "components": components });
        let validator = jsonschema::options().should_validate_formats(false).build(&whole).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&answer)
            .take(5)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{known}: {errors:#?}");
    }
    let names: Vec<&str> = checked.iter().map(|(_, path)| path.as_str()).collect();
    for path in ["/repos/{owner}/{repo}/actions/runs", "/orgs/{org}/actions/runners", "/app/hook/deliveries"]
    {
        assert!(names.contains(&path), "{path} was never asked for: {names:?}");
    }
}

fn resolve<'a>(value: &'a Value, components: &'a Value) -> &'a Value {
    let Some(reference) = value["$ref"].as_str() else { return value };
    let name = reference.trim_start_matches("#/components/parameters/");
    &components["parameters"][name]
}

/// Servers of one's own are asked for nothing that they do not have.
#[test]
fn older_servers_know_every_path() {
    let Some(folder) = needs::tool(SPEC) else { return };
    let (_fake, requests) = asked();
    for server in ["ghes-3.17", "ghes-3.18", "ghes-3.19", "ghec"] {
        let spec = read(&folder.join(format!("{server}.json")));
        let paths = spec["paths"].as_object().unwrap();
        for request in &requests {
            let path = request.path.split('?').next().unwrap();
            let known = described(paths, path)
                .is_some_and(|(_, operations)| operations[request.method.to_lowercase()].is_object());
            assert!(known, "{server} has no {} {path}", request.method);
        }
    }
}

#[test]
fn every_published_example_is_taken() {
    let Some(folder) = needs::tool(EXAMPLES) else { return };
    let mut seen = Vec::new();
    for server in ["api.github.com", "ghes-31", "ghes-32", "ghes-33", "ghes-34", "ghes-35"] {
        for event in read(&folder.join(server).join("index.json")).as_array().unwrap() {
            let name = event["name"].as_str().unwrap();
            for example in event["examples"].as_array().unwrap() {
                let body = example.to_string();
                let told = Seen { at: Second(1_800_000_000), source: Source::Webhook, delivery: 1 };
                let read = read_event(name, body.as_bytes(), 0, told).unwrap();
                if matches!(name, "workflow_job" | "workflow_run") {
                    let observation = read.observation.unwrap_or_else(|| panic!("{server}: {body}"));
                    let status = match observation.what {
                        What::Job(job) => (job.status, job.conclusion),
                        What::Run(run) => (run.status, run.conclusion),
                        What::Repo => panic!("{name} is more than a repository"),
                    };
                    seen.push((name.to_owned(), read.action, status));
                }
            }
        }
    }
    assert!(seen.len() >= 13, "{}", seen.len());
    // Action and status disagree in these: the status is what counts.
    let has = |name: &str, action: &str, status: Status, how: Option<Conclusion>| {
        seen.iter().any(|(of, done, found)| of == name && done == action && *found == (status, how))
    };
    assert!(has("workflow_job", "queued", Status::Waiting, None));
    assert!(has("workflow_run", "completed", Status::Queued, None));
    assert!(has("workflow_run", "requested", Status::Completed, Some(Conclusion::ActionRequired)));
}

#[test]
fn published_examples_are_delivered_and_shown() {
    let Some(folder) = needs::tool(EXAMPLES) else { return };
    let mut stage = Stage::new();
    let examples = read(&folder.join("api.github.com/index.json"));
    let mut bodies = Vec::new();
    for event in examples.as_array().unwrap() {
        for example in event["examples"].as_array().unwrap() {
            bodies.push((event["name"].as_str().unwrap().to_owned(), example.clone()));
        }
    }
    let orgs: std::collections::BTreeSet<String> = bodies
        .iter()
        .filter_map(|(_, body)| Some(body["repository"]["full_name"].as_str()?.split('/').next()?.to_owned()))
        .collect();
    stage.config.servers[0].organizations = orgs
        .into_iter()
        .map(|name| fleet_model::exporter::Organization { name, repositories: Vec::new() })
        .collect();
    let running = stage.run();
    for (place, (name, body)) in bodies.iter().enumerate() {
        let (code, said) = running.send(name, &place.to_string(), &body.to_string(), None);
        assert_eq!(code, 202, "{name}: {said}");
    }
    let metrics = running.metrics();
    assert!(value(&metrics, "github_actions_workflow_runs_total{") >= 1.0);
    assert!(value(&metrics, "github_actions_jobs_total{") >= 1.0);
    assert!(!metrics.contains("NaN"));
}
