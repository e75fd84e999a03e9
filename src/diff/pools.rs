//! What happens to each pool, from its objects.

use super::change::{Change, Consequence, Entry, Place, Subject, Verb};
use super::companions;
use super::effect::Effect;
use super::facts;
use super::fields::fields;
use super::pairing::{Pairing, Side};
use super::registration;
use crate::check::PoolView;
use crate::contract::arc::{Release, VALUES_HASH};
use crate::emit::arc::SEAL;
use crate::language::nodes::UpdateStrategy;
use crate::model::Fleet;
use crate::syntax::Sources;
use rayon::prelude::*;

/// One entry for each pool that is not as it was.
pub fn entries(
    before: Option<Side<'_>>,
    after: Side<'_>,
    pairing: &Pairing<'_>,
    sources: &Sources,
) -> Vec<Entry> {
    let pairs = pairing.both.par_iter();
    let mut entries: Vec<_> = match before {
        Some(before) => pairs
            .filter_map(|(was, is)| changed(&Pair { before, after, was: *was, is: *is }, sources))
            .collect(),
        None => Vec::new(),
    };
    let renamed_to = |at: usize| pairing.renamed.iter().find(|(_, to)| *to == at).map(|(from, _)| *from);
    let moved = registration::between_clusters(pairing);
    entries.extend(pairing.added.iter().enumerate().map(|(at, view)| {
        let was = renamed_to(at).and_then(|from| pairing.removed.get(from));
        let is_moved = moved.iter().any(|(_, to)| *to == at);
        added(after, *view, was.copied(), is_moved, sources)
    }));
    let renamed_from = |at: usize| pairing.renamed.iter().find(|(from, _)| *from == at).map(|(_, to)| *to);
    entries.extend(pairing.removed.iter().enumerate().filter_map(|(at, view)| {
        let becomes = renamed_from(at).and_then(|to| pairing.added.get(to));
        Some(removed(before?, after, *view, becomes.copied(), sources))
    }));
    entries
}

/// A pool as it was and as it is.
pub struct Pair<'a> {
    /// The fleet as it was.
    pub before: Side<'a>,
    /// The fleet as it is.
    pub after: Side<'a>,
    /// The pool as it was.
    pub was: PoolView<'a>,
    /// The pool as it is.
    pub is: PoolView<'a>,
}

fn subject(side: Side<'_>, view: PoolView<'_>) -> Subject {
    let (cluster, name) = side.key(view);
    let cluster = (!cluster.is_empty()).then(|| cluster.to_owned());
    Subject { kind: "pool".to_owned(), name: name.to_owned(), cluster }
}

fn added(
    side: Side<'_>,
    view: PoolView<'_>,
    was: Option<PoolView<'_>>,
    is_moved: bool,
    sources: &Sources,
) -> Entry {
    let runners = match view.pool.max() {
        Some(max) => format!("at most {max} runners"),
        None => "any number of runners".to_owned(),
    };
    let mut text = format!("a new scale set registers at {}: {runners}", view.pool.github.url.value);
    if let Some(was) = was.filter(|_| !is_moved) {
        text.push_str(&format!("; it is what pool \"{}\" was, under another name", was.pool.name()));
    }
    let mut happens = vec![Consequence { effect: Effect::Added, text, fields: Vec::new() }];
    if is_moved {
        let way = registration::Move::Cluster;
        happens.push(Consequence { effect: way.effect(), text: way.text().to_owned(), fields: Vec::new() });
    }
    let changes = facts::changes(None, Some(view.pool.node.as_ref()), sources);
    let place = Some(Place::of(view.pool.span(), sources));
    Entry::new(subject(side, view), Verb::Added, changes, happens, place)
}

fn removed(
    before: Side<'_>,
    after: Side<'_>,
    view: PoolView<'_>,
    becomes: Option<PoolView<'_>>,
    sources: &Sources,
) -> Entry {
    let text = match becomes {
        Some(becomes) => format!(
            "its scale set is deleted: jobs that name it queue until GitHub gives up after 24 hours; pool \"{}\" is what it was",
            becomes.pool.name()
        ),
        None => "its scale set is deleted: jobs that name it queue until GitHub gives up after 24 hours"
            .to_owned(),
    };
    let mut happens = vec![Consequence { effect: Effect::PoolRemoved, text, fields: Vec::new() }];
    if after.fleet.node.gitops.as_ref().is_some_and(|gitops| !gitops.prune.value) {
        happens.push(Consequence {
            effect: Effect::Nothing,
            text: "Argo CD does not prune: until somebody deletes its objects, it stays".to_owned(),
            fields: Vec::new(),
        });
    }
    let place = Some(Place::of(view.pool.span(), sources));
    Entry::new(subject(before, view), Verb::Removed, Vec::new(), happens, place)
}

fn changed(pair: &Pair<'_>, sources: &Sources) -> Option<Entry> {
    let changes =
        facts::changes(Some(pair.was.pool.node.as_ref()), Some(pair.is.pool.node.as_ref()), sources);
    let consequences = consequences(pair, !changes.is_empty());
    if changes.is_empty() && consequences.is_empty() {
        return None;
    }
    let place = Some(Place::of(pair.is.pool.span(), sources));
    Some(Entry::new(subject(pair.after, pair.is), Verb::Changed, changes, consequences, place))
}

