//! Times: approvals, placeholders, carried-over jobs, and clocks that contradict each other.

use crate::days::{BEGIN, completed, counted, job, of_job, of_run, policy, run, run_completed, started, sum};
use fleet_exporter::ledger::observation::JobFacts;
use fleet_exporter::ledger::series::Value;
use fleet_exporter::ledger::status::{Conclusion, Status};
use fleet_exporter::ledger::{Ledger, Policy};
use fleet_exporter::time::Second;

const QUEUE: &str = "github_actions_workflow_queue_time_seconds";
const APPROVAL: &str = "github_actions_job_approval_wait_seconds";

fn seconds(ledger: &Ledger, metric: &str) -> u64 {
    counted(ledger)
        .into_iter()
        .filter(|((name, _), _)| name == metric)
        .map(|(_, value)| if let Value::Histogram { sum, .. } = value { sum / 1_000 } else { 0 })
        .sum()
}

fn held(mut job: JobFacts, status: Status) -> JobFacts {
    job.status = status;
    job
}

#[test]
fn waiting_for_a_person_is_no_queue_time() {
    // As GitHub sends it: queued, waiting, queued, each with the same creation.
    let facts = job(1, 1, BEGIN);
    let released = BEGIN + 3_000;
    let story = [
        of_job(facts.clone(), BEGIN, 1),
        of_job(held(facts.clone(), Status::Waiting), BEGIN + 1, 2),
        of_job(facts.clone(), released, 3),
        of_job(started(facts.clone(), released + 7), released + 7, 4),
        of_job(completed(started(facts, released + 7), released + 60, Conclusion::Success), released + 60, 5),
    ];
    // The first three may come in any order: each brings the time at which it was received, or happened.
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        let ledger = Ledger::in_memory(policy()).unwrap();
        for place in order {
            ledger.submit_now(vec![story[place].clone(), story[place].clone()]).unwrap();
        }
        assert_eq!(ledger.view().jobs.values().next().unwrap().status, Status::Queued);
        ledger.submit_now(story[3..].to_vec()).unwrap();
        assert_eq!((seconds(&ledger, QUEUE), seconds(&ledger, APPROVAL)), (7, 2_999), "{order:?}");
    }
}

#[test]
fn a_release_that_was_missed_is_not_guessed() {
    let ledger = Ledger::in_memory(policy()).unwrap();
    let facts = job(1, 1, BEGIN);
    ledger.submit_now(vec![of_job(held(facts.clone(), Status::Waiting), BEGIN + 1, 1)]).unwrap();
    ledger.submit_now(vec![of_job(started(facts, BEGIN + 900), BEGIN + 900, 2)]).unwrap();
    assert_eq!(sum(&ledger, QUEUE, ""), 0);
    assert_eq!(sum(&ledger, "github_actions_exporter_timestamp_anomalies_total", "release_missed"), 1);
}

#[test]
fn a_concurrency_group_is_no_queue_time_and_no_approval() {
    let ledger = Ledger::in_memory(policy()).unwrap();
    let facts = job(1, 1, BEGIN);
    ledger.submit_now(vec![of_job(held(facts.clone(), Status::Pending), BEGIN, 1)]).unwrap();
    ledger.submit_now(vec![of_job(facts.clone(), BEGIN + 500, 2)]).unwrap();
    ledger.submit_now(vec![of_job(started(facts, BEGIN + 504), BEGIN + 504, 3)]).unwrap();
    assert_eq!((seconds(&ledger, QUEUE), sum(&ledger, APPROVAL, "")), (4, 0));
}

#[test]
fn what_no_runner_took_is_in_no_histogram() {
    let ledger = Ledger::in_memory(policy()).unwrap();
    for (id, how) in [(1, Conclusion::Skipped), (2, Conclusion::Cancelled)] {
        let mut facts = completed(job(id, 1, BEGIN), BEGIN - 1_906_073, how);
        facts.runner = Some(0);
        facts.runner_name = Some(String::new());
        ledger.submit_now(vec![of_job(facts, BEGIN, id)]).unwrap();
    }
    let histograms =
        counted(&ledger).values().filter(|value| matches!(value, Value::Histogram { .. })).count();
    assert_eq!((histograms, sum(&ledger, "github_actions_jobs_total", "")), (0, 2));
    assert_eq!(sum(&ledger, "github_actions_exporter_timestamp_anomalies_total", ""), 0);
}

