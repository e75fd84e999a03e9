//! Asking GitHub: everything is found, within the limits, and no credential leaves the server.

mod stage;

use fleet_exporter::app::App;
use fleet_exporter::poll::api::{ApiError, REPOSITORIES};
use fleet_exporter::poll::{Auth, Client};
use fleet_exporter::time::Second;
use ghfake::{Day, Disorder, Fake, JobSpec, RunSpec, Traffic};
use stage::{SECRET, Stage, text, value};
use std::sync::Arc;

fn traffic(begin: i64, seconds: i64, every: i64) -> Traffic {
    Traffic { org: "acme".to_owned(), begin, seconds, every, seed: 11 }
}

fn spec(workflow: &str, labels: &[&str]) -> RunSpec {
    RunSpec {
        workflow: workflow.to_owned(),
        event: "push".to_owned(),
        branch: "main".to_owned(),
        fork: None,
        jobs: vec![JobSpec {
            name: "build".to_owned(),
            labels: labels.iter().map(|l| (*l).to_owned()).collect(),
        }],
    }
}

fn runs(app: &App) -> f64 {
    value(&text(app, fleet_exporter::metrics::Format::Text), "github_actions_workflow_runs_total{")
}

fn jobs(app: &App) -> f64 {
    value(&text(app, fleet_exporter::metrics::Format::Text), "github_actions_jobs_total{")
}

#[test]
fn polling_alone_counts_every_run_and_job() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake).without_webhooks();
    let begin = fake.world().now() - 7_200;
    let mut day = Day::plan(&mut fake.world(), &traffic(begin, 7_000, 60));
    let app = stage.app();
    let mut org = stage.org(&app);
    let mut at = begin;
    while day.tell(&mut fake.world(), at) {
        at += 1_500;
        org.round();
        std::thread::sleep(std::time::Duration::from_millis(1_100));
    }
    org.round();
    assert_eq!(runs(&app), fake.world().completed_attempts() as f64);
    assert_eq!(jobs(&app), fake.world().completed_jobs() as f64);

    // Nothing happens: everything is "not modified", and costs nothing.
    let before = fake.world().limits.remaining;
    let asked = fake.world().requests.len();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    org.round();
    assert_eq!(fake.world().limits.remaining, before);
    let again = fake.world().requests[asked..].to_vec();
    assert!(!again.is_empty() && again.iter().all(|request| request.code == 304), "{again:?}");
}

#[test]
fn a_gap_of_more_than_a_thousand_runs_is_read_whole() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake).without_webhooks();
    let repo = fake.world().add_repo("acme/app", "main");
    let begin = fake.world().now() - 12 * 3_600;
    let one = |at: i64| {
        let mut world = fake.world();
        let (run, jobs) = world.trigger(repo, spec("ci", &["linux-large"]), at);
        for job in jobs {
            world.start_job(repo, run, job, at + 3, "linux-large-abcde-runner-fghij", "default");
            world.complete_job(repo, run, job, at + 30, "success");
        }
    };
    one(begin);
    {
        let app = stage.app();
        stage.org(&app).round();
        assert_eq!(runs(&app), 1.0);
        app.ledger.close();
    }
    for number in 0..1_500 {
        one(begin + 100 + number * 20);
    }
    let app = stage.app();
    let mut found = std::collections::BTreeMap::new();
    let gap = (Second(begin + 60), Second(begin + 40_000));
    fleet_exporter::poll::window(&stage_client(&stage, &app), "acme/app", gap, &mut found).unwrap();
    assert_eq!(found.len(), 1_500);
    let capped = fake.world().requests.iter().filter(|request| request.path.contains("created=")).count();
    assert!(capped < 30, "{capped} requests");
}

fn stage_client(stage: &Stage, app: &Arc<App>) -> Client {
    let server = &stage.config.servers[0];
    Client::new(Arc::clone(app), server, "acme", Auth::new(server.credentials.as_ref().unwrap(), "acme"))
}

