//! `record-image-tag`: the tag of an image in Vault, never an older one over a newer one.

use super::expression::{Expression, Identifier, Text};
use super::kinds::{Action, ActionInput, Output, Runs, Step};
use crate::model::workflows::Record;
use std::collections::BTreeMap;

const RECORD: &str = include_str!("scripts/record.js");

/// The action, for jobs that build images in their own way.
pub fn action(record: &Record) -> Action {
    let id = Identifier::of("record");
    let input = |text: &str| ActionInput { description: Text::literal(text), required: true };
    let step = step(record, &id, "inputs.name", "inputs.tag", "inputs.digest");
    let recorded = Output {
        description: Text::literal("`false` where a newer run has recorded its tag already"),
        value: Some(Text::from(Expression::output(&id, &Identifier::of("recorded")))),
    };
    Action {
        name: "Record image tag",
        description: "Records the tag of an image in Vault unless a newer run has, as the job that calls it, which needs the permission id-token: write",
        inputs: BTreeMap::from([
            ("name", input("The name under which the tag is recorded")),
            ("tag", input("The tag")),
            ("digest", input("The digest, with `sha256:`")),
        ]),
        outputs: BTreeMap::from([("recorded".to_owned(), recorded)]),
        runs: Runs::steps(vec![step]),
    }
}

/// The step that records; the last three say where it reads what.
pub fn step(
    record: &Record,
    id: &Identifier,
    name: &'static str,
    tag: &'static str,
    digest: &'static str,
) -> Step {
    let login = &record.login;
    let step = Step::node("Record the tag", RECORD)
        .id(id)
        .env("NAME", Expression::fixed(name))
        .env("TAG", Expression::fixed(tag))
        .env("DIGEST", Expression::fixed(digest))
        .env("VAULT", login.url.as_str())
        .env("AUTH", login.auth.as_str())
        .env("ROLE", login.role.as_str())
        .env("SECRET", record.path.as_str())
        .env("FAMILY", if record.family { "true" } else { "false" });
    let step = match &login.audience {
        Some(audience) => step.env("AUDIENCE", audience.as_str()),
        None => step,
    };
    match &login.namespace {
        Some(namespace) => step.env("NAMESPACE", namespace.as_str()),
        None => step,
    }
}