#[test]
fn contradictions_are_clamped_and_counted() {
    let ledger = Ledger::in_memory(policy()).unwrap();
    let facts = started(job(1, 1, BEGIN), BEGIN - 5);
    ledger.submit_now(vec![of_job(completed(facts, BEGIN - 20, Conclusion::Success), BEGIN, 1)]).unwrap();
    let over = run_completed(run(1, 1, 1, BEGIN), BEGIN - 25, Conclusion::Success);
    ledger.submit_now(vec![of_run(over, BEGIN, 2)]).unwrap();
    assert_eq!((seconds(&ledger, QUEUE), sum(&ledger, QUEUE, "")), (0, 1));
    for kind in ["started_before_queued", "ended_before_started", "run_ended_before_started"] {
        let metric = "github_actions_exporter_timestamp_anomalies_total";
        assert_eq!(sum(&ledger, metric, &format!("kind=\"{kind}\"")), 1, "{kind}");
    }
}

#[test]
fn a_job_of_the_attempt_before_is_not_counted_again() {
    let ledger = Ledger::in_memory(policy()).unwrap();
    let first = completed(started(job(1, 1, BEGIN), BEGIN + 3), BEGIN + 50, Conclusion::Success);
    let mut carried = JobFacts { id: 2, attempt: Some(2), ..first.clone() };
    carried.attempt_started = Some(Second(BEGIN + 900));
    ledger.submit_now(vec![of_job(first, BEGIN, 1), of_job(carried, BEGIN, 2)]).unwrap();
    assert_eq!((sum(&ledger, "github_actions_jobs_total", ""), sum(&ledger, QUEUE, "")), (1, 1));
}

#[test]
fn the_first_start_counts_from_now() {
    let ledger = Ledger::in_memory(Policy::default()).unwrap();
    let over = run_completed(run(1, 1, 1, BEGIN - 100), BEGIN, Conclusion::Failure);
    let since = ledger.view().since;
    ledger.submit_now(vec![of_run(over.clone(), BEGIN, 1)]).unwrap();
    assert_eq!(sum(&ledger, "github_actions_workflow_runs_total", ""), 0);
    // The past is still known: it is what streaks are made of.
    let streaks: Vec<u64> = {
        let view = ledger.view();
        view.workflows.values().flat_map(|workflow| workflow.branches.values().map(|b| b.streak())).collect()
    };
    assert_eq!(streaks, [1]);
    let mut next = run_completed(run(2, 1, 2, BEGIN), BEGIN, Conclusion::Failure);
    next.ended = Some(since.plus(1));
    ledger.submit_now(vec![of_run(next, BEGIN, 2)]).unwrap();
    assert_eq!(sum(&ledger, "github_actions_workflow_runs_total", "conclusion=\"failure\""), 1);
}

#[test]
fn a_run_that_waits_for_a_first_approval_is_not_over() {
    let ledger = Ledger::in_memory(policy()).unwrap();
    let fork = run_completed(run(1, 1, 1, BEGIN), BEGIN, Conclusion::ActionRequired);
    ledger.submit_now(vec![of_run(fork, BEGIN, 1)]).unwrap();
    assert_eq!(sum(&ledger, "github_actions_workflow_runs_total", ""), 0);
    let over = run_completed(run(1, 1, 1, BEGIN), BEGIN + 90, Conclusion::Failure);
    ledger.submit_now(vec![of_run(over, BEGIN, 2)]).unwrap();
    assert_eq!(sum(&ledger, "github_actions_workflow_runs_total", "conclusion=\"failure\""), 1);
}

#[test]
fn success_after_a_rerun_is_flaky_once() {
    let ledger = Ledger::in_memory(policy()).unwrap();
    let first = of_run(run_completed(run(1, 1, 1, BEGIN), BEGIN + 10, Conclusion::Failure), BEGIN, 1);
    let second = of_run(run_completed(run(1, 2, 1, BEGIN + 20), BEGIN + 30, Conclusion::Success), BEGIN, 2);
    let third = of_run(run_completed(run(1, 3, 1, BEGIN + 40), BEGIN + 50, Conclusion::Success), BEGIN, 3);
    ledger.submit_now(vec![third, second]).unwrap();
    assert_eq!(sum(&ledger, "github_actions_workflow_flaky_runs_total", ""), 0);
    ledger.submit_now(vec![first.clone(), first]).unwrap();
    assert_eq!(sum(&ledger, "github_actions_workflow_flaky_runs_total", ""), 1);
    assert_eq!(sum(&ledger, "github_actions_workflow_run_attempts_total", "attempt=\"rerun\""), 2);
}
