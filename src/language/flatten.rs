//! Templates: pools are completed by what they build on, before they are decoded.
//!
//! This works on the tree, guided by the vocabulary, so every node keeps the place where it was
//! written: `fleetc show` reads there which line an effective value comes from.

use super::decode::Decode;
use super::nodes::Pool;
use super::spec::{FieldKind, NodeSpec};
use super::suggest::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::syntax::{Node, Scalar};
use std::collections::HashMap;

/// Completes every pool by its templates, and its `github` by the fleet's. A pool whose template
/// can't be had is left out, once that has been reported. Where the text could not be read as a `whole`,
/// a template that is not there is not reported.
pub fn flatten(nodes: &[Node], whole: bool, diagnostics: &mut Diagnostics) -> Vec<Node> {
    let mut templates = Templates::new(nodes, whole, diagnostics);
    let fleet_github = child_of(nodes, "fleet", "github");
    let mut flat = Vec::with_capacity(nodes.len());
    for node in nodes {
        if matches!(node.word.as_str(), "pool" | "template") {
            report_unknown_without(node, diagnostics);
        }
        if node.word.value != "pool" {
            flat.push(node.clone());
            continue;
        }
        let Some(mut pool) = templates.complete(node, diagnostics) else { continue };
        let own_github = pool.children.iter_mut().find(|child| child.word.value == "github");
        if let (Some(own), Some(base), Some((_, spec))) =
            (own_github, &fleet_github, <Pool as Decode>::SPEC.child("github"))
        {
            *own = merge(own, base, spec);
        }
        flat.push(pool);
    }
    flat
}

/// A `without` that removes nothing, because there is no such word.
fn report_unknown_without(node: &Node, diagnostics: &mut Diagnostics) {
    let spec = <Pool as Decode>::SPEC;
    for child in node.children.iter().filter(|child| child.word.value == "without") {
        let (Some(name), Some(arg)) = (name_of(child), child.args.first()) else { continue };
        if spec.child(name).is_some() {
            continue;
        }
        let help = match nearest(name, spec.child_words()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "name a word of a pool, such as \"cache\"".to_owned(),
        };
        let found = Diagnostic::new("wrong-value", format!("there is no `{name}` in a pool to do without"))
            .label(arg.span, "unknown")
            .help(help);
        diagnostics.push(found);
    }
}

fn child_of(nodes: &[Node], parent: &str, word: &str) -> Option<Node> {
    let parent = nodes.iter().find(|node| node.word.value == parent)?;
    parent.children.iter().find(|child| child.word.value == word).cloned()
}

struct Templates<'a> {
    by_name: HashMap<&'a str, &'a Node>,
    complete: HashMap<&'a str, Option<Node>>,
    whole: bool,
}

impl<'a> Templates<'a> {
    fn new(nodes: &'a [Node], whole: bool, diagnostics: &mut Diagnostics) -> Self {
        let mut by_name: HashMap<&str, &Node> = HashMap::new();
        for node in nodes.iter().filter(|node| node.word.value == "template") {
            let Some(name) = name_of(node) else { continue };
            if let Some(first) = by_name.get(name) {
                let found =
                    Diagnostic::new("duplicate-name", format!("`template {name:?}` is declared twice"))
                        .label(node.head(), "again here")
                        .label(first.head(), "first here")
                        .help("rename one of the two, or merge them");
                diagnostics.push(found);
            } else {
                by_name.insert(name, node);
            }
        }
        Self { by_name, complete: HashMap::new(), whole }
    }

    /// The node with all that its templates give it.
    fn complete(&mut self, node: &Node, diagnostics: &mut Diagnostics) -> Option<Node> {
        self.complete_below(node, &mut Vec::new(), diagnostics)
    }

