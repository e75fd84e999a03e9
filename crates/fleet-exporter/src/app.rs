//! What all parts of a running exporter share.

use crate::ledger::bounds::Limits;
use crate::ledger::observation::Host;
use crate::ledger::policy::SHORTEST_RETENTION;
use crate::ledger::{Ledger, Policy, Refused};
use crate::metrics::{Format, Process, Sources, encode, gauges};
use crate::pools::{Glob, Placer};
use crate::time::DAY;
use fleet_model::exporter::{Config, Organization};
use fleet_model::metrics::exporter as metric;
use fleet_model::pools::Pools;
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A running exporter.
#[derive(Debug)]
pub struct App {
    /// What it was told.
    pub config: Config,
    /// What it knows.
    pub ledger: Ledger,
    /// What it does.
    pub process: Process,
    /// Numbers of the servers that the configuration names.
    hosts: Vec<(String, Host)>,
    /// Deliveries that GitHub was asked to repeat.
    asked: Mutex<HashSet<String>>,
}

/// Deliveries of which it is remembered that they were asked for.
const ASKED: usize = 50_000;

impl App {
    /// Puts the parts together. Waits for the ledger: not for a task.
    pub fn new(config: Config, ledger: Ledger) -> Result<Self, Refused> {
        let mut hosts = Vec::new();
        for server in &config.servers {
            hosts.push((server.host.clone(), ledger.host(&server.host)?));
        }
        Ok(Self { config, ledger, process: Process::default(), hosts, asked: Mutex::default() })
    }

    /// All series, as a scraper takes them.
    pub fn scrape(&self, format: Format) -> Vec<u8> {
        self.process.set(&metric::LEDGER, &[], self.ledger.size() as f64);
        self.process.set(&metric::CLOCK_OFFSET, &[], self.process.offset() as f64);
        let now = self.process.now();
        let policy = self.ledger.policy();
        let view = self.ledger.view();
        let gauges = gauges(&view, &policy, now);
        encode(Sources { view: &view, gauges: &gauges, process: &self.process }, format, now)
    }

    /// The number of a server that the configuration names.
    pub fn known_host(&self, name: &str) -> Option<Host> {
        self.hosts.iter().find(|(host, _)| host.eq_ignore_ascii_case(name)).map(|(_, number)| *number)
    }

    /// Whether the configuration names an organization.
    pub fn reads(&self, org: &str) -> bool {
        self.organizations(org).next().is_some()
    }

    /// Whether the configuration names a repository of an organization.
    pub fn reads_repo(&self, org: &str, name: &str) -> bool {
        let name = name.to_lowercase();
        let matches = |pattern: &String| Glob::new(&pattern.to_lowercase()).matches(&name);
        self.organizations(org).any(|org| org.repositories.is_empty() || org.repositories.iter().any(matches))
    }

    fn organizations(&self, org: &str) -> impl Iterator<Item = &Organization> {
        let all = self.config.servers.iter().flat_map(|server| &server.organizations);
        all.filter(move |known| known.name.eq_ignore_ascii_case(org))
    }

    /// Remembers that a delivery was asked for; false where it was before.
    pub fn ask(&self, delivery: &str) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() >= ASKED {
            asked.clear();
        }
        asked.insert(delivery.to_owned())
    }

    /// Whether a delivery was asked for.
    pub fn was_asked(&self, delivery: &str) -> bool {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).contains(delivery)
    }
}

/// Reads the file with the configuration.
pub fn read_config(path: &Path) -> Result<Config, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The decisions of a configuration, with the pools as their file says now.
pub fn policy(config: &Config) -> Result<Policy, String> {
    let pools = match &config.pools {
        None => Pools::default(),
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?
        }
    };
    Ok(Policy {
        placer: Placer::new(pools),
        branches: config.branches.iter().map(|pattern| Glob::new(pattern)).collect(),
        limits: Limits::default(),
        retention: SHORTEST_RETENTION.max(i64::from(config.retention_days) * DAY),
        backfill: config.backfill_counters,
    })
}
