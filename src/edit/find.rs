//! From the steps of a path to a place in the tree, guided by the vocabulary.

use super::order::ROOT;
use super::path;
use crate::language::spec::{FieldKind, FieldSpec, Holds, NodeSpec};
use crate::language::suggest::{nearest, one_of};
use crate::syntax::{Node, Scalar};

/// A node on the way to a value: there, or still to be made.
#[derive(Clone, Debug)]
pub struct Stop<'n> {
    /// Its part in the node around.
    pub field: &'static FieldSpec,
    /// Its entry in the vocabulary.
    pub spec: &'static NodeSpec,
    /// Its first argument, where nodes of its word are told apart by that.
    pub name: Option<String>,
    /// The node, if it is there.
    pub node: Option<&'n Node>,
}

/// What a path ends at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// A property.
    Property(&'static FieldSpec),
    /// An argument, by its index.
    Argument(usize, &'static FieldSpec),
    /// All arguments from an index on.
    Arguments(usize, &'static FieldSpec),
    /// The node itself: it has no value.
    Node,
}

/// A place in a fleet file.
#[derive(Clone, Debug)]
pub struct Place<'n> {
    /// The nodes from the top level down; never empty.
    pub stops: Vec<Stop<'n>>,
    /// What is meant of the last of them.
    pub goal: Goal,
}

/// Finds the place that a path names among top-level nodes.
///
/// # Errors
/// There is no such place in the language, or no node of that name; as a sentence.
pub fn find<'n>(steps: &[String], nodes: &'n [Node]) -> Result<Place<'n>, String> {
    let mut walk = Walk { spec: &ROOT, children: nodes, stops: Vec::new(), steps, at: 0 };
    let goal = loop {
        let Some(step) = steps.get(walk.at) else { break walk.own_value()? };
        if let Some(goal) = walk.part(step) {
            if let Some(more) = steps.get(walk.at + 1) {
                return Err(format!(
                    "`{}` is a value: nothing like `{more}` is in it",
                    walk.so_far(walk.at + 1)
                ));
            }
            break goal?;
        }
        walk.enter(step)?;
    };
    Ok(Place { stops: walk.stops, goal })
}

/// The name of a node that is told apart by its first argument.
pub fn name_of(node: &Node) -> Option<String> {
    match node.args.first().map(|arg| &arg.value) {
        Some(Scalar::String(name)) => Some(name.clone()),
        Some(Scalar::Integer(number)) => Some(number.to_string()),
        _ => None,
    }
}

struct Walk<'n, 's> {
    spec: &'static NodeSpec,
    children: &'n [Node],
    stops: Vec<Stop<'n>>,
    steps: &'s [String],
    at: usize,
}

