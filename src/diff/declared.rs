//! What is declared beside pools, by the words that people know it by.

use crate::language::nodes;
use crate::language::walk::{Fact, Facts, Named, Walk};
use crate::model::Fleet;
use crate::syntax::Span;
use std::collections::BTreeMap;

/// A declaration: its values and its place.
pub struct Declared {
    /// Its values.
    pub facts: Vec<Fact>,
    /// Where it stands.
    pub span: Span,
}

/// All declarations but pools, by word and name.
pub fn declared(fleet: &Fleet) -> BTreeMap<(String, String), Declared> {
    let mut all = Collector::default();
    all.only("fleet", Some(&fleet.node));
    all.only("versions", fleet.versions.node.as_ref());
    all.only("controller", fleet.controller.node.as_ref());
    all.each("cluster", fleet.clusters.iter().filter_map(|cluster| cluster.node.as_ref()));
    let namespaces = fleet.namespaces.iter().filter_map(|used| used.node.as_ref());
    all.each("namespace", namespaces.chain(&fleet.controller.namespace_node));
    all.each("priority", &fleet.priorities);
    all.each("hardware", fleet.hardware.iter().map(|class| &class.node));
    all.each("cache", fleet.caches.iter().map(|cache| &cache.node));
    all.each("rule", &fleet.rules);
    all.each("patch", &fleet.patches);
    all.each("manifest", fleet.manifests.iter().map(|manifest| &manifest.node));
    for vault in &fleet.vaults {
        // The only server needs no name.
        let server = if fleet.vaults.len() > 1 { vault.name() } else { "" };
        all.parts("vault", server, Some(&vault.node));
    }
    all.only("upkeep", fleet.upkeep.as_ref());
    all.only("exporter", fleet.exporter.as_ref());
    all.parts("alerts", "", fleet.alerts.as_ref());
    all.parts("workflows", "", fleet.workflows.as_ref().map(|workflows| &workflows.node));
    all.each("repository", &fleet.usage.repositories);
    all.each("runner-group", &fleet.usage.runner_groups);
    all.each("retired", &fleet.usage.retired);
    all.each("variable", &fleet.usage.variables);
    all.each("other-runners", &fleet.usage.other_runners);
    all.found
}

#[derive(Default)]
struct Collector {
    found: BTreeMap<(String, String), Declared>,
}

impl Collector {
    fn only<T: Walk + Named>(&mut self, word: &str, node: Option<&T>) {
        if let Some(node) = node {
            self.add(word.to_owned(), String::new(), Facts::of(node), node.own_span());
        }
    }

    fn each<'n, T: Walk + Named + 'n>(&mut self, word: &str, nodes: impl IntoIterator<Item = &'n T>) {
        for node in nodes {
            self.add(word.to_owned(), node.own_name().unwrap_or_default(), Facts::of(node), node.own_span());
        }
    }

    /// Parts of a node that have a name are subjects of their own: a role, a secret, an alert. Of several such nodes
    /// each has a name, which stands in front.
    fn parts<T: Walk + Named>(&mut self, word: &str, name: &str, node: Option<&T>) {
        let Some(node) = node else { return };
        let mut own = Vec::new();
        for fact in Facts::of(node) {
            let part = fact.path.first().and_then(|first| first.split_once(" \""));
            let Some((part, own_name)) = part else {
                own.push(fact);
                continue;
            };
            let own_name = own_name.trim_end_matches('"');
            let full = if name.is_empty() { own_name.to_owned() } else { format!("{name}/{own_name}") };
            let key = (format!("{word} {part}"), full);
            let below = Fact { path: fact.path[1..].to_vec(), ..fact.clone() };
            let declared =
                self.found.entry(key).or_insert_with(|| Declared { facts: Vec::new(), span: fact.span });
            if !below.path.is_empty() || !below.value.is_empty() {
                declared.facts.push(below);
            }
        }
        self.add(word.to_owned(), name.to_owned(), own, node.own_span());
    }

    /// Several of one name, such as two patches of a kind, are one subject.
    fn add(&mut self, word: String, name: String, facts: Vec<Fact>, span: Span) {
        let declared = self.found.entry((word, name));
        declared.or_insert_with(|| Declared { facts: Vec::new(), span }).facts.extend(facts);
    }
}

/// The claim of a cache, if its data lies in one.
pub fn claim_of(cache: &nodes::Cache) -> Option<&str> {
    cache.claim.as_ref().map(|claim| claim.name.as_str())
}
