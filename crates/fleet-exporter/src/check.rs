//! `--check`: what GitHub lets the exporter see.

use crate::app::App;
use crate::github::{Job, Repository, Run, Runner};
use crate::ledger::{Ledger, Policy};
use crate::poll::api::{ApiError, Endpoint, JOBS, Page, REPOSITORIES, RUNNERS, RUNS};
use crate::poll::{Auth, Client};
use fleet_model::exporter::Config;
use std::fmt::Write;
use std::sync::Arc;

/// What was found.
pub struct Report {
    /// A line for each thing that was tried.
    pub text: String,
    /// Whether all went well.
    pub well: bool,
}

/// Tries everything that the exporter needs, and says which permission is missing where one is. Nothing is
/// stored.
pub fn check(config: &Config) -> Report {
    let mut report = Report { text: String::new(), well: true };
    let app = Ledger::in_memory(Policy::default()).map_err(|error| error.to_string());
    let app = app.and_then(|ledger| App::new(config.clone(), ledger).map_err(|error| error.to_string()));
    let app = match app {
        Ok(app) => Arc::new(app),
        Err(error) => {
            report.say(false, &error);
            return report;
        }
    };
    for file in &config.webhook_secrets {
        let good = std::fs::read(file).is_ok_and(|secret| !secret.trim_ascii().is_empty());
        report.say(good, &format!("webhook secret {}", file.display()));
    }
    for server in &config.servers {
        let Some(credentials) = &server.credentials else {
            report.say(
                !config.webhook_secrets.is_empty(),
                &format!("{}: only webhooks, no credentials", server.host),
            );
            continue;
        };
        for organization in &server.organizations {
            let client = Client::new(
                Arc::clone(&app),
                server,
                &organization.name,
                Auth::new(credentials, &organization.name),
            );
            report.organization(&client, &server.host, &organization.name);
        }
    }
    report
}

impl Report {
    fn say(&mut self, good: bool, what: &str) {
        self.well &= good;
        let _ = writeln!(self.text, "{} {what}", if good { "ok     " } else { "MISSING" });
    }

    fn organization(&mut self, client: &Client, host: &str, org: &str) {
        let (path, list) = if client.is_app() {
            ("/installation/repositories?per_page=100".to_owned(), "repositories")
        } else {
            (format!("/orgs/{org}/repos?per_page=100"), "")
        };
        let repos = client.page::<Repository>(REPOSITORIES, &path, list, false);
        let first =
            repos.as_ref().ok().and_then(|page| page.items.first()).map(|repo| repo.full_name.clone());
        self.tried(host, org, REPOSITORIES, &repos);
        let runners = client.page::<Runner>(
            RUNNERS,
            &format!("/orgs/{org}/actions/runners?per_page=1"),
            "runners",
            false,
        );
        self.tried(host, org, RUNNERS, &runners);
        let Some(repo) = first else { return };
        let runs = client.page::<Run>(
            RUNS,
            &format!("/repos/{repo}/actions/runs?per_page=1"),
            "workflow_runs",
            false,
        );
        self.tried(host, org, RUNS, &runs);
        if let Some(run) = runs.ok().and_then(|page| page.items.into_iter().next()) {
            let jobs = client.page::<Job>(
                JOBS,
                &format!("/repos/{repo}/actions/runs/{}/jobs?per_page=1", run.id),
                "jobs",
                false,
            );
            self.tried(host, org, JOBS, &jobs);
        }
    }

    fn tried<T>(&mut self, host: &str, org: &str, endpoint: Endpoint, result: &Result<Page<T>, ApiError>) {
        let what = format!("{host}/{org}: {}", endpoint.name);
        match result {
            Ok(_) => self.say(true, &what),
            // GitHub hides what may not be seen.
            Err(ApiError::Missing) => {
                self.say(false, &format!("{what}: not found; is \"{}\" granted?", endpoint.permission));
            }
            Err(error) => self.say(false, &format!("{what}: {error}")),
        }
    }
}
