//! What goes wrong with a fleet, one rule a file.
//!
//! A rule holds its code, its page and its two examples; `docs/rules/` and `fleetc explain` are made
//! from it, and tests run both examples. To add one, copy a small file of the same section, change
//! it, and name it in the section's `RULES`.

pub mod argocd;
pub mod capacity;
pub mod change;
mod context;
pub mod credentials;
pub mod dind;
pub mod emitted_workflows;
pub mod example;
pub mod exporter;
mod findings;
pub mod hooks;
pub mod image;
pub mod language;
pub mod language_use;
pub mod listener;
pub mod manifests;
pub mod monitoring;
pub mod names;
pub mod patches;
pub mod placement;
mod pods;
mod registry;
mod rule;
pub mod scaling;
pub mod syntax;
pub mod upgrades;
pub mod vault;
pub mod workflows;

pub use context::{Context, PoolView};
pub use findings::Findings;
pub use registry::{SECTIONS, Section, find, rules};
pub use rule::{Check, Rule};

use crate::diagnostic::{Diagnostics, Silenced};
use rayon::prelude::*;

/// Pools that one core takes at a time. A fleet of no more is not worth a second core.
const BATCH: usize = 128;

/// Runs every rule; what the fleet silences is kept aside with its reason.
pub fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) -> Vec<Silenced> {
    let views: Vec<_> = context.pools().collect();
    let fleet = || vec![of_fleet(context)];
    let batch = |views: &[PoolView<'_>]| of_pools(context, views);
    let (of_fleet, of_pools) = if views.len() <= BATCH {
        (fleet(), vec![batch(&views)])
    } else {
        rayon::join(fleet, || views.par_chunks(BATCH).map(batch).collect())
    };
    let mut silenced = Vec::new();
    for (found, aside) in of_fleet.into_iter().chain(of_pools) {
        diagnostics.extend(found);
        silenced.extend(aside);
    }
    silenced
}

/// What rules about the fleet as a whole find, and what of it is silenced.
fn of_fleet(context: &Context<'_>) -> (Diagnostics, Vec<Silenced>) {
    let mut found = Diagnostics::default();
    let mut findings = Findings::new(context.fleet, &mut found);
    findings.report_unknown_rules();
    for rule in rules() {
        if let Check::Fleet(check) = rule.check {
            check(context, &mut findings.of(rule));
        }
    }
    let silenced = findings.into_silenced();
    (found, silenced)
}

/// What rules about a pool find in these, likewise.
fn of_pools(context: &Context<'_>, views: &[PoolView<'_>]) -> (Diagnostics, Vec<Silenced>) {
    let mut found = Diagnostics::default();
    let mut findings = Findings::new(context.fleet, &mut found);
    for rule in rules() {
        if let Check::Pool(check) = rule.check {
            for view in views {
                check(context, *view, &mut findings.of_pool(rule, view.pool));
            }
        }
    }
    let silenced = findings.into_silenced();
    (found, silenced)
}
