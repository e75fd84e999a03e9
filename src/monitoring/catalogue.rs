//! What is really exported in this fleet.

use crate::emit::kinds::MetricsConfig;
use crate::emit::monitoring::RECORDINGS;
use crate::emit::{Body, Objects};
use crate::language::nodes::{ForeignMetric, MetricType};
use crate::language::suggest::nearest;
use crate::model::Fleet;
use fleet_model::metrics::{self, Metric, MetricKind, SeriesPart, Source, Unit, arc};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// What the values of a series are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// The buckets of a histogram: counters, with the label `le`.
    Buckets,
}

/// A series that is exported.
#[derive(Clone, Debug)]
pub struct Known {
    /// What its values are.
    pub kind: KnownKind,
    /// Its labels; none where any may be there.
    pub labels: Option<BTreeSet<String>>,
    /// What one is of its values, where that is known.
    pub unit: Option<Unit>,
    /// Its entry in the tables; none for recordings and metrics that the file declares.
    pub metric: Option<&'static Metric>,
    /// Bounds of a histogram's buckets, where they are known.
    pub bounds: Vec<f64>,
}

/// Why a series is not exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The sentence behind the metric's name.
    pub why: String,
    /// What to write instead.
    pub help: String,
}

/// What is really exported in this fleet.
pub struct Catalogue<'a> {
    fleet: &'a Fleet,
    /// What listeners are told to export, after patches: each choice once. None where a pool tells its
    /// listener nothing.
    listeners: Vec<Option<&'a MetricsConfig>>,
    /// Series that rules of the user's own record: of manifests and of patches.
    recorded: BTreeSet<String>,
}

impl<'a> Catalogue<'a> {
    /// What the programs of a fleet export, with the objects that configure them.
    pub fn new(fleet: &'a Fleet, objects: &'a Objects) -> Self {
        // Pools share what they do not patch: of 10,000 choices there are a few.
        let mut seen = HashSet::new();
        let configs = objects.pools.iter().map(|objects| objects.runner_set.spec.listener_metrics.as_ref());
        let listeners = configs.filter(|config| seen.insert(config.map(Arc::as_ptr)));
        let listeners = listeners.map(|config| config.map(Arc::as_ref)).collect();
        Self { fleet, listeners, recorded: recorded(objects) }
    }

    /// The fleet.
    pub fn fleet(&self) -> &'a Fleet {
        self.fleet
    }

    fn foreign(&self) -> impl Iterator<Item = &'a ForeignMetric> + use<'a> {
        let fleet: &'a Fleet = self.fleet;
        fleet.monitoring.iter().flat_map(|node| &node.metrics)
    }

    /// The series of this name, or why there is none.
    pub fn find(&self, name: &str) -> Result<Known, Missing> {
        if let Some(found) = self.foreign().find_map(|metric| declared(metric, name)) {
            return Ok(found);
        }
        if let Some(recording) = RECORDINGS.iter().find(|recording| recording.name == name) {
            return Ok(Known {
                kind: KnownKind::Gauge,
                labels: Some(recording.labels.iter().map(|label| (*label).to_owned()).collect()),
                unit: Some(recording.unit),
                metric: None,
                bounds: Vec::new(),
            });
        }
        if self.recorded.contains(name) {
            return Ok(Known {
                kind: KnownKind::Gauge,
                labels: None,
                unit: None,
                metric: None,
                bounds: Vec::new(),
            });
        }
        let Some(series) = metrics::find(name) else { return Err(self.unknown(name)) };
        let metric = series.metric;
        if series.part == SeriesPart::Native {
            return Err(Missing {
                why: "is a histogram: its series have other names".to_owned(),
                help: format!("use `{0}_bucket`, `{0}_sum` or `{0}_count`", metric.name),
            });
        }
        if metric.source == Source::Exporter && self.fleet.exporter.is_none() {
            return Err(Missing {
                why: "is exported by fleet-exporter, which this fleet does not run".to_owned(),
                help: "add `exporter { organization \"…\" }` to the fleet file".to_owned(),
            });
        }
        let bounds = match metric.kind {
            MetricKind::Histogram(bounds) => bounds.to_vec(),
            _ => Vec::new(),
        };
        let own = || metric.labels.iter().map(|label| (*label).to_owned()).collect();
        let (labels, bounds) = match metric.source {
            Source::Listener => self.of_listeners(metric)?,
            _ => (own(), bounds),
        };
        Ok(known(metric, series.part, labels, bounds))
    }

    /// The labels that some listener gives to a metric, and the bounds of its buckets.
    fn of_listeners(&self, metric: &'static Metric) -> Result<(BTreeSet<String>, Vec<f64>), Missing> {
        let (mut labels, mut bounds) = (BTreeSet::new(), Vec::new());
        let mut exported = self.listeners.is_empty();
        for config in &self.listeners {
            let Some(config) = config else {
                exported = true;
                labels.extend(arc::default_labels(metric).map(str::to_owned));
                bounds.extend(arc::DEFAULT_BUCKETS);
                continue;
            };
            let plain = config.counters.as_ref().and_then(|counters| counters.get(metric.name));
            let plain = plain.or_else(|| config.gauges.as_ref()?.get(metric.name));
            let histogram = config.histograms.as_ref().and_then(|histograms| histograms.get(metric.name));
            let own = plain.map(|found| &found.labels).or(histogram.map(|found| &found.labels));
            exported |= own.is_some();
            labels.extend(own.into_iter().flatten().cloned());
            let buckets = histogram.map(|found| found.buckets.as_deref().unwrap_or(arc::DEFAULT_BUCKETS));
            bounds.extend(buckets.into_iter().flatten());
        }
        if exported {
            return Ok((labels, bounds));
        }
        Err(Missing {
            why: "is exported by no pool: `listenerMetrics` of their AutoscalingRunnerSets lists others, and a listener exports only what is listed".to_owned(),
            help: format!("add `{}` to the patch that sets `listenerMetrics`", metric.name),
        })
    }

    fn unknown(&self, name: &str) -> Missing {
        if name.starts_with("gha_job_queue_duration_seconds") {
            return Missing {
                why: "does not exist: no release of ARC exports it (ARC issues 3423 and 4507)".to_owned(),
                help: "use `github_actions_workflow_queue_time_seconds_bucket` of fleet-exporter".to_owned(),
            };
        }
        let mut names: Vec<String> = metrics::all().flat_map(Metric::series_names).collect();
        names.extend(RECORDINGS.iter().map(|recording| recording.name.to_owned()));
        names.extend(self.foreign().map(|metric| metric.name.to_string()));
        let help = match closest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("if another program exports it, say so: `monitoring {{ metric \"{name}\" }}`"),
        };
        Missing { why: "is exported by nothing that this fleet knows of".to_owned(), help }
    }
}

