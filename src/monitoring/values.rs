//! What the labels of a series can be in this fleet.

use super::catalogue::{Catalogue, Known};
use crate::language::value::GithubScope;
use fleet_model::metrics::Source;
use std::collections::BTreeSet;

impl Catalogue<'_> {
    /// All values that a label of a series can have, where they are known.
    pub fn values(&self, known: &Known, label: &str) -> Option<Values> {
        let fleet = self.fleet();
        let metric = known.metric?;
        if let Some(values) = metric.values_of(label) {
            return Some(Values::only(values.iter().map(|value| (*value).to_owned())));
        }
        if label == "le" && !known.bounds.is_empty() {
            // Prometheus 3 writes 15 as 15.0 where an older one keeps what it was sent.
            let bounds = known.bounds.iter().flat_map(|bound| [bound.to_string(), format!("{bound:?}")]);
            return Some(Values::only(bounds.chain(["+Inf".to_owned()])));
        }
        let pools = || fleet.pools.iter().map(|pool| pool.name().to_owned());
        match (metric.source, label) {
            (Source::Listener | Source::Controller | Source::Prometheus, "pool")
            | (Source::Listener | Source::ArcController, "name") => Some(Values::only(pools())),
            (Source::Exporter, "pool") => {
                let more = ["unmatched", "none", "other"].map(str::to_owned);
                Some(Values { list: pools().chain(more).collect(), hosted: true })
            }
            (Source::Listener | Source::ArcController, "namespace") => {
                Some(Values::only(fleet.namespaces.iter().map(|namespace| namespace.name.to_string())))
            }
            (Source::Listener | Source::ArcController, "organization") => {
                let owners = fleet.pools.iter().map(|pool| owner(&pool.github.url.scope));
                owners.collect::<Option<Vec<_>>>().map(|owners| Values::only(owners.into_iter()))
            }
            (Source::Exporter, "org") => {
                let read = fleet.the_exporter().map(|exporter| exporter.organizations());
                Some(Values::only(read.into_iter().flatten().map(|org| org.name)))
            }
            (Source::Controller, "class") => {
                Some(Values::only(fleet.hardware.iter().map(|class| class.name().to_owned())))
            }
            (Source::Controller, "device") => {
                let devices = fleet.hardware.iter().flat_map(|class| &class.node.devices);
                Some(Values::only(devices.map(|device| device.name.to_string())))
            }
            (Source::Controller, "cache") => {
                Some(Values::only(fleet.caches.iter().map(|cache| cache.node.name.to_string())))
            }
            _ => None,
        }
    }
}

/// What a label can be.
pub struct Values {
    /// The values.
    pub list: BTreeSet<String>,
    /// Whether labels of GitHub's own runners are among them.
    hosted: bool,
}

impl Values {
    fn only(values: impl Iterator<Item = String>) -> Self {
        Self { list: values.collect(), hosted: false }
    }

    /// Whether one of the values can be told to match.
    pub fn any(&self, matches: impl Fn(&str) -> bool) -> bool {
        let hosted = ["ubuntu-latest", "windows-latest", "macos-latest"];
        self.list.iter().any(|value| matches(value))
            || (self.hosted && hosted.iter().any(|value| matches(value)))
    }

    /// Whether this is one of the values.
    pub fn has(&self, value: &str) -> bool {
        let hosted = ["ubuntu", "windows", "macos"].iter().any(|start| value.starts_with(start));
        self.list.contains(value) || (self.hosted && hosted)
    }
}

/// The organization of pools; none where an enterprise's may be any.
fn owner(scope: &GithubScope) -> Option<String> {
    match scope {
        GithubScope::Organization(owner) | GithubScope::Repository(owner, _) => Some(owner.clone()),
        GithubScope::Enterprise(_) => None,
    }
}
