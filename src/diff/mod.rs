//! What a change of the fleet file does: two compiled fleets, compared.
//!
//! Values are compared as they are in effect, after templates and defaults ([`facts`]). What happens in the
//! cluster is read off the objects ([`pools`], [`objects`]) by the table of the declared ARC release
//! ([`crate::contract::arc`]), so a value that reaches no object has no effect, and a patch has the one of the
//! word that it replaces. Each concern is a file of its own with its own part of [`Diff`].

pub mod access;
pub mod alerts;
pub mod capacity;
mod change;
mod companions;
mod declared;
mod effect;
mod facts;
mod fields;
pub mod listeners;
mod objects;
mod others;
pub mod pairing;
mod pools;
pub mod radius;
pub mod registration;
pub mod render;
pub mod usage;
pub mod workflow_files;

pub use change::{Change, Consequence, Entry, Place, Subject, Verb};
pub use effect::Effect;
pub use objects::{shrinks, title};
pub use pairing::{Pairing, Side};

use crate::check::change::ChangeContext;
use crate::check::{self, Context};
use crate::compile::Compilation;
use crate::contract::runner::Day;
use crate::diagnostic::{Diagnostics, Severity};
use crate::emit::Objects;
use crate::lint::Use;
use crate::syntax::Sources;
use schemars::JsonSchema;
use serde::Serialize;

/// All that differs between two fleets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Diff {
    /// What the fleet is compared with, in words.
    pub base: String,
    /// The ARC release by whose rules effects are told.
    pub arc: String,
    /// The worst effect.
    pub effect: Effect,
    /// How far it reaches.
    pub radius: radius::Radius,
    /// What differs, pools first, in the order of the file.
    pub entries: Vec<Entry>,
    /// Nodes on which something changes.
    pub capacity: Vec<capacity::CapacityChange>,
    /// The bill of the listeners.
    pub listeners: listeners::Listeners,
    /// Who gains and who loses what at Vault servers.
    pub access: Vec<access::AccessChange>,
    /// Alerts that are not as they were.
    pub alerts: Vec<alerts::AlertChange>,
    /// Files of `.github/` that change.
    pub workflow_files: Vec<workflow_files::WorkflowFile>,
    /// Jobs of scanned repositories that name a pool which changes.
    pub uses: Vec<usage::PoolUse>,
    /// What could not be compared, and why: one sentence each.
    pub not_compared: Vec<String>,
}

impl Diff {
    /// Alerts that change though no declaration of their name does: those of a kind of their own.
    pub fn undeclared_alerts(&self) -> Vec<&alerts::AlertChange> {
        let declared = |alert: &&alerts::AlertChange| {
            self.entries
                .iter()
                .any(|entry| entry.subject == Subject::new("alerts alert", alert.alert.clone()))
        };
        self.alerts.iter().filter(|alert| !declared(alert)).collect()
    }

    /// Nodes that a reader must hear of, those with bad news first; and how many others change.
    pub fn notable_capacity(&self) -> (Vec<&capacity::CapacityChange>, usize) {
        const LISTED: usize = 12;
        let mut all: Vec<_> = self.capacity.iter().collect();
        all.sort_by_key(|change| !change.is_news());
        let news = all.iter().filter(|change| change.is_news()).count();
        let more = all.len() - all.len().min(news.max(LISTED));
        all.truncate(news.max(LISTED));
        (all, more)
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.capacity.is_empty()
            && self.access.is_empty()
            && self.alerts.is_empty()
            && self.workflow_files.is_empty()
    }
}

/// Compares a fleet with what it was. The findings of the rules about changes are added to those of `after`.
/// `uses` are the runners that jobs of scanned repositories ask for; their texts are among the files of `after`.
///
/// `before` was compiled beside `after` ([`crate::compile::compile_base`]) and knows the files of both. None where
/// there was no fleet: everything is new. The result is none where the new fleet can't be read at all.
pub fn compare(
    base: &str,
    before: Option<&Compilation>,
    after: &mut Compilation,
    uses: &[Use],
    today: Day,
) -> Option<Diff> {
    let mut not_compared = Vec::new();
    let sources = before.map_or(&after.sources, |run| &run.sources);
    let fleet = after.fleet.as_ref()?;
    let side = Side { fleet, objects: &after.objects };
    let old = before.and_then(|run| Some(Side { fleet: run.fleet.as_ref()?, objects: &run.objects }));
    if let Some(run) = before {
        not_compared.extend(unread(base, run));
    }
    if is_incomplete(&after.diagnostics) {
        not_compared.push(
            "parts of the fleet can't be read: what is left out because of them is shown as removed"
                .to_owned(),
        );
    }
    let pairing = Pairing::new(old, side);
    let mut entries = pools::entries(old, side, &pairing, sources);
    let radius = radius::radius(&entries, old, side, &pairing);
    entries.extend(others::entries(old, side, sources));
    let alerts = alerts::changes(old, side, sources);
    if !alerts.is_empty() {
        // The object that all of them are in says the same once more.
        entries.retain(|entry| !is_rules_alone(entry));
    }
    let uses_of_entries = usage::uses(&entries, uses, sources);
    let diff = Diff {
        base: base.to_owned(),
        arc: fleet.versions.arc.version.to_string(),
        effect: entries.iter().map(|entry| entry.effect).max().unwrap_or(Effect::Nothing),
        radius,
        entries,
        capacity: capacity::changes(old, side),
        listeners: listeners::listeners(old, side),
        access: access::changes(old, side, sources),
        alerts,
        workflow_files: workflow_files::files(old, side),
        uses: uses_of_entries,
        not_compared,
    };
    let mut found = Diagnostics::default();
    if let Some(old) = old {
        let context = ChangeContext {
            before: context(old, sources, today),
            after: context(side, sources, today),
            pairing: &pairing,
            diff: &diff,
            uses,
        };
        let silenced = check::change::check(&context, &mut found);
        found.silence(silenced);
    }
    if let Some(run) = before {
        after.sources = run.sources.clone();
    }
    after.diagnostics.extend(found);
    after.diagnostics.settle();
    Some(diff)
}

fn context<'a>(side: Side<'a>, sources: &'a Sources, today: Day) -> Context<'a> {
    let objects: &'a Objects = side.objects;
    Context { fleet: side.fleet, objects, sources, today }
}

/// Whether an entry is of Prometheus rules, and no value of its own differs.
fn is_rules_alone(entry: &Entry) -> bool {
    entry.subject == Subject::new("alerts", "")
        && entry.changes.is_empty()
        && entry.consequences.iter().all(|happens| happens.effect <= Effect::InPlace)
}

/// Whether declarations were left out because they can't be read.
fn is_incomplete(diagnostics: &Diagnostics) -> bool {
    diagnostics.iter().any(|found| {
        let while_reading =
            check::find(found.code).is_some_and(|rule| matches!(rule.check, check::Check::Reading));
        found.severity == Severity::Error && while_reading
    })
}

/// What of the base could not be read.
fn unread(base: &str, run: &Compilation) -> Option<String> {
    let errors = run.diagnostics.count(Severity::Error);
    match (run.fleet.is_some(), errors) {
        (_, 0) => None,
        (true, 1) => Some(format!("{base} has 1 error: what it left out is shown as new")),
        (true, errors) => Some(format!("{base} has {errors} errors: what they left out is shown as new")),
        (false, _) => Some(format!("{base} has no fleet that can be read: everything is shown as new")),
    }
}
