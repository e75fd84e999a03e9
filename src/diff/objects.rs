//! Objects that are no pool's: what a change of them does.

use super::change::{Change, Consequence, Verb};
use super::effect::Effect;
use super::fields::fields;
use super::pairing::Side;
use crate::emit::companions;
use crate::emit::{Body, Object};
use std::collections::BTreeMap;

/// Something that happens to one object.
pub struct Happening<'a> {
    /// The object, as it is or as it was.
    pub object: &'a Object,
    /// What becomes of it.
    pub verb: Verb,
    /// What happens.
    pub consequence: Consequence,
}

/// All objects that are not as they were.
pub fn happenings<'a>(before: Option<Side<'a>>, after: Side<'a>) -> Vec<Happening<'a>> {
    let by_path = |side: Side<'a>| {
        side.objects.others.iter().map(|object| (object.path.as_str(), object)).collect::<BTreeMap<_, _>>()
    };
    let mut old = before.map(by_path).unwrap_or_default();
    let mut all = Vec::new();
    for object in &after.objects.others {
        let happens = match old.remove(object.path.as_str()) {
            None => Some((Verb::Added, added(object))),
            Some(was) => changed(was, object).map(|happens| (Verb::Changed, happens)),
        };
        all.extend(happens.map(|(verb, consequence)| Happening { object, verb, consequence }));
    }
    let prunes = after.fleet.node.gitops.as_ref().is_none_or(|gitops| gitops.prune.value);
    for (_, object) in old {
        all.push(Happening { object, verb: Verb::Removed, consequence: removed(object, prunes) });
    }
    all
}

/// Kind and name in a sentence.
pub fn title(object: &Object) -> String {
    let metadata = object.body.metadata();
    let name = metadata.name.unwrap_or_default();
    match metadata.namespace {
        Some(namespace) => format!("{} {namespace}/{name}", object.body.kind()),
        None => format!("{} {name}", object.body.kind()),
    }
}

fn one(effect: Effect, text: String, fields: Vec<Change>) -> Consequence {
    Consequence { effect, text, fields }
}

fn added(object: &Object) -> Consequence {
    one(Effect::Added, format!("{} is created", title(object)), Vec::new())
}

fn changed(was: &Object, is: &Object) -> Option<Consequence> {
    let fields = fields(&was.body, &is.body);
    if fields.is_empty() {
        return None;
    }
    let title = title(is);
    if is_pools(&fields) {
        let text = format!("{title} is updated: fleet-exporter reads the pools again");
        return Some(one(Effect::Nothing, text, Vec::new()));
    }
    if matches!(is.body, Body::Fleet(_)) && follows(&fields) {
        let text = format!("{title} is updated: fleet-controller judges nodes by the new numbers");
        return Some(one(Effect::Nothing, text, Vec::new()));
    }
    let (effect, text) = match (&was.body, &is.body) {
        (Body::PersistentVolumeClaim(_), Body::PersistentVolumeClaim(_)) => of_claim(&fields, is),
        (Body::PriorityClass(_), _) => {
            (Effect::InPlace, "is made anew: pods that are there keep the old number".to_owned())
        }
        (Body::NetworkPolicy(_), _) => (Effect::InPlace, "holds for running pods at once".to_owned()),
        (Body::Namespace(_) | Body::ResourceQuota(_) | Body::LimitRange(_), _) => {
            (Effect::InPlace, "is updated: pods that are there stay, new ones are judged by it".to_owned())
        }
        (Body::Deployment(_), _) if fields.iter().any(|field| field.what.starts_with("spec.template")) => {
            (Effect::InPlace, "is updated: its pod starts anew".to_owned())
        }
        _ => (Effect::InPlace, "is updated".to_owned()),
    };
    Some(one(effect, format!("{title} {text}"), fields))
}

/// Whether nothing but what fleet-exporter knows of pools is another: that follows from the pools, which are told of
/// themselves.
fn is_pools(fields: &[Change]) -> bool {
    fields.iter().all(|field| field.what.starts_with("data") && field.what.contains(companions::POOLS))
}

/// Whether nothing is another of what fleet-controller is told but pools and hardware, which are told of themselves.
fn follows(fields: &[Change]) -> bool {
    let told = ["spec.demands", "spec.hardware"];
    fields.iter().all(|field| told.iter().any(|what| field.what.starts_with(what)))
}

/// Fields of a claim that can't be changed, and one that can only grow
/// (`ValidatePersistentVolumeClaimUpdate` of Kubernetes).
fn of_claim(fields: &[Change], object: &Object) -> (Effect, String) {
    let spec: Vec<_> = fields.iter().filter(|field| field.what.starts_with("spec")).collect();
    let size = "spec.resources.requests.storage";
    if replaces(object) && !spec.is_empty() {
        return (Effect::DataLost, "is deleted and made anew, and its data with it".to_owned());
    }
    if let Some(fixed) = spec.iter().find(|field| field.what != size) {
        return (Effect::Refused, format!("can't change in {}: the API server refuses it", fixed.what));
    }
    match spec.first() {
        Some(change) if shrinks(change) => {
            (Effect::Refused, "can't shrink: the API server refuses it".to_owned())
        }
        Some(_) => (Effect::InPlace, "grows, if its storage class allows it".to_owned()),
        None => (Effect::InPlace, "is updated".to_owned()),
    }
}

/// Whether a size is smaller than before.
pub fn shrinks(change: &Change) -> bool {
    let bytes = |text: &Option<String>| {
        let scalar = crate::syntax::Scalar::String(text.clone()?);
        <crate::language::value::Memory as crate::language::value::Value>::read(&scalar).ok()
    };
    bytes(&change.before).zip(bytes(&change.after)).is_some_and(|(before, after)| after.0 < before.0)
}

fn sync_options(object: &Object) -> String {
    let annotations = object.body.metadata().annotations.unwrap_or_default();
    annotations.get(crate::emit::meta::KEEP.0).cloned().unwrap_or_default()
}

fn replaces(object: &Object) -> bool {
    let options = sync_options(object);
    options.contains("Replace=true") && options.contains("Force=true")
}

/// Kinds whose deletion takes data with it.
const DATA: &[&str] =
    &["PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition", "Secret"];

fn removed(object: &Object, prunes: bool) -> Consequence {
    let title = title(object);
    if sync_options(object).contains("Prune=false") || !prunes {
        return one(Effect::Nothing, format!("{title} stays until somebody deletes it"), Vec::new());
    }
    if DATA.contains(&object.body.kind().as_str()) {
        return one(Effect::DataLost, format!("{title} is deleted, and what it holds"), Vec::new());
    }
    one(Effect::InPlace, format!("{title} is deleted"), Vec::new())
}
