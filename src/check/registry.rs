//! All rules, by what they are about.

use super::Rule;
use super::argocd;
use super::capacity;
use super::change;
use super::credentials;
use super::dind;
use super::emitted_workflows;
use super::hooks;
use super::image;
use super::language;
use super::language_use;
use super::listener;
use super::manifests;
use super::monitoring;
use super::names;
use super::patches;
use super::placement;
use super::scaling;
use super::syntax;
use super::upgrades;
use super::vault;
use super::workflows;

/// Rules about one subject.
pub struct Section {
    /// What they are about.
    pub title: &'static str,
    /// The rules.
    pub rules: &'static [&'static Rule],
}

/// All sections, in the order in which `fleetc explain --list` prints them.
pub static SECTIONS: &[Section] = &[
    Section { title: "Names, labels, identity", rules: names::RULES },
    Section { title: "Scaling numbers", rules: scaling::RULES },
    Section { title: "Capacity", rules: capacity::RULES },
    Section { title: "Kubernetes modes and hook template", rules: hooks::RULES },
    Section { title: "Docker beside the runner", rules: dind::RULES },
    Section { title: "Releases of ARC, and its controller", rules: upgrades::RULES },
    Section { title: "Argo CD", rules: argocd::RULES },
    Section { title: "Credentials, network, runner groups", rules: credentials::RULES },
    Section { title: "Vault", rules: vault::RULES },
    Section { title: "Listeners", rules: listener::RULES },
    Section { title: "Disruption, placement, devices", rules: placement::RULES },
    Section { title: "The runner's image", rules: image::RULES },
    Section { title: "Workflows that fleetc emits", rules: emitted_workflows::RULES },
    Section { title: "Workflows of repositories", rules: workflows::RULES },
    Section { title: "Policies of Vault and OpenBao", rules: vault::policies::RULES },
    Section { title: "Backups of Vault", rules: vault::backup::RULES },
    Section { title: "Alerts and metrics", rules: monitoring::RULES },
    Section { title: "Manifests", rules: manifests::RULES },
    Section { title: "Patches", rules: patches::RULES },
    Section { title: "Changes of a fleet", rules: change::RULES },
    Section { title: "Words that mean nothing", rules: language_use::RULES },
    Section { title: "Words, values, references", rules: language::RULES },
    Section { title: "KDL", rules: syntax::RULES },
];

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    SECTIONS.iter().flat_map(|section| section.rules.iter().copied())
}

/// The rule of this code.
pub fn find(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}