#[test]
fn a_repetition_of_an_old_run_is_seen() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake).without_webhooks();
    let repo = fake.world().add_repo("acme/app", "main");
    let now = fake.world().now();
    let (old, first) = fake.world().trigger(repo, spec("ci", &["gpu"]), now - 29 * 86_400);
    fake.world().start_job(repo, old, first[0], now - 29 * 86_400 + 5, "gpu-a-runner-b", "default");
    fake.world().complete_job(repo, old, first[0], now - 29 * 86_400 + 60, "failure");
    for number in 0..120 {
        let at = now - 20_000 + number * 10;
        let (run, jobs) = fake.world().trigger(repo, spec("other", &["gpu"]), at);
        fake.world().complete_job(repo, run, jobs[0], at + 1, "cancelled");
    }
    let app = stage.app();
    let mut org = stage.org(&app);
    org.round();
    let again = fake.world().rerun(repo, old, now - 100);
    fake.world().start_job(repo, old, again[0], now - 90, "gpu-a-runner-b", "default");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    org.round();
    assert!(
        app.ledger.view().runs.values().any(|run| run.attempts.len() == 2),
        "the first page does not show it"
    );
    fake.world().complete_job(repo, old, again[0], now - 10, "success");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    org.round();
    let metrics = text(&app, fleet_exporter::metrics::Format::Text);
    assert_eq!(value(&metrics, "github_actions_workflow_flaky_runs_total{"), 1.0, "both attempts were read");
    assert_eq!(
        value(
            &metrics,
            "github_actions_workflow_run_attempts_total{org=\"acme\",repo=\"acme/app\",workflow=\"ci\",attempt=\"rerun\"}"
        ),
        1.0
    );
}

#[test]
fn what_webhooks_lost_is_asked_for_again() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls_as_app(&fake);
    let running = stage.run();
    let begin = fake.world().now() - 3_000;
    let mut day = Day::plan(&mut fake.world(), &traffic(begin, 1_500, 60));
    fake.world().hook = Some((format!("{}/webhook", running.url), SECRET.to_owned()));
    while day.tell(&mut fake.world(), begin + 100_000) {}
    fake.deliver(&Disorder { lost: 40, doubled: 10, shuffled: true, seed: 3 });
    let truth = fake.world().completed_jobs() as f64;
    assert!(value(&running.metrics(), "github_actions_jobs_total{") < truth);
    fleet_exporter::poll::redeliver(&running.app, &stage_client(&stage, &running.app)).unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while value(&running.metrics(), "github_actions_jobs_total{") < truth
        && std::time::Instant::now() < deadline
    {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let metrics = running.metrics();
    assert_eq!(value(&metrics, "github_actions_jobs_total{"), truth);
    assert!(
        value(&metrics, "github_actions_exporter_missed_events_recovered_total{source=\"redelivery\"}") > 0.0
    );
    // Once is enough.
    let asked = fake.world().requests.iter().filter(|request| request.method == "POST").count();
    fleet_exporter::poll::redeliver(&running.app, &stage_client(&stage, &running.app)).unwrap();
    let again = fake.world().requests.iter().filter(|request| request.method == "POST").count();
    assert_eq!(asked, again);
}

#[test]
fn limits_are_kept() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake).without_webhooks();
    fake.world().add_repo("acme/app", "main");
    let app = stage.app();
    let client = stage_client(&stage, &app);
    let ask = || client.one::<serde_json::Value>(REPOSITORIES, "/repos/acme/app/actions/runs");
    assert!(ask().is_ok());
    fake.world().limits.hasty = Some((1, 42));
    let Err(ApiError::Limited(until)) = ask() else { panic!("a limit") };
    assert!((40..=43).contains(&until.since(app.process.now())));
    let asked = fake.world().requests.len();
    assert!(matches!(ask(), Err(ApiError::Limited(_))), "nothing is asked before");
    assert_eq!(fake.world().requests.len(), asked);

    // An empty budget is waited for, and so is one that cannot pay for a round.
    let other = stage_client(&stage, &app);
    fake.world().limits.remaining = 0;
    let reset = fake.world().limits.reset;
    let Err(ApiError::Limited(until)) =
        other.one::<serde_json::Value>(REPOSITORIES, "/repos/acme/app/actions/runs")
    else {
        panic!("a limit")
    };
    assert!(until.0 >= reset);
}

