//! fleet-exporter: how it learns of runs, and what it keeps.

mod exporter_branches;
mod exporter_credentials;
mod exporter_keep;
mod exporter_reads_nothing;
mod exporter_webhook;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &exporter_credentials::RULE,
    &exporter_webhook::RULE,
    &exporter_reads_nothing::RULE,
    &exporter_branches::RULE,
    &exporter_keep::RULE,
];
