//! Restarts, damaged files and what is forgotten.

use crate::days::{BEGIN, completed, counted, job, of_job, of_run, policy, run, run_completed, started, sum};
use fleet_exporter::ledger::observation::Observation;
use fleet_exporter::ledger::status::Conclusion;
use fleet_exporter::ledger::{Ledger, OpenError, Policy, Refused};
use fleet_exporter::time::{DAY, Second};

fn day() -> Vec<Observation> {
    let mut told = Vec::new();
    for id in 1..40_u64 {
        let at = BEGIN + id as i64 * 60;
        let facts = job(id, id, at);
        told.push(of_run(run(id, 1, id, at), at, id * 10));
        told.push(of_job(facts.clone(), at, id * 10 + 1));
        told.push(of_job(started(facts.clone(), at + 9), at + 9, id * 10 + 2));
        if id % 3 != 0 {
            let how = if id % 2 == 0 { Conclusion::Failure } else { Conclusion::Success };
            told.push(of_job(completed(started(facts, at + 9), at + 99, how), at + 99, id * 10 + 3));
            told.push(of_run(run_completed(run(id, 1, id, at), at + 99, how), at + 99, id * 10 + 4));
        }
    }
    told
}

#[test]
fn a_restart_between_any_two_deliveries_changes_nothing() {
    let straight = Ledger::in_memory(policy()).unwrap();
    straight.submit_now(day()).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.redb");
    for some in day().chunks(17) {
        let ledger = Ledger::open(&path, policy()).unwrap();
        ledger.submit_now(some.to_vec()).unwrap();
        ledger.close();
        assert_eq!(ledger.submit_now(some.to_vec()), Err(Refused::Closed));
    }
    let again = Ledger::open(&path, policy()).unwrap();
    assert_eq!(counted(&straight), counted(&again));
    assert_eq!(straight.view().jobs, again.view().jobs);
    assert_eq!(straight.view().runs, again.view().runs);
    let created = |ledger: &Ledger| -> Vec<i64> {
        ledger.view().series.iter().flat_map(|family| family.values().map(|series| series.created)).collect()
    };
    let before = created(&again);
    again.close();
    assert_eq!(before, created(&Ledger::open(&path, policy()).unwrap()), "a series began anew");
}

#[test]
fn a_name_of_a_server_keeps_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.redb");
    let ledger = Ledger::open(&path, policy()).unwrap();
    let numbers = ["github.com", "ghe.example.com", "github.com"].map(|name| ledger.host(name).unwrap());
    ledger.close();
    let ledger = Ledger::open(&path, policy()).unwrap();
    assert_eq!(numbers, [0, 1, 0]);
    assert_eq!(ledger.host("ghe.example.com").unwrap(), 1);
    assert_eq!(ledger.host_name(1).as_deref(), Some("ghe.example.com"));
}

#[test]
fn a_damaged_file_is_put_aside_and_a_torn_tail_is_not_fatal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.redb");
    std::fs::write(&path, b"this is no database, and long enough to be taken for one at the first glance")
        .unwrap();
    let ledger = Ledger::open(&path, policy()).unwrap();
    ledger.submit_now(day()).unwrap();
    assert!(folder.path().join("ledger.damaged").exists());
    assert!(sum(&ledger, "github_actions_jobs_total", "") > 0);
}

#[test]
fn the_database_of_a_running_exporter_is_not_opened_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.redb");
    let _first = Ledger::open(&path, policy()).unwrap();
    assert!(matches!(Ledger::open(&path, policy()), Err(OpenError::File(_))));
    assert!(path.exists());
}

#[test]
fn what_is_forgotten_is_not_counted_again() {
    let ledger = Ledger::in_memory(policy()).unwrap();
    ledger.submit_now(day()).unwrap();
    let before = counted(&ledger);
    let forgotten = ledger.forget(Second(BEGIN + Policy::default().retention + 2 * DAY)).unwrap();
    assert!(forgotten > 60, "{forgotten}");
    assert_eq!(before, counted(&ledger));
    ledger.submit_now(day()).unwrap();
    assert_eq!(before, counted(&ledger));
}