fn consequences(pair: &Pair<'_>, declared: bool) -> Vec<Consequence> {
    let mut all = Vec::new();
    let (was, is) = (pair.was.objects, pair.is.objects);
    let release = pair.after.fleet.versions.arc;
    if was.runner_set != is.runner_set {
        of_runner_set(pair, release, &mut all);
    }
    all.extend(of_release(pair));
    if was.hook_template != is.hook_template {
        all.push(Consequence {
            effect: Effect::NextJobs,
            text: "jobs that start later get the new pod".to_owned(),
            fields: fields(&was.hook_template, &is.hook_template),
        });
    }
    if declared || companions::may_differ(pair) {
        all.extend(companions::consequence(pair));
    }
    all
}

/// What another release of the controller does to a pool that it finds.
///
/// Its hashes are of Go structures, whose fields differ from release to release.
fn of_release(pair: &Pair<'_>) -> Option<Consequence> {
    let (was, is) = (pair.before.fleet.versions.arc, pair.after.fleet.versions.arc);
    if was.version == is.version {
        return None;
    }
    if !is.accepts(&pair.before.fleet.versions.version_label) {
        let text = format!(
            "the controller of release {} deletes pools that are labelled for {}: the scale set goes, and is made anew with the pool",
            is.version, was.version
        );
        return Some(Consequence { effect: Effect::ScaleSetRecreated, text, fields: Vec::new() });
    }
    let text = format!(
        "the controller of release {} hashes pools anew: {}",
        is.version,
        roll_text(pair.after.fleet)
    );
    Some(Consequence { effect: roll(pair.after.fleet), text, fields: Vec::new() })
}

/// What becomes of a pool whose runners are made anew.
fn roll(fleet: &Fleet) -> Effect {
    match fleet.controller.update_strategy {
        UpdateStrategy::Immediate => Effect::RunnersRoll,
        UpdateStrategy::Eventual => Effect::PoolDrains,
    }
}

fn roll_text(fleet: &Fleet) -> &'static str {
    match fleet.controller.update_strategy {
        UpdateStrategy::Immediate => "new runners start beside the old ones, which finish their jobs",
        UpdateStrategy::Eventual => {
            "idle runners go at once, new ones and the listener come when the last running job is done; new jobs queue until then"
        }
    }
}

/// Fields of the resource, by what the controller does when they change.
#[derive(Default)]
struct Sorted {
    /// Makes a new set of runners.
    runners: Vec<Change>,
    /// Makes a new listener only.
    listener: Vec<Change>,
    /// Labels and annotations of the resource itself.
    metadata: Vec<Change>,
    /// Whether the mark changes by which all else reaches the runners; it tells a reader nothing.
    sealed: bool,
}

impl Sorted {
    fn new(fields: Vec<Change>, release: &Release) -> Self {
        let mut sorted = Self::default();
        for field in fields {
            if field.what.contains(SEAL) {
                sorted.sealed = true;
                continue;
            }
            let in_spec = field.what.strip_prefix("spec.");
            let name = in_spec.map(|rest| rest.split(['.', '[']).next().unwrap_or(rest));
            let list = match name {
                Some(name) if release.runner_set_fields.contains(&name) => &mut sorted.runners,
                Some(_) => &mut sorted.listener,
                None if field.what.contains(VALUES_HASH) => &mut sorted.listener,
                None => &mut sorted.metadata,
            };
            list.push(field);
        }
        sorted
    }
}

fn of_runner_set(pair: &Pair<'_>, release: &Release, all: &mut Vec<Consequence>) {
    let (was, is) = (&pair.was.objects.runner_set, &pair.is.objects.runner_set);
    let sorted = Sorted::new(fields(was, is), release);
    registration::consequences(pair.was, pair.is, release, all);
    if sorted.sealed || !sorted.runners.is_empty() {
        let mut fields = sorted.runners;
        fields.extend(sorted.listener);
        let text = roll_text(pair.after.fleet).to_owned();
        all.push(Consequence { effect: roll(pair.after.fleet), text, fields });
    } else if !sorted.listener.is_empty() {
        all.push(of_listener(pair, release, sorted.listener));
    }
    if was.spec.runner_scale_set_labels != is.spec.runner_scale_set_labels {
        all.push(Consequence {
            effect: Effect::Nothing,
            text:
                "GitHub is not told of the labels: they are sent when a scale set is created, and never again"
                    .to_owned(),
            fields: Vec::new(),
        });
    }
    if !sorted.metadata.is_empty() {
        all.push(Consequence {
            effect: Effect::InPlace,
            text: "labels of the resource are updated".to_owned(),
            fields: sorted.metadata,
        });
    }
}

/// A change that leaves the runners alone.
///
/// A pool that keeps idle runners has none such where it would stand still for ever: see [`SEAL`].
fn of_listener(pair: &Pair<'_>, release: &Release, fields: Vec<Change>) -> Consequence {
    let eventual = pair.after.fleet.controller.update_strategy == UpdateStrategy::Eventual;
    let (effect, text) = if eventual && release.listener_waits_for_runners {
        (
            Effect::PoolDrains,
            "its listener goes at once and comes back when the last running job is done; new jobs queue until then",
        )
    } else {
        (
            Effect::ListenerRestarts,
            "its listener restarts: for some seconds no job is assigned, running jobs go on",
        )
    };
    Consequence { effect, text: text.to_owned(), fields }
}