#[test]
fn a_missing_permission_is_named_and_not_asked_for_in_a_loop() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake).without_webhooks();
    fake.world().add_repo("acme/app", "main");
    fake.world().forbidden.push("/actions/runners".to_owned());
    let app = stage.app();
    stage.org(&app).round();
    let metrics = text(&app, fleet_exporter::metrics::Format::Text);
    let error =
        "github_actions_exporter_permission_error{org=\"acme\",permission=\"Self-hosted runners: read\"}";
    assert_eq!(value(&metrics, error), 1.0);
    let tried = fake.world().requests.iter().filter(|request| request.path.contains("runners")).count();
    assert_eq!(tried, 1);
    let report = fleet_exporter::check::check(&stage.config);
    assert!(
        !report.well && report.text.contains("the permission \"Self-hosted runners: read\" is missing"),
        "{}",
        report.text
    );
    fake.world().forbidden.clear();
    assert!(fleet_exporter::check::check(&stage.config).well);
}

#[test]
fn a_token_is_sent_to_no_other_server() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake).without_webhooks();
    for number in 0..120 {
        fake.world().add_repo(&format!("acme/app{number}"), "main");
    }
    fake.world().foreign_links = true;
    let app = stage.app();
    let client = stage_client(&stage, &app);
    let pages = client.pages::<serde_json::Value>(REPOSITORIES, "/orgs/acme/repos?per_page=100", "", 5);
    assert!(matches!(pages, Err(ApiError::Foreign(_))), "{pages:?}");
    fake.world().foreign_links = false;
    let pages =
        client.pages::<serde_json::Value>(REPOSITORIES, "/orgs/acme/repos?per_page=100&type=all", "", 5);
    assert_eq!(pages.unwrap().len(), 120);
}

#[test]
fn an_installation_token_is_renewed_and_a_rename_followed() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls_as_app(&fake).without_webhooks();
    let repo = fake.world().add_repo("acme/old", "main");
    fake.world().token_life = 1;
    let app = stage.app();
    let client = stage_client(&stage, &app);
    let ask = || client.one::<serde_json::Value>(REPOSITORIES, "/repos/acme/old/actions/runs");
    assert!(ask().is_ok() && ask().is_ok());
    let given = fake.world().requests.iter().filter(|request| request.path.contains("access_tokens")).count();
    assert_eq!(given, 2, "one that ends within five minutes is not used again");
    fake.world().rename(repo, "acme/new");
    assert!(ask().is_ok());
    // The token is taken away in the middle.
    fake.world().token_life = 3_600;
    assert!(ask().is_ok());
    fake.world().tokens.clear();
    assert_eq!(ask(), Err(ApiError::Unauthorized));
    assert!(ask().is_ok());
}

#[test]
fn a_storm_of_errors_loses_nothing() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake).without_webhooks();
    let begin = fake.world().now() - 7_200;
    let mut day = Day::plan(&mut fake.world(), &traffic(begin, 1_000, 120));
    while day.tell(&mut fake.world(), begin + 100_000) {}
    let app = stage.app();
    let mut org = stage.org(&app);
    fake.world().faults = vec![502; 1];
    org.round();
    org.round();
    assert_eq!(runs(&app), fake.world().completed_attempts() as f64);
}

