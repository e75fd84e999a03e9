//! Permutations, duplicates and losses of what GitHub sends.

use crate::days::{BEGIN, completed, counted, job, of_job, of_run, policy, run, run_completed, started, sum};
use fleet_exporter::ledger::observation::{Observation, Source};
use fleet_exporter::ledger::status::{Conclusion, Status};
use fleet_exporter::ledger::{Ledger, Outcome};
use proptest::prelude::*;

/// One run with its jobs: how each ended, and how long it waited and ran.
#[derive(Clone, Debug)]
struct Story {
    attempts: Vec<Vec<(Conclusion, i64, i64)>>,
}

fn conclusion() -> impl Strategy<Value = Conclusion> {
    use Conclusion::{Cancelled, Failure, Other, Skipped, Success, TimedOut};
    prop::sample::select(vec![Success, Success, Success, Failure, Cancelled, Skipped, TimedOut, Other])
}

fn story() -> impl Strategy<Value = Story> {
    let one = (conclusion(), 0_i64..400, 1_i64..4_000);
    let attempt = prop::collection::vec(one, 1..4);
    prop::collection::vec(attempt, 1..4).prop_map(|attempts| Story { attempts })
}

/// All that GitHub would send of it, and what a sweep would find at the end.
fn told(number: u64, story: &Story) -> (Vec<Observation>, Vec<Observation>) {
    let (mut sent, mut left) = (Vec::new(), Vec::new());
    let mut at = BEGIN + number as i64 * 50;
    let mut delivery = number * 1_000;
    let mut next = || {
        delivery += 1;
        delivery
    };
    for (place, jobs) in story.attempts.iter().enumerate() {
        let attempt = place as u32 + 1;
        let begun = run(number, attempt, number, at);
        sent.push(of_run(begun.clone(), at, next()));
        let mut end = at;
        let mut worst = Conclusion::Success;
        for (id, (how, wait, length)) in jobs.iter().enumerate() {
            let mut facts = job(number * 100 + place as u64 * 10 + id as u64, number, at);
            facts.attempt = Some(attempt);
            sent.push(of_job(facts.clone(), at, next()));
            let taken = !matches!(how, Conclusion::Skipped);
            let facts = if taken { started(facts, at + wait) } else { facts };
            if taken {
                sent.push(of_job(facts.clone(), at + wait, next()));
            }
            let over = completed(facts, at + wait + length, *how);
            sent.push(of_job(over.clone(), at + wait + length, next()));
            left.push(of_job(over, at, 0));
            end = end.max(at + wait + length);
            if how.failed() == Some(true) {
                worst = Conclusion::Failure;
            }
        }
        let mut going = begun.clone();
        going.status = Status::InProgress;
        sent.push(of_run(going, at, next()));
        let over = run_completed(begun, end, worst);
        sent.push(of_run(over.clone(), end, next()));
        left.push(of_run(over, end, 0));
        at = end + 10;
    }
    for observation in &mut left {
        observation.seen.source = Source::Sweep;
    }
    (sent, left)
}

/// What GitHub tells, in order, and the same after losses, repetitions and disorder, ended by a sweep.
fn days() -> impl Strategy<Value = (Vec<Observation>, Vec<Observation>)> {
    prop::collection::vec(story(), 1..4)
        .prop_flat_map(|stories| {
            let told = stories.iter().enumerate().map(|(number, story)| told(number as u64 + 1, story));
            let (sent, left): (Vec<_>, Vec<_>) = told.unzip();
            let (sent, left) = (sent.concat(), left.concat());
            let times = prop::collection::vec(0_usize..3, sent.len());
            (Just(sent), Just(left), times)
        })
        .prop_flat_map(|(sent, left, times)| {
            let repeated: Vec<Observation> = sent
                .iter()
                .zip(times)
                .flat_map(|(observation, times)| std::iter::repeat_n(observation.clone(), times))
                .collect();
            (Just(sent), Just(left), Just(repeated).prop_shuffle())
        })
        .prop_map(|(sent, left, repeated)| (sent, [repeated, left].concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn counters_do_not_depend_on_how_facts_arrive((sent, disordered) in days(), batch in 1_usize..7) {
        let straight = Ledger::in_memory(policy()).unwrap();
        straight.submit_now(sent).unwrap();
        let crooked = Ledger::in_memory(policy()).unwrap();
        let mut before = counted(&crooked);
        for some in disordered.chunks(batch) {
            crooked.submit_now(some.to_vec()).unwrap();
            let now = counted(&crooked);
            prop_assert!(before.keys().all(|key| now.contains_key(key)), "a series is gone");
            before = now;
        }
        prop_assert_eq!(counted(&straight), counted(&crooked));
        prop_assert!(crooked.view().jobs.is_empty() && crooked.view().runs.is_empty());

        let total = |metric: &str| sum(&crooked, metric, "");
        let runs = total("github_actions_workflow_runs_total");
        prop_assert_eq!(runs, total("github_actions_workflow_runs_by_branch_total"));
        prop_assert_eq!(runs, total("github_actions_workflow_run_attempts_total"));

        // The whole day again changes nothing.
        let outcomes = crooked.submit_now(disordered).unwrap();
        prop_assert!(outcomes.iter().all(|outcome| *outcome != Outcome::Applied));
        prop_assert_eq!(counted(&straight), counted(&crooked));
    }
}