/// Names of what the rules of manifests and patched objects record.
fn recorded(objects: &Objects) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for object in &objects.others {
        match &object.body {
            Body::PrometheusRule(rule) if !object.patched.is_empty() => {
                let rules = rule.spec.groups.iter().flat_map(|group| &group.rules);
                all.extend(rules.filter_map(|rule| rule.record.clone()));
            }
            Body::Manifest(value) if object.body.kind() == "PrometheusRule" => {
                let groups = value.pointer("/spec/groups").and_then(Value::as_array);
                let rules = groups.into_iter().flatten().filter_map(|group| group.get("rules")?.as_array());
                let names = rules.flatten().filter_map(|rule| rule.get("record")?.as_str());
                all.extend(names.map(str::to_owned));
            }
            _ => {}
        }
    }
    all
}

/// The nearest name; a slip in a long name with a common beginning is one in its last words.
pub(super) fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let names: Vec<_> = names.collect();
    let best = names.iter().map(|known| (distance(name, known), *known)).min();
    match best {
        Some((distance, known)) if distance <= 2.max(name.len() / 6) => Some(known),
        _ => {
            let head = name.split('_').next().unwrap_or(name);
            nearest(name, names.into_iter().filter(|known| known.split('_').next() == Some(head)))
        }
    }
}

fn distance(a: &str, b: &str) -> usize {
    strsim::damerau_levenshtein(a, b)
}

fn known(metric: &'static Metric, part: SeriesPart, mut labels: BTreeSet<String>, bounds: Vec<f64>) -> Known {
    labels.extend(metric.source.scrape_labels().iter().map(|label| (*label).to_owned()));
    labels.insert("cluster".to_owned());
    if part == SeriesPart::Bucket {
        labels.insert("le".to_owned());
    }
    let kind = match (part, metric.kind) {
        (SeriesPart::Bucket, _) => KnownKind::Buckets,
        (SeriesPart::Sum | SeriesPart::Count, _) | (_, MetricKind::Counter) => KnownKind::Counter,
        _ => KnownKind::Gauge,
    };
    let unit = match part {
        SeriesPart::Bucket | SeriesPart::Count => Unit::Count,
        _ => metric.unit,
    };
    Known { kind, labels: Some(labels), unit: Some(unit), metric: Some(metric), bounds }
}

fn declared(metric: &ForeignMetric, name: &str) -> Option<Known> {
    let rest = name.strip_prefix(metric.name.as_str())?;
    let kind = match (metric.kind.value, rest) {
        (MetricType::Counter, "") | (MetricType::Histogram, "_sum" | "_count") => KnownKind::Counter,
        (MetricType::Gauge, "") => KnownKind::Gauge,
        (MetricType::Histogram, "_bucket") => KnownKind::Buckets,
        _ => return None,
    };
    let labels = metric.labels.as_ref().map(|labels| {
        let mut all: BTreeSet<_> = labels.names.iter().map(|name| name.to_string()).collect();
        all.extend(Source::KubeState.scrape_labels().iter().map(|label| (*label).to_owned()));
        all.insert("cluster".to_owned());
        if kind == KnownKind::Buckets {
            all.insert("le".to_owned());
        }
        all
    });
    Some(Known { kind, labels, unit: None, metric: None, bounds: Vec::new() })
}