#[test]
fn webhooks_that_lose_and_a_sweep_count_like_the_truth() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake);
    let running = stage.run();
    let begin = fake.world().now() - 8_000;
    let mut day = Day::plan(&mut fake.world(), &traffic(begin, 4_000, 40));
    fake.world().hook = Some((format!("{}/webhook", running.url), SECRET.to_owned()));
    while day.tell(&mut fake.world(), begin + 100_000) {}
    fake.deliver(&Disorder { lost: 50, doubled: 20, shuffled: true, seed: 9 });
    let truth = fake.world().completed_jobs() as f64;
    let attempts = fake.world().completed_attempts() as f64;
    assert!(jobs(&running.app) < truth);
    stage.org(&running.app).round();
    assert_eq!((jobs(&running.app), runs(&running.app)), (truth, attempts));
    let metrics = running.metrics();
    assert!(value(&metrics, "github_actions_exporter_missed_events_recovered_total{source=\"sweep\"}") > 0.0);
    assert!(running.app.ledger.view().jobs.is_empty(), "nothing is left that is over");
}

#[test]
fn a_job_that_ended_unseen_is_asked_for() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake);
    let running = stage.run();
    let repo = fake.world().add_repo("acme/app", "main");
    fake.world().hook = Some((format!("{}/webhook", running.url), SECRET.to_owned()));
    let now = fake.world().now();
    let (run, ids) = fake.world().trigger(repo, spec("ci", &["gpu"]), now);
    fake.deliver(&Disorder::default());
    let mut org = stage.org(&running.app);
    org.round();
    assert_eq!(running.app.ledger.view().jobs.len(), 1);
    fake.world().complete_job(repo, run, ids[0], now + 5, "cancelled");
    // A quarter of an hour passes at GitHub; no list is due before the job is missed.
    fake.world().skew = 1_000;
    running.app.process.set_offset(1_000);
    org.round();
    assert!(running.app.ledger.view().jobs.is_empty());
    assert_eq!(jobs(&running.app), 1.0);
}

/// A fleet of 20 repositories of which 12 have runs: what a look sends, and what GitHub charges for it.
#[test]
fn a_look_costs_what_it_may() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls(&fake).without_webhooks();
    let now = fake.world().now();
    for number in 0..20 {
        let repo = fake.world().add_repo(&format!("acme/app{number}"), "main");
        for ago in (0..if number < 12 { 5 } else { 0 }).map(|run| 1_000 + run * 100) {
            let (run, jobs) = fake.world().trigger(repo, spec("ci", &["gpu"]), now - ago);
            fake.world().start_job(repo, run, jobs[0], now - ago + 2, "gpu-a-runner-b", "default");
            fake.world().complete_job(repo, run, jobs[0], now - ago + 60, "success");
        }
    }
    let app = stage.app();
    let mut org = stage.org(&app);
    org.round();
    assert_eq!(runs(&app), 60.0);
    let cost = |org: &mut fleet_exporter::poll::Org| {
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        let sent = fake.world().requests.len();
        let left = fake.world().limits.remaining;
        org.round();
        let sent = fake.world().requests.len() - sent;
        (sent, left - fake.world().limits.remaining)
    };
    // Repositories that were pushed to lately are looked at, too: all 20, by their first page and two lists.
    assert_eq!(cost(&mut org), (60, 0));
    // One more run: its page and its jobs are charged, and nothing else.
    let repo = fake.world().add_repo("acme/new", "main");
    let (run, jobs) = fake.world().trigger(repo, spec("ci", &["gpu"]), now);
    fake.world().complete_job(repo, run, jobs[0], now + 60, "cancelled");
    assert_eq!(cost(&mut org), (60, 0), "a repository that is new is found with the next listing");
    fake.world().skew = 700;
    app.process.set_offset(700);
    let (sent, charged) = cost(&mut org);
    // The listing changed; the new repository has five lists, and one attempt with its jobs; runners are read.
    assert!((66..=140).contains(&sent) && charged <= 9 + 60, "{sent} sent, {charged} charged");
    assert_eq!(runs(&app), 61.0);
}
