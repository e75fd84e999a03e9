//! What a rule is.

use super::change::ChangeContext;
use super::findings::Reporter;
use super::{Context, PoolView};
use crate::diagnostic::Severity;
use crate::lint::View;

/// A way in which a fleet can go wrong.
pub struct Rule {
    /// Stable name.
    pub code: &'static str,
    /// How bad a finding is unless it says otherwise itself.
    pub severity: Severity,
    /// One line: the mistake.
    pub summary: &'static str,
    /// Markdown: when it is found, what happens in the cluster, what to write, and where this is known from.
    pub explanation: &'static str,
    /// A fleet, or a part of one, in which the mistake is not made.
    pub good: &'static str,
    /// A fleet, or a part of one, in which it is.
    pub bad: &'static str,
    /// How it is found.
    pub check: Check,
}

/// How a mistake is found.
pub enum Check {
    /// By looking at the fleet as a whole.
    Fleet(fn(&Context<'_>, &mut Reporter<'_, '_>)),
    /// By looking at each pool.
    Pool(fn(&Context<'_>, PoolView<'_>, &mut Reporter<'_, '_>)),
    /// By comparing the fleet with what it was; only `fleetc diff` does. Its examples are changes: lines that
    /// start with `-` are of the old fleet, with `+` of the new one.
    Change(fn(&ChangeContext<'_>, &mut Reporter<'_, '_>)),
    /// By looking at each workflow that `fleetc lint` reads against the fleet.
    Workflow(fn(&View<'_>, &mut Reporter<'_, '_>)),
    /// While the file is read or the objects are made: the finding is reported there.
    Reading,
}
