//! What goes wrong on the way from one fleet to the next, though each is fine by itself.
//!
//! `fleetc diff` runs these. A rule sees both fleets, which pool became which, and the difference itself.

mod claim_cant_change;
mod controller_gone_first;
mod labels_not_updated;
mod listener_renamed;
mod login_removed;
mod pool_moved;
mod pool_removal_in_use;
mod priority_value_replaced;
mod rollout_blast;
mod scale_set_renamed;
mod template_change_wedge;
mod two_step_mode_change;
mod version_skew_commit;

use super::findings::Findings;
use super::registry::rules;
use super::{Check, Context, PoolView, Rule};
use crate::diagnostic::{Diagnostics, Silenced};
use crate::diff::registration::{Move, moves};
use crate::diff::{Diff, Pairing};
use crate::lint::Use;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &labels_not_updated::RULE,
    &pool_removal_in_use::RULE,
    &scale_set_renamed::RULE,
    &pool_moved::RULE,
    &listener_renamed::RULE,
    &template_change_wedge::RULE,
    &two_step_mode_change::RULE,
    &version_skew_commit::RULE,
    &controller_gone_first::RULE,
    &rollout_blast::RULE,
    &claim_cant_change::RULE,
    &priority_value_replaced::RULE,
    &login_removed::RULE,
];

/// What rules about a change look at.
pub struct ChangeContext<'a> {
    /// The fleet as it was.
    pub before: Context<'a>,
    /// The fleet as it is; its levels of rules count.
    pub after: Context<'a>,
    /// Which pool became which.
    pub pairing: &'a Pairing<'a>,
    /// All that differs.
    pub diff: &'a Diff,
    /// Runners that jobs of scanned repositories ask for.
    pub uses: &'a [Use],
}

impl<'a> ChangeContext<'a> {
    /// Pools that are in both fleets: before, after.
    pub fn pools(&self) -> impl Iterator<Item = (PoolView<'a>, PoolView<'a>)> {
        self.pairing.both.iter().copied()
    }

    /// Pools that keep their name and move in one of these ways.
    fn moved(&self, ways: &'static [Move]) -> impl Iterator<Item = (PoolView<'a>, PoolView<'a>, Move)> {
        let release = self.after.fleet.versions.arc;
        self.pools().flat_map(move |(was, is)| {
            let found = moves(was, is, release).into_iter().filter(|one| ways.contains(one));
            found.map(move |one| (was, is, one))
        })
    }
}

/// Runs every rule about changes; what the fleet silences is kept aside with its reason.
pub fn check(context: &ChangeContext<'_>, diagnostics: &mut Diagnostics) -> Vec<Silenced> {
    let mut findings = Findings::new(context.after.fleet, diagnostics);
    for rule in rules() {
        if let Check::Change(check) = rule.check {
            check(context, &mut findings.of(rule));
        }
    }
    findings.into_silenced()
}