impl<'n> Walk<'n, '_> {
    fn so_far(&self, count: usize) -> String {
        path::join(self.steps.iter().take(count).map(String::as_str))
    }

    /// Whether the node's first argument is its name.
    fn named(&self) -> bool {
        self.stops.last().is_some_and(|stop| stop.name.is_some())
    }

    /// The value of the node itself: the argument behind its name.
    fn own_value(&self) -> Result<Goal, String> {
        if self.stops.is_empty() {
            return Err("the path is empty".to_owned());
        }
        let first = usize::from(self.named());
        Ok(match self.spec.arguments().nth(first) {
            Some(field) => of_argument(first, field),
            None => Goal::Node,
        })
    }

    /// The property or argument of this name.
    fn part(&self, step: &str) -> Option<Result<Goal, String>> {
        if let Some(field) = self.spec.property(step) {
            return Some(Ok(Goal::Property(field)));
        }
        if self.spec.child(step).is_some() {
            return None;
        }
        let (at, field) = self.spec.arguments().enumerate().find(|(_, field)| field.name == step)?;
        if at == 0 && self.named() {
            return Some(Err(format!(
                "`{}` is how it is told apart: change it with `fleetc rename`",
                self.so_far(self.at + 1)
            )));
        }
        Some(Ok(of_argument(at, field)))
    }

    fn enter(&mut self, step: &str) -> Result<(), String> {
        let Some((field, spec)) = self.spec.child(step) else { return Err(self.unknown(step)) };
        let children = self.children;
        let twins: Vec<&'n Node> = children.iter().filter(|child| child.word.value == field.name).collect();
        self.at += 1;
        let several = matches!(field.kind, FieldKind::Children | FieldKind::List);
        let (name, node) = match (several, spec.arguments().next()) {
            (false, _) => (None, twins.first().copied()),
            (true, Some(argument)) => self.pick_named(step, argument.name, &twins)?,
            (true, None) => (None, Some(self.pick_counted(step, &twins)?)),
        };
        self.children = node.map_or(&[], |node| node.children.as_slice());
        self.spec = spec;
        self.stops.push(Stop { field, spec, name, node });
        Ok(())
    }

    fn pick_named(
        &mut self,
        word: &str,
        argument: &str,
        twins: &[&'n Node],
    ) -> Result<(Option<String>, Option<&'n Node>), String> {
        let Some(name) = self.steps.get(self.at) else {
            let known: Vec<_> = twins.iter().filter_map(|node| name_of(node)).collect();
            let there = match known.as_slice() {
                [] => "there is none yet".to_owned(),
                known => format!("there is {}", one_of(known.iter().map(String::as_str))),
            };
            return Err(format!(
                "say which `{word}`: `{}.{}`; {there}",
                self.so_far(self.at),
                argument.to_uppercase()
            ));
        };
        self.at += 1;
        let mut meant = twins.iter().filter(|node| name_of(node).as_ref() == Some(name));
        let found = meant.next().copied();
        match meant.count() {
            0 => Ok((Some(name.clone()), found)),
            more => {
                Err(format!("`{}` stands {} times: edit the file by hand", self.so_far(self.at), more + 1))
            }
        }
    }

    /// Nodes without a name are counted from 1.
    fn pick_counted(&mut self, word: &str, twins: &[&'n Node]) -> Result<&'n Node, String> {
        let number = self.steps.get(self.at).and_then(|step| step.parse::<usize>().ok());
        self.at += 1;
        let found = number.and_then(|number| twins.get(number.checked_sub(1)?));
        found.copied().ok_or_else(|| match twins.len() {
            0 => format!("there is no `{word}` here: add the first by hand"),
            1 => format!("`{word}` has no name: write `{}.1`", self.so_far(self.at - 1)),
            count => format!(
                "`{word}` has no name: count them, from `{0}.1` to `{0}.{count}`",
                self.so_far(self.at - 1)
            ),
        })
    }

    fn unknown(&self, step: &str) -> String {
        let words = || self.spec.child_words().chain(self.spec.property_names());
        let place = match self.at {
            0 => "at the top level of a fleet".to_owned(),
            at => format!("in `{}`", self.so_far(at)),
        };
        let mut message = format!("there is no `{step}` {place}");
        // `pools` is a slip of `pool`, whatever lies deeper.
        let near = nearest(step, words());
        let stem = near.is_some_and(|near| near.starts_with(step) || step.starts_with(near));
        if let Some(below) = below(self.spec, step, 2).filter(|_| !stem) {
            let below = format!("{}{}{below}", self.so_far(self.at), if self.at == 0 { "" } else { "." });
            message.push_str(&format!("; did you mean `{below}`?"));
        } else if let Some(near) = near {
            message.push_str(&format!("; did you mean `{near}`?"));
        } else if words().next().is_some() {
            message.push_str(&format!("; it has {}", one_of(words())));
        }
        message
    }
}

fn of_argument(at: usize, field: &'static FieldSpec) -> Goal {
    match field.kind {
        FieldKind::Arguments => Goal::Arguments(at, field),
        _ => Goal::Argument(at, field),
    }
}

/// The way to a property of exactly this name in a node that stands once, at most so many levels down.
fn below(spec: &'static NodeSpec, name: &str, depth: usize) -> Option<String> {
    let single = |field: &&FieldSpec| field.kind == FieldKind::Child;
    spec.fields.iter().filter(single).find_map(|field| {
        let Holds::Node(child) = field.holds else { return None };
        if child.property(name).is_some() || child.child(name).is_some() {
            return Some(format!("{}.{name}", field.name));
        }
        let deeper = depth.checked_sub(1).filter(|depth| *depth > 0)?;
        below(child, name, deeper).map(|rest| format!("{}.{rest}", field.name))
    })
}
