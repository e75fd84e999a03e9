//! Declarations beside pools, each with what happens to its objects.

use super::change::{Consequence, Entry, Place, Subject, Verb};
use super::declared::{Declared, claim_of, declared};
use super::effect::Effect;
use super::facts::changes_of;
use super::objects::{self, Happening};
use super::pairing::Side;
use crate::emit::{Body, Object};
use crate::syntax::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// One entry for each declaration, and each other object, that is not as it was.
pub fn entries(before: Option<Side<'_>>, after: Side<'_>, sources: &Sources) -> Vec<Entry> {
    let old = before.map(|side| declared(side.fleet)).unwrap_or_default();
    let new = declared(after.fleet);
    let known: BTreeSet<_> = old.keys().chain(new.keys()).cloned().collect();
    let mut of_objects: BTreeMap<(String, String), Vec<(Verb, Consequence)>> = BTreeMap::new();
    for happening in objects::happenings(before, after) {
        let owner = owner(&happening, &known, before, after);
        of_objects.entry(owner).or_default().push((happening.verb, happening.consequence));
    }
    let keys: BTreeSet<_> = known.iter().chain(of_objects.keys()).cloned().collect();
    let entry = |key: (String, String)| {
        let happens = of_objects.remove(&key).unwrap_or_default();
        entry(&key, old.get(&key), new.get(&key), happens, sources)
    };
    keys.into_iter().filter_map(entry).collect()
}

fn entry(
    (word, name): &(String, String),
    old: Option<&Declared>,
    new: Option<&Declared>,
    of_objects: Vec<(Verb, Consequence)>,
    sources: &Sources,
) -> Option<Entry> {
    let facts = |declared: Option<&Declared>| declared.map(|one| one.facts.clone()).unwrap_or_default();
    let verb = match (old, new) {
        (None, Some(_)) => Verb::Added,
        (Some(_), None) => Verb::Removed,
        (Some(_), Some(_)) => Verb::Changed,
        (None, None) => common(&of_objects),
    };
    let mut happens: Vec<_> = of_objects.into_iter().map(|(_, happens)| happens).collect();
    let changes =
        if verb == Verb::Removed { Vec::new() } else { changes_of(&facts(old), &facts(new), sources) };
    if changes.is_empty() && happens.is_empty() && verb == Verb::Changed {
        return None;
    }
    if let (true, Some(text)) = (happens.is_empty(), reaches(word)) {
        happens.push(Consequence { effect: Effect::InPlace, text: text.to_owned(), fields: Vec::new() });
    }
    let place = new.or(old).map(|declared| Place::of(declared.span, sources));
    Some(Entry::new(Subject::new(word.clone(), name.clone()), verb, changes, happens, place))
}

/// What becomes of all objects alike.
fn common(of_objects: &[(Verb, Consequence)]) -> Verb {
    let mut verbs = of_objects.iter().map(|(verb, _)| *verb);
    let first = verbs.next().unwrap_or(Verb::Changed);
    if verbs.all(|verb| verb == first) { first } else { Verb::Changed }
}

/// Where a declaration goes whose objects are made of several of its kind.
fn reaches(word: &str) -> Option<&'static str> {
    match word.split(' ').next()? {
        "vault" => Some(
            "fleet-controller writes it to the server; logins that are there keep what they have until they end",
        ),
        "alerts" => Some("Prometheus loads the rules that it is part of"),
        "workflows" => Some("files of .github/ change with it"),
        _ => None,
    }
}

/// The declaration that an object is made from; the object itself where that is no single one.
fn owner(
    happening: &Happening<'_>,
    known: &BTreeSet<(String, String)>,
    before: Option<Side<'_>>,
    after: Side<'_>,
) -> (String, String) {
    let object = happening.object;
    let metadata = object.body.metadata();
    let program = metadata.labels.as_ref().and_then(|labels| labels.get("app.kubernetes.io/name"));
    if program.is_some_and(|program| program == "fleet-exporter") {
        return ("exporter".to_owned(), String::new());
    }
    let name = metadata.name.unwrap_or_default();
    match &object.body {
        Body::PersistentVolumeClaim(_) => {
            let caches = [Some(after), before].into_iter().flatten().flat_map(|side| &side.fleet.caches);
            let mut caches = caches.filter(|cache| claim_of(&cache.node) == Some(name.as_str()));
            let cache = caches.next().map(|cache| cache.node.name.to_string());
            cache.map_or_else(|| itself(object), |cache| ("cache".to_owned(), cache))
        }
        Body::PriorityClass(_) => ("priority".to_owned(), name),
        Body::Namespace(_) => ("namespace".to_owned(), name),
        Body::ResourceQuota(_) | Body::LimitRange(_) | Body::NetworkPolicy(_) => {
            ("namespace".to_owned(), metadata.namespace.unwrap_or_default())
        }
        Body::Application(_) | Body::AppProject(_) => match name.rsplit('-').next() {
            Some("controller") => ("controller".to_owned(), String::new()),
            Some("crds") => ("versions".to_owned(), String::new()),
            _ => ("Argo CD".to_owned(), String::new()),
        },
        _ => match object.body.kind().as_str() {
            "Fleet" => ("upkeep".to_owned(), String::new()),
            "PrometheusRule" => ("alerts".to_owned(), String::new()),
            "VaultServer" => ("vault".to_owned(), server(&name, after)),
            "VaultJwtAuth" | "VaultKubernetesAuth" => of_vault("auth", &name, known, object),
            "VaultPolicy" => of_vault("policy", &name, known, object),
            "VaultJwtRole" | "VaultKubernetesRole" => of_vault("role", &name, known, object),
            _ => itself(object),
        },
    }
}

/// The name of a server's entry: the only one has none.
fn server(name: &str, side: Side<'_>) -> String {
    if side.fleet.vaults.len() > 1 { name.to_owned() } else { String::new() }
}

/// The part of a server that a custom resource is made from: its name ends with it, and starts with the server's. The
/// policy of a role goes with the role.
fn of_vault(part: &str, name: &str, known: &BTreeSet<(String, String)>, object: &Object) -> (String, String) {
    let (server, own) = (name.split('.').next().unwrap_or(name), name.rsplit('.').next().unwrap_or(name));
    let declared = |part: &str| {
        let names = [own.to_owned(), format!("{server}/{own}")];
        names.into_iter().map(|name| (format!("vault {part}"), name)).find(|key| known.contains(key))
    };
    let found = declared(part).or_else(|| if part == "policy" { declared("role") } else { None });
    found.unwrap_or_else(|| itself(object))
}

fn itself(object: &Object) -> (String, String) {
    let title = objects::title(object);
    title
        .split_once(' ')
        .map_or((title.clone(), String::new()), |(kind, name)| (kind.to_owned(), name.to_owned()))
}
