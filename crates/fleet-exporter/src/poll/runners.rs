//! The list of self-hosted runners.

use super::api::{ApiError, RUNNERS};
use super::client::Client;
use crate::app::App;
use crate::github::Runner;
use crate::ledger::job::canonical;
use crate::pools::Asked;
use fleet_model::metrics::exporter as metric;
use std::collections::BTreeSet;

/// Pages of runners: 5,000 of them.
const PAGES: usize = 50;

/// Reads the runners of an organization, and shows them by pool.
pub fn read(app: &App, client: &Client, org: &str) -> Result<(), ApiError> {
    let path = format!("/orgs/{org}/actions/runners?per_page=100");
    let runners: Vec<Runner> = client.pages(RUNNERS, &path, "runners", PAGES)?;
    let policy = app.ledger.policy();
    let (mut all, mut busy, mut versions) = (Vec::new(), Vec::new(), BTreeSet::new());
    for runner in &runners {
        let labels: Vec<String> = runner.labels.iter().map(|label| label.name.clone()).collect();
        let labels = canonical(&labels, 0);
        let asked = Asked { repo: "", labels: &labels, group: None, runner: Some(&runner.name) };
        let pool = policy.placer.place(asked).pool;
        let status = if runner.status == "online" { "online" } else { "offline" };
        let os = match runner.os.to_lowercase().as_str() {
            "linux" => "linux",
            "windows" => "windows",
            "macos" | "osx" => "macos",
            _ => "other",
        };
        let of = vec![org.to_owned(), pool.clone(), os.to_owned(), status.to_owned()];
        busy.push((of.clone(), f64::from(u8::from(runner.busy))));
        all.push((of, 1.0));
        if let Some(version) = runner.version.as_deref().filter(|text| text.len() <= 32) {
            versions.insert(vec![org.to_owned(), pool, version.to_owned()]);
        }
    }
    let versions: Vec<(Vec<String>, f64)> = versions.into_iter().map(|labels| (labels, 1.0)).collect();
    app.process.replace(&metric::RUNNERS, org, &all);
    app.process.replace(&metric::RUNNERS_BUSY, org, &busy);
    app.process.replace(&metric::RUNNER_VERSION, org, &versions);
    Ok(())
}
