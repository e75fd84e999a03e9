//! What goes wrong with a fleet, one rule a file.
//!
//! A rule holds its code, its page and its two examples; `docs/rules/` and `fleetc explain` are made
//! from it, and tests run both examples. To add one, copy a small file of the same section, change
//! it, and name it in the section's `RULES`.

pub mod argocd;
pub mod capacity;
mod context;
pub mod credentials;
pub mod dind;
pub mod example;
mod findings;
pub mod hooks;
pub mod image;
pub mod language;
pub mod language_use;
pub mod listener;
pub mod manifests;
pub mod names;
pub mod patches;
pub mod placement;
mod pods;
mod registry;
mod rule;
pub mod scaling;
pub mod syntax;
pub mod upgrades;

pub use context::{Context, PoolView};
pub use findings::{Findings, Silenced};
pub use registry::{SECTIONS, Section, find, rules};
pub use rule::{Check, Rule};

use crate::diagnostic::Diagnostics;

/// Runs every rule; what the fleet silences is kept aside with its reason.
pub fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) -> Vec<Silenced> {
    let mut findings = Findings::new(context.fleet, diagnostics);
    findings.report_unknown_rules();
    for rule in rules() {
        match rule.check {
            Check::Fleet(check) => check(context, &mut findings.of(rule)),
            Check::Pool(check) => {
                for view in context.pools() {
                    check(context, view, &mut findings.of_pool(rule, view.pool));
                }
            }
            Check::Reading => {}
        }
    }
    findings.into_silenced()
}
