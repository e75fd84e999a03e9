//! From the tree of YAML to a workflow.

use super::steps::{read_steps, read_uses};
use super::{Action, Container, Giver, Input, Job, Permissions, Runs, Trigger, Workflow};
use crate::syntax::{Span, Spanned};
use crate::yaml::{Entry, Value};

/// A part that is not as GitHub wants it.
pub struct Misshapen {
    /// Where it is.
    pub span: Span,
    /// What is wrong, as a phrase.
    pub message: String,
    /// What to write.
    pub help: String,
}

fn name_of(entry: &Entry) -> Option<Spanned<String>> {
    Some(Spanned::new(entry.name()?.to_owned(), entry.key.span))
}

fn entries(value: Option<&Value>) -> Vec<Entry> {
    value.map_or(&[][..], Value::entries).to_vec()
}

/// Texts of a scalar or of a list of scalars.
fn texts(value: &Value) -> Vec<Spanned<String>> {
    let text = |value: &Value| Some(Spanned::new(value.text()?.to_owned(), value.span));
    if value.is_sequence() {
        value.items().iter().filter_map(text).collect()
    } else {
        text(value).into_iter().collect()
    }
}

/// Reads a workflow.
pub fn read_workflow(root: &Value, wrong: &mut Vec<Misshapen>) -> Workflow {
    let mut refuse = |span, message: &str, help: &str| {
        wrong.push(Misshapen { span, message: message.to_owned(), help: help.to_owned() });
    };
    let Some(mapping) = root.mapping() else {
        refuse(root.span, "a workflow is a mapping with `on` and `jobs`", "write `on:` and `jobs:`");
        return Workflow::default();
    };
    let on = mapping.get("on");
    let triggers = on.map_or_else(Vec::new, triggers);
    if triggers.is_empty() {
        let span = mapping.entry("on").map_or(root.span, |entry| entry.key.span);
        refuse(span, "nothing starts this workflow", "write `on: push`, or the events that it is for");
    }
    let jobs = mapping.entry("jobs");
    match jobs {
        Some(jobs) if jobs.value.entries().is_empty() => {
            refuse(jobs.key.span, "there is no job under `jobs`", "add a job, or remove the workflow");
        }
        None => refuse(root.span, "the workflow has no `jobs`", "add `jobs:` with a job"),
        Some(_) => {}
    }
    let call = on.and_then(|on| on.get("workflow_call"));
    let dispatch = on.and_then(|on| on.get("workflow_dispatch"));
    let mut inputs = inputs_of(call, Giver::Caller);
    inputs.extend(inputs_of(dispatch, Giver::Person));
    let mut read = Vec::new();
    for entry in jobs.map_or(&[][..], |jobs| jobs.value.entries()) {
        let Some(id) = name_of(entry) else { continue };
        if entry.value.mapping().is_none() {
            refuse(entry.key.span, "a job is a mapping", "write `runs-on:` and `steps:` under it");
            continue;
        }
        let job = job(id, &entry.value);
        if job.uses.is_none() && job.runs_on.is_none() {
            refuse(
                entry.key.span,
                "the job does not say where it runs",
                "add `runs-on:` with a pool of the fleet",
            );
        }
        read.push(job);
    }
    Workflow {
        triggers,
        inputs,
        outputs: entries(call.and_then(|call| call.get("outputs"))),
        permissions: permissions(root),
        env: entries(root.get("env")),
        concurrency: root.get("concurrency").cloned(),
        jobs: read,
    }
}

fn triggers(on: &Value) -> Vec<Trigger> {
    let of_entry = |entry: &Entry| Some(Trigger { name: name_of(entry)?, value: Some(entry.value.clone()) });
    if on.mapping().is_some() {
        return on.entries().iter().filter_map(of_entry).collect();
    }
    let named = texts(on).into_iter().filter(|name| !name.is_empty());
    named.map(|name| Trigger { name, value: None }).collect()
}

fn inputs_of(trigger: Option<&Value>, giver: Giver) -> Vec<Input> {
    let read = |entry: &Entry| {
        Some(Input {
            name: name_of(entry)?,
            giver,
            kind: entry.value.get("type").and_then(Value::text).unwrap_or("string").to_owned(),
            default: entry.value.get("default").cloned(),
            options: entry.value.get("options").map_or(&[][..], Value::items).to_vec(),
        })
    };
    entries(trigger.and_then(|trigger| trigger.get("inputs"))).iter().filter_map(read).collect()
}

fn permissions(value: &Value) -> Option<Permissions> {
    let entry = value.mapping()?.entry("permissions")?;
    Some(Permissions { span: entry.key.span, value: entry.value.clone() })
}

fn container(key: Span, value: &Value) -> Option<Container> {
    if value.is_null() {
        return None;
    }
    let whole = value.mapping().is_none();
    Some(Container {
        key,
        image: if whole { Some(value.clone()) } else { value.get("image").cloned() },
        options: value.get("options").cloned(),
        credentials: value.get("credentials").cloned(),
        env: entries(value.get("env")),
    })
}

fn job(id: Spanned<String>, value: &Value) -> Job {
    let of_key = |key: &str| value.mapping().and_then(|mapping| mapping.entry(key));
    let services = entries(value.get("services"));
    let services = services.iter().filter_map(|entry| {
        let name = name_of(entry)?;
        let container = container(name.span, &entry.value)?;
        Some((name, container))
    });
    Job {
        id,
        needs: value.get("needs").map_or_else(Vec::new, texts),
        runs_on: value.get("runs-on").filter(|value| !value.is_null()).cloned(),
        uses: value.get("uses").and_then(read_uses),
        with: entries(value.get("with")),
        permissions: permissions(value),
        env: entries(value.get("env")),
        strategy: value.get("strategy").cloned(),
        container: of_key("container").and_then(|entry| container(entry.key.span, &entry.value)),
        services: services.collect(),
        steps: read_steps(value.get("steps")),
        timeout: value.get("timeout-minutes").cloned(),
        concurrency: value.get("concurrency").cloned(),
        outputs: entries(value.get("outputs")),
        condition: value.get("if").cloned(),
        environment: value.get("environment").cloned(),
    }
}

/// Reads an action; none where it has no `runs`.
pub fn read_action(root: &Value) -> Option<Action> {
    let entry = root.mapping()?.entry("runs")?;
    let using = entry.value.get("using").and_then(Value::text).unwrap_or("").to_lowercase();
    let runs = match using.as_str() {
        "composite" => Runs::Composite(read_steps(entry.value.get("steps"))),
        "docker" => Runs::Docker {
            image: entry.value.get("image").cloned(),
            entrypoint: entry.value.get("entrypoint").cloned(),
        },
        node if node.starts_with("node") => Runs::Node,
        _ => Runs::Other,
    };
    Some(Action { runs, span: entry.key.span })
}
