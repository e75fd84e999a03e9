//! `fleet-check`: compiles the fleet of a pull request, and says what would change.
//!
//! Two jobs: the first runs fleetc, and with it whatever the pull request made of its source, and may only read; the
//! second runs nothing of the pull request and may comment.

use super::expression::{Expression, Identifier, Text};
use super::kinds::{
    Access, Concurrency, Job, NoOptions, NoPermissions, Permissions, Step, Triggers, Workflow,
};
use super::source;
use crate::contract::actions;
use crate::model::workflows::{Check, Source};
use std::collections::BTreeMap;

const FINDINGS: &str = include_str!("scripts/findings.sh");
const STALE: &str = include_str!("scripts/stale.sh");
const DIFF: &str = include_str!("scripts/diff.sh");
const SUMMARY: &str = include_str!("scripts/summary.sh");
const VERDICT: &str = include_str!("scripts/verdict.sh");
const COMMENT: &str = include_str!("scripts/comment.sh");
/// What one job keeps for the other.
const ARTIFACT: &str = "fleet-check";

/// The workflow.
pub fn workflow(check: &Check, source: &Source, runs_on: &str) -> Workflow {
    Workflow {
        name: "fleet-check",
        on: Triggers { pull_request: Some(NoOptions {}), ..Triggers::default() },
        permissions: NoPermissions {},
        concurrency: Some(Concurrency {
            group: Text::literal("fleet-check-").then(&Expression::fixed("github.event.pull_request.number")),
            cancel_in_progress: true,
        }),
        jobs: BTreeMap::from([
            ("check", job_check(source, runs_on)),
            ("report", job_report(check.node.code_scanning.value, runs_on)),
        ]),
    }
}

fn job_check(source: &Source, runs_on: &str) -> Job {
    let report = || Text::default().then(&Expression::fixed("runner.temp")).then_literal("/report");
    let findings = Identifier::of("findings");
    let stale = Identifier::of("stale");
    let errors = || Expression::output(&findings, &Identifier::of("errors"));
    let is_stale = || Expression::output(&stale, &Identifier::of("stale"));
    let checkout = [("persist-credentials", "false"), ("fetch-depth", "0")];
    let mut steps = vec![Step::uses("Check out", actions::CHECKOUT, checkout)];
    steps.extend(source::steps(source));
    steps.extend([
        Step::run("Check the fleet", FINDINGS).id(&findings).env("REPORT", report()),
        Step::run("Compare with what is committed", STALE)
            .id(&stale)
            .when(errors().is("0"))
            .env("REPORT", report()),
        Step::run("Compare with the base", DIFF)
            .env("REPORT", report())
            .env("BASE", Expression::fixed("github.event.pull_request.base.sha")),
        Step::run("Summarize", SUMMARY)
            .id(&Identifier::of("summary"))
            .env("REPORT", report())
            .env("ERRORS", errors())
            .env("STALE", is_stale()),
        Step::uses(
            "Keep the report",
            actions::UPLOAD_ARTIFACT,
            [
                ("name", Text::literal(ARTIFACT)),
                ("path", report()),
                ("if-no-files-found", Text::literal("error")),
                ("retention-days", Text::literal("7")),
            ],
        ),
        Step::run("Fail where the fleet is wrong", VERDICT).env("ERRORS", errors()).env("STALE", is_stale()),
    ]);
    let made = Expression::output(&Identifier::of("summary"), &Identifier::of("made"));
    Job {
        name: "Check the fleet",
        needs: Vec::new(),
        condition: None,
        runs_on: runs_on.to_owned(),
        environment: None,
        timeout_minutes: 30,
        permissions: Permissions {
            contents: Access::Read.because("to check the repository out"),
            ..Permissions::default()
        },
        outputs: BTreeMap::from([("report", Text::from(made))]),
        steps,
    }
}

fn job_report(code_scanning: bool, runs_on: &str) -> Job {
    let mut steps = vec![
        Step::uses("Get the report", actions::DOWNLOAD_ARTIFACT, [("name", ARTIFACT), ("path", "report")]),
        Step::run("Comment", COMMENT)
            .env("GH_TOKEN", Expression::fixed("github.token"))
            .env("NUMBER", Expression::fixed("github.event.pull_request.number")),
    ];
    if code_scanning {
        let with = [("sarif_file", "report/fleet.sarif"), ("category", "fleetc")];
        steps.push(Step::uses("Hand findings to code scanning", actions::UPLOAD_SARIF, with));
    }
    let scanning = |access: Access, why| if code_scanning { access.because(why) } else { None };
    Job {
        name: "Report",
        needs: vec!["check"],
        // A pull request of a fork has a token that may only read; its findings stand in the summary of the first job.
        condition: Some(Expression::fixed(
            "!cancelled() && needs.check.outputs.report == 'true' && github.event.pull_request.head.repo.full_name == github.repository",
        )),
        runs_on: runs_on.to_owned(),
        environment: None,
        timeout_minutes: 10,
        permissions: Permissions {
            pull_requests: Access::Write.because("to comment"),
            security_events: scanning(Access::Write, "to hand findings to code scanning"),
            actions: scanning(Access::Read, "which code scanning needs in a private repository"),
            contents: scanning(Access::Read, "likewise"),
            ..Permissions::default()
        },
        outputs: BTreeMap::new(),
        steps,
    }
}
