//! What is really exported in this fleet.

use crate::emit::kinds::MetricsConfig;
use crate::emit::monitoring::RECORDINGS;
use crate::emit::{Body, Objects};
use crate::language::nodes::{ForeignMetric, MetricType};
use crate::language::suggest::nearest;
use crate::language::value::GithubScope;
use crate::model::Fleet;
use fleet_model::metrics::{self, Metric, MetricKind, SeriesPart, Source, Unit, arc};
use serde_json::Value;
use std::collections::BTreeSet;

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
    /// The greatest bound of a histogram's buckets.
    pub top: Option<f64>,
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
    /// What the listeners are told to export, where a pool tells them: after patches.
    listeners: Vec<(&'a str, Option<&'a MetricsConfig>)>,
    /// Series that rules of the user's own record: of manifests and of patches.
    recorded: BTreeSet<String>,
}

impl<'a> Catalogue<'a> {
    /// What the programs of a fleet export, with the objects that configure them.
    pub fn new(fleet: &'a Fleet, objects: &'a Objects) -> Self {
        let listeners = fleet.pools.iter().zip(&objects.pools);
        let listeners = listeners
            .map(|(pool, objects)| (pool.name(), objects.runner_set.spec.listener_metrics.as_deref()));
        Self { fleet, listeners: listeners.collect(), recorded: recorded(objects) }
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
                top: None,
            });
        }
        if self.recorded.contains(name) {
            return Ok(Known { kind: KnownKind::Gauge, labels: None, unit: None, metric: None, top: None });
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
        let labels = match metric.source {
            Source::Listener => self.listener_labels(metric)?,
            _ => metric.labels.iter().map(|label| (*label).to_owned()).collect(),
        };
        Ok(known(metric, series.part, labels))
    }

    /// The labels that some listener gives to a metric.
    fn listener_labels(&self, metric: &'static Metric) -> Result<BTreeSet<String>, Missing> {
        let mut labels = BTreeSet::new();
        let mut exported = self.listeners.is_empty();
        for (_, config) in &self.listeners {
            let Some(config) = config else {
                exported = true;
                labels.extend(arc::default_labels(metric).map(str::to_owned));
                continue;
            };
            let counters = config.counters.iter().chain(&config.gauges).flatten();
            let plain = counters.filter(|(name, _)| *name == metric.name).map(|(_, found)| &found.labels);
            let histograms = config.histograms.iter().flatten();
            let bucketed =
                histograms.filter(|(name, _)| *name == metric.name).map(|(_, found)| &found.labels);
            for found in plain.chain(bucketed) {
                exported = true;
                labels.extend(found.iter().cloned());
            }
        }
        if exported {
            return Ok(labels);
        }
        Err(Missing {
            why: "is exported by no pool: `listenerMetrics` of their AutoscalingRunnerSets lists others, and a listener exports only what is listed".to_owned(),
            help: format!("add `{}` to the patch that sets `listenerMetrics`", metric.name),
        })
    }

    fn unknown(&self, name: &str) -> Missing {
        if name == "gha_job_queue_duration_seconds" {
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

    /// All values that a label of a series can have, where they are known.
    pub fn values(&self, known: &Known, label: &str) -> Option<Values> {
        let fleet = self.fleet;
        let metric = known.metric?;
        if let Some(values) = metric.values_of(label) {
            return Some(Values::only(values.iter().map(|value| (*value).to_owned())));
        }
        if label == "le"
            && let MetricKind::Histogram(buckets) = metric.kind
        {
            // Prometheus 3 writes 15 as 15.0 where an older one keeps what it was sent.
            let bounds = buckets.iter().flat_map(|bound| [bound.to_string(), format!("{bound:?}")]);
            return Some(Values::only(bounds.chain(["+Inf".to_owned()])));
        }
        let pools = || fleet.pools.iter().map(|pool| pool.name().to_owned());
        match (metric.source, label) {
            (Source::Listener | Source::Controller | Source::Prometheus, "pool")
            | (Source::Listener | Source::ArcController, "name") => Some(Values::only(pools())),
            (Source::Exporter, "pool") => {
                let more = ["unmatched", "none"].map(str::to_owned);
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
                let exporter = fleet.exporter.iter().flat_map(|exporter| &exporter.organizations);
                Some(Values::only(exporter.map(|org| org.name.to_string())))
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

/// The organization of pools; none where an enterprise's may be any.
fn owner(scope: &GithubScope) -> Option<String> {
    match scope {
        GithubScope::Organization(owner) | GithubScope::Repository(owner, _) => Some(owner.clone()),
        GithubScope::Enterprise(_) => None,
    }
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

fn known(metric: &'static Metric, part: SeriesPart, mut labels: BTreeSet<String>) -> Known {
    let top = match metric.kind {
        MetricKind::Histogram(buckets) => buckets.last().copied(),
        _ => None,
    };
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
    Known { kind, labels: Some(labels), unit: Some(unit), metric: Some(metric), top }
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
    Some(Known { kind, labels, unit: None, metric: None, top: None })
}
