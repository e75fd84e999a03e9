//! The fleet file that sets become.

use super::cache::Caches;
use super::factor::factor;
use super::hardware::Classes;
use super::kdl::Kdl;
use super::live::Surroundings;
use super::pool::{Common, pool};
use super::set::{Set, items, text};
use crate::edit::rank;
use crate::language::value::{ImageRef, Version};
use crate::syntax::{self, Sources};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The parts of the file.
pub struct Draft {
    /// What stands above the pools.
    head: Vec<Kdl>,
    /// The pools, in the order of the sets.
    pub pools: Vec<Kdl>,
    /// Rules that are lowered for the whole fleet.
    pub rules: Vec<Kdl>,
    /// Classes of machines whose number nobody said.
    pub uncounted: Vec<String>,
}

impl Draft {
    /// The fleet of these sets, without patches.
    pub fn new(name: &str, sets: &[Set], around: &Surroundings, arc: Version) -> Self {
        let common = common(sets);
        let token =
            sets.iter().find(|set| secret(set) == common.secret).and_then(|set| set.token) == Some(true);
        let mut fleet =
            Kdl::new("fleet").arg(name).child(Kdl::new("namespace").arg(common.namespace.as_str()));
        let kind = if token { "token-secret" } else { "app-secret" };
        let github = Kdl::new("github").arg(common.url.as_str()).prop(kind, common.secret.as_str());
        fleet = fleet.child(github.maybe("runner-group", common.group.as_deref()));
        let image =
            |word, image: &Option<String>| image.as_ref().map(|image| Kdl::new(word).arg(image.as_str()));
        let versions = Kdl::new("versions")
            .child(Kdl::new("arc").arg(arc.to_string()))
            .children(image("runner", &common.runner_image))
            .children(image("dind", &common.docker_image));
        let controller = around.controller.as_ref().map(|(namespace, name)| {
            Kdl::new("controller")
                .prop("namespace", namespace.as_str())
                .prop("service-account", name.as_str())
        });
        let (mut classes, mut caches) = (Classes::default(), Caches::default());
        let pools =
            sets.iter().map(|set| pool(set, &common, classes.of(set), caches.of(set, around))).collect();
        let (hardware, uncounted) = classes.declared(&around.nodes);
        let mut head = vec![fleet, versions];
        head.extend(controller);
        head.extend(hardware);
        head.extend(caches.declared.into_values());
        Self { head, pools, rules: Vec::new(), uncounted }
    }

    /// The text of the file, with what pools have in common in templates.
    pub fn text(&self) -> String {
        let (templates, pools) = factor(self.pools.clone());
        let mut out = String::new();
        for node in self.head.iter().chain(&templates).chain(&pools).chain(&self.rules) {
            if !out.is_empty() {
                out.push('\n');
            }
            node.write(0, &mut out);
        }
        let mut sources = Sources::default();
        let id = sources.add("", out.clone());
        syntax::format(&sources, id, &rank).unwrap_or(out)
    }
}

fn secret(set: &Set) -> String {
    set.runner_set.pointer("/spec/githubConfigSecret").and_then(Json::as_str).unwrap_or("").to_owned()
}

fn common(sets: &[Set]) -> Common {
    let url =
        |set: &Set| set.runner_set.pointer("/spec/githubConfigUrl").and_then(Json::as_str).map(str::to_owned);
    let image = |set: &Set, name: &str| {
        text(set.container(name), "image").and_then(ImageRef::parse).map(|image| image.to_string())
    };
    // A pool can't do without the fleet's group: it is the fleet's where all have one.
    let group =
        |set: &Set| set.runner_set.pointer("/spec/runnerGroup").and_then(Json::as_str).map(str::to_owned);
    let groups: Option<Vec<_>> = sets.iter().map(group).collect();
    let daemons = sets.iter().filter(|set| !items(set.container("dind"), "args").is_empty());
    Common {
        namespace: most(sets.iter().map(|set| set.namespace.clone())).unwrap_or_default(),
        url: most(sets.iter().filter_map(url)).unwrap_or_default(),
        secret: most(sets.iter().map(secret)).unwrap_or_default(),
        group: groups.and_then(|groups| most(groups.into_iter())),
        runner_image: most(sets.iter().filter_map(|set| image(set, "runner"))),
        docker_image: most(daemons.filter_map(|set| image(set, "dind"))),
    }
}

/// The value that most have; the smallest of several.
fn most(values: impl Iterator<Item = String>) -> Option<String> {
    let mut counts = BTreeMap::<String, usize>::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    let most = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
    most.map(|(value, _)| value)
}
