//! Values that a pool has from its templates.

use super::draft::Tree;
use super::find::{find, name_of};
use super::path;
use crate::syntax::{Node, Scalar};

/// A value that a template gives.
pub struct Inherited {
    /// The template.
    pub template: String,
    /// Where it says so: `fleet.kdl:12`.
    pub line: String,
    /// The path to the value in the template.
    pub steps: Vec<String>,
}

/// The template that a pool has a value from, which the pool does not say itself.
pub fn of(steps: &[String], tree: &Tree) -> Option<Inherited> {
    let [word, pool, rest @ ..] = steps else { return None };
    if word != "pool" || find(steps, &tree.nodes).is_ok_and(|place| place.is_there()) {
        return None;
    }
    let mut node = named(tree, "pool", pool)?;
    // As many steps as there are templates are enough, even where they go in a circle.
    for _ in 0..tree.nodes.len() {
        if rest.first().is_some_and(|word| goes_without(node, word)) {
            return None;
        }
        let template = from(node)?;
        node = named(tree, "template", template)?;
        let steps: Vec<_> =
            ["template", template].into_iter().map(str::to_owned).chain(rest.iter().cloned()).collect();
        if let Ok(place) = find(&steps, &tree.nodes)
            && place.is_there()
        {
            let stop = place.stops.last()?.node?;
            return Some(Inherited {
                template: template.to_owned(),
                line: tree.sources.line_of(stop.span),
                steps,
            });
        }
    }
    None
}

/// The path at which a value is changed: the pool's own, or its template's where that is wanted; and what is to be said.
pub fn redirect(
    steps: Vec<String>,
    tree: &Tree,
    template: bool,
    unset: bool,
) -> Result<(Vec<String>, Vec<String>), String> {
    let inherited = of(&steps, tree);
    let shown = path::join(steps.iter().map(String::as_str));
    match (inherited, template) {
        (Some(inherited), true) => {
            let pools = users(tree, &inherited.template);
            let note = format!("template \"{}\" gives it to {}", inherited.template, count(&pools));
            Ok((inherited.steps, vec![note]))
        }
        (Some(inherited), false) if !unset => {
            let note = format!(
                "pool \"{}\" now says it itself; template \"{}\" ({}) gives other pools what it gave before; \
                 --template changes it there",
                steps.get(1).map_or("", String::as_str),
                inherited.template,
                inherited.line
            );
            Ok((steps, vec![note]))
        }
        (None, true) => match steps.first().map(String::as_str) {
            Some("pool") => Err(format!("no template gives `{shown}`: leave --template away")),
            _ => Err("--template is for values of pools".to_owned()),
        },
        _ => Ok((steps, Vec::new())),
    }
}

fn named<'n>(tree: &'n Tree, word: &str, name: &str) -> Option<&'n Node> {
    tree.nodes.iter().find(|node| node.word.value == word && name_of(node).as_deref() == Some(name))
}

fn from(node: &Node) -> Option<&str> {
    match &node.props.iter().find(|property| property.name.value == "from")?.value.value {
        Scalar::String(name) => Some(name),
        _ => None,
    }
}

fn goes_without(node: &Node, word: &str) -> bool {
    let mut without = node.children.iter().filter(|child| child.word.value == "without");
    without.any(|child| name_of(child).as_deref() == Some(word))
}

/// Pools that build on a template, over others too.
fn users(tree: &Tree, template: &str) -> Vec<String> {
    let builds = |node: &&Node| {
        let mut at = from(node);
        for _ in 0..tree.nodes.len() {
            match at {
                Some(name) if name == template => return true,
                Some(name) => at = named(tree, "template", name).and_then(from),
                None => return false,
            }
        }
        false
    };
    tree.nodes.iter().filter(|node| node.word.value == "pool").filter(builds).filter_map(name_of).collect()
}

fn count(pools: &[String]) -> String {
    match pools {
        [] => "no pool".to_owned(),
        [only] => format!("pool \"{only}\" alone"),
        pools if pools.len() <= 8 => format!("{} pools: {}", pools.len(), pools.join(", ")),
        pools => format!("{} pools", pools.len()),
    }
}