    fn complete_below(
        &mut self,
        node: &Node,
        path: &mut Vec<&'a str>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Node> {
        let from = node.props.iter().find(|property| property.name.value == "from");
        let Some(from) = from else { return Some(without_removed(node.clone())) };
        let Scalar::String(wanted) = &from.value.value else { return Some(node.clone()) };
        let known = self.by_name.contains_key(wanted.as_str());
        if !known && !self.whole {
            return None;
        }
        let Some((name, template)) = self.by_name.get_key_value(wanted.as_str()).map(|(n, t)| (*n, *t))
        else {
            let mut found = Diagnostic::new("unknown-reference", format!("there is no template {wanted:?}"))
                .label(from.value.span, "not declared");
            found.help = match nearest(wanted, self.by_name.keys().copied()) {
                Some(near) => Some(format!("did you mean \"{near}\"?")),
                None => Some(format!("declare `template {wanted:?} {{ … }}`, or remove `from=`")),
            };
            diagnostics.push(found);
            return None;
        };
        if path.contains(&name) {
            let circle = path.iter().skip_while(|step| **step != name).chain([&name]);
            let circle: Vec<_> = circle.map(|step| format!("{step:?}")).collect();
            let found = Diagnostic::new(
                "template-cycle",
                format!("template {name:?} builds on itself: {}", circle.join(" from ")),
            )
            .label(from.value.span, "closes the circle")
            .label(template.head(), "declared here")
            .help("remove one `from=` of the circle");
            diagnostics.push(found);
            return None;
        }
        if !self.complete.contains_key(name) {
            path.push(name);
            let base = self.complete_below(template, path, diagnostics);
            path.pop();
            self.complete.insert(name, base);
        }
        let base = self.complete.get(name)?.as_ref()?;
        Some(merge(node, &without(base, node), &<Pool as Decode>::SPEC))
    }
}

fn name_of(node: &Node) -> Option<&str> {
    match node.args.first().map(|arg| &arg.value) {
        Some(Scalar::String(name)) => Some(name),
        _ => None,
    }
}

/// The base without the words that the node's own `without` names.
fn without(base: &Node, node: &Node) -> Node {
    let words: Vec<_> =
        node.children.iter().filter(|c| c.word.value == "without").filter_map(name_of).collect();
    let mut base = base.clone();
    base.children.retain(|child| !words.contains(&child.word.as_str()));
    base
}

/// A template's own `without` has done its work once it is complete.
fn without_removed(mut node: Node) -> Node {
    if node.word.value == "template" {
        node.children.retain(|child| child.word.value != "without");
    }
    node
}

/// The property that this one excludes: credentials of one kind take the place of the other.
fn rival(spec: &NodeSpec, name: &str) -> Option<&'static str> {
    match (spec.word, name) {
        ("github", "app-secret") => Some("token-secret"),
        ("github", "token-secret") => Some("app-secret"),
        _ => None,
    }
}

/// What the base gives and the node does not say itself.
fn merge(node: &Node, base: &Node, spec: &NodeSpec) -> Node {
    let mut merged = node.clone();
    if merged.args.is_empty() {
        merged.args.clone_from(&base.args);
    }
    let has = |name: &str| node.props.iter().any(|own| own.name.value == name);
    let missing = base.props.iter().filter(|property| {
        let name = property.name.value.as_str();
        name != "from" && !has(name) && !rival(spec, name).is_some_and(has)
    });
    merged.props.extend(missing.cloned());
    merged.children.clear();
    let mut used = vec![false; node.children.len()];
    for inherited in &base.children {
        let kind = spec.child(&inherited.word).map(|(field, spec)| (field.kind, spec));
        let twin = match kind {
            Some((FieldKind::Child, _)) => node.children.iter().position(|own| own.word == inherited.word),
            Some((FieldKind::Children, _)) => node.children.iter().position(|own| {
                own.word == inherited.word
                    && own.args.first().map(|arg| &arg.value) == inherited.args.first().map(|arg| &arg.value)
            }),
            _ => None,
        };
        match (twin, kind) {
            (Some(at), Some((_, spec))) => {
                used[at] = true;
                merged.children.push(merge(&node.children[at], inherited, spec));
            }
            _ => merged.children.push(inherited.clone()),
        }
    }
    let own = node.children.iter().zip(&used).filter(|(_, used)| !**used);
    merged.children.extend(own.map(|(child, _)| child.clone()));
    merged
}
