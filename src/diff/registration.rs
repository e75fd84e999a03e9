//! Where a pool registers, and what becomes of it when that changes.
//!
//! Source: `createRunnerScaleSet`, `deleteRunnerScaleSet` and `updateRunnerScaleSetRunnerGroup` in
//! `autoscalingrunnerset_controller.go`, `scaleSetListenerName` in `resourcebuilder.go`, release 0.14.2.

use super::change::Consequence;
use super::effect::Effect;
use super::pairing::Pairing;
use crate::check::PoolView;
use crate::check::names::identity::{registration, scale_set_name};
use crate::contract::arc::Release;
use std::collections::HashMap;

/// What a move does, where the pool keeps its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To another namespace: another resource of the same scale set.
    Namespace,
    /// To another cluster: another resource of the same scale set, under another controller.
    Cluster,
    /// To another organization, repository, enterprise or server.
    Url,
    /// To another runner group, with a release that names listeners by it.
    Group,
    /// To another name at GitHub.
    Name,
}

impl Move {
    /// What a reader of the diff has to know.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Namespace => {
                "the pool in the new namespace adopts the scale set, which the controller deletes with the pool in the old one: the new listener asks for a scale set that is gone"
            }
            Self::Cluster => {
                "the pool in the new cluster adopts the scale set, which the old cluster's controller deletes with the pool there: the new listener asks for a scale set that is gone"
            }
            Self::Url => {
                "the resource keeps the number of its scale set at the old address, which means nothing at the new one: its listener is refused"
            }
            Self::Group => {
                "the listener gets a new name; nothing deletes the old one, which keeps the session: the new listener is refused (409) until somebody deletes the old AutoscalingListener"
            }
            Self::Name => "the scale set is renamed at GitHub: jobs that name the old one queue",
        }
    }

    /// How bad it is.
    pub const fn effect(self) -> Effect {
        match self {
            Self::Name => Effect::ScaleSetRecreated,
            Self::Namespace | Self::Cluster | Self::Url | Self::Group => Effect::PoolStalls,
        }
    }
}

/// The moves of a pool that keeps its name in the fleet.
pub fn moves(was: PoolView<'_>, is: PoolView<'_>, release: &Release) -> Vec<Move> {
    let (old, new) = (&was.objects.runner_set, &is.objects.runner_set);
    let mut moves = Vec::new();
    if old.metadata.namespace != new.metadata.namespace {
        moves.push(Move::Namespace);
    }
    if !old.spec.github_config_url.eq_ignore_ascii_case(&new.spec.github_config_url) {
        moves.push(Move::Url);
    } else if old.spec.runner_group != new.spec.runner_group && release.listener_name_has_scope {
        moves.push(Move::Group);
    }
    let name = |set: &crate::emit::kinds::AutoscalingRunnerSet| {
        set.spec.runner_scale_set_name.clone().or_else(|| set.metadata.name.clone()).unwrap_or_default()
    };
    if !name(old).eq_ignore_ascii_case(&name(new)) {
        moves.push(Move::Name);
    }
    moves
}

/// Pools that leave one cluster while another makes a pool of the same scale set: indexes in the pairing's removed and
/// added pools.
pub fn between_clusters(pairing: &Pairing<'_>) -> Vec<(usize, usize)> {
    let key = |view: PoolView<'_>| {
        let at = registration(view);
        (at.scope, at.group, scale_set_name(view).to_lowercase())
    };
    let removed: HashMap<_, _> =
        pairing.removed.iter().enumerate().map(|(at, view)| (key(*view), at)).collect();
    if removed.is_empty() {
        return Vec::new();
    }
    let added = pairing.added.iter().enumerate();
    added.filter_map(|(at, view)| Some((*removed.get(&key(*view))?, at))).collect()
}

/// The same as consequences.
pub fn consequences(was: PoolView<'_>, is: PoolView<'_>, release: &Release, all: &mut Vec<Consequence>) {
    for one in moves(was, is, release) {
        all.push(Consequence { effect: one.effect(), text: one.text().to_owned(), fields: Vec::new() });
    }
}
