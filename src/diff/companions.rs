//! Accounts and roles beside a pool.

use super::change::Consequence;
use super::effect::Effect;
use super::fields::fields;
use super::pools::Pair;
use crate::emit::{Object, PoolObjects};
use crate::model::Fleet;
use std::borrow::Cow;

/// What becomes of them, if they differ.
pub fn consequence(pair: &Pair<'_>) -> Option<Consequence> {
    let was = pair.was.objects.companions(pair.before.fleet, pair.was.pool);
    let is = pair.is.objects.companions(pair.after.fleet, pair.is.pool);
    let list = |objects: &Cow<'_, [Object]>| {
        let pairs = objects.iter().map(|object| {
            let file = object.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
            (file.to_owned(), serde_json::to_value(&object.body).unwrap_or_default())
        });
        pairs.collect::<serde_json::Map<_, _>>()
    };
    let fields = fields(&list(&was), &list(&is));
    if fields.is_empty() {
        return None;
    }
    let text = "accounts and roles beside the pool are updated".to_owned();
    Some(Consequence { effect: Effect::InPlace, text, fields })
}

/// Whether accounts and roles can differ though the pool's declaration does not: they are only made where
/// they can, since all of them are most objects of a fleet.
pub fn may_differ(pair: &Pair<'_>) -> bool {
    let of_fleet = |fleet: &Fleet| {
        let controller = &fleet.controller;
        (fleet.node.name.value.clone(), controller.service_account.clone(), controller.namespace.clone())
    };
    let patched = |objects: &PoolObjects| !objects.patched_companions().is_empty();
    pair.was.pool.namespace != pair.is.pool.namespace
        || pair.was.pool.github.certificate.is_some() != pair.is.pool.github.certificate.is_some()
        || of_fleet(pair.before.fleet) != of_fleet(pair.after.fleet)
        || patched(pair.was.objects)
        || patched(pair.is.objects)
}
