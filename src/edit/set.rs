//! `fleetc set`: gives values of a fleet, or takes them away.

use super::draft::{Draft, Edit, Tree};
use super::find::{Goal, Place, Stop, find, name_of};
use super::inherit::{self, Inherited};
use super::insert::{Fresh, Style};
use super::order::ROOT;
use super::{path, remove, spell};
use crate::language::spec::{FieldSpec, Holds, NodeSpec, TypeSpec};
use crate::language::suggest::nearest;
use crate::syntax::{Node, Scalar, Sources, Spanned};

/// What `fleetc set` may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Change the template that a pool has the value from, rather than the pool.
    pub template: bool,
    /// Make nodes of a name that is not there, also where they are not complete.
    pub create: bool,
}

/// Gives a value. What there is to say beside the change itself comes back.
///
/// # Errors
/// The path names nothing, or nothing that takes this; as a sentence.
pub fn set(draft: &mut Draft<'_>, path: &str, value: &str, options: Options) -> Result<Vec<String>, String> {
    let tree = draft.tree()?;
    let (steps, notes) = inherit::redirect(path::steps(path)?, &tree, options.template, false)?;
    let place = find(&steps, &tree.nodes)?;
    let edits = Writer { tree: &tree, options }.set(&place, value)?;
    draft.apply(&tree.sources, edits);
    Ok(notes)
}

/// Takes a value away, or a whole node where the path ends at one.
///
/// # Errors
/// There is no such value.
pub fn unset(draft: &mut Draft<'_>, path: &str, options: Options) -> Result<Vec<String>, String> {
    let tree = draft.tree()?;
    let (steps, notes) = inherit::redirect(path::steps(path)?, &tree, options.template, true)?;
    let mut place = find(&steps, &tree.nodes)?;
    if place.is_whole(&steps) {
        place.goal = Goal::Node;
    }
    if !place.is_there() {
        let shown = path::join(steps.iter().map(String::as_str));
        return Err(match inherit::of(&steps, &tree) {
            Some(Inherited { template, line, .. }) => format!(
                "`{shown}` comes from template \"{template}\" ({line}): --template takes it away there, and \
                 `without` in the pool does without a whole word"
            ),
            None => format!("`{shown}` is not there"),
        });
    }
    let edit = take_away(&place, &tree.sources);
    draft.apply(&tree.sources, edit.into_iter().collect());
    Ok(notes)
}

impl Place<'_> {
    /// Whether the path ends at a node rather than at one of its values.
    fn is_whole(&self, steps: &[String]) -> bool {
        let of_nodes: usize =
            self.stops.iter().map(|stop| 1 + usize::from(stop.name.is_some() || stop.counted())).sum();
        of_nodes == steps.len()
    }

    /// Whether the value is written.
    pub(super) fn is_there(&self) -> bool {
        let Some(node) = self.stops.last().and_then(|stop| stop.node) else { return false };
        match self.goal {
            Goal::Property(field) => node.props.iter().any(|property| property.name.value == field.name),
            Goal::Argument(at, _) | Goal::Arguments(at, _) => node.args.len() > at,
            Goal::Node => true,
        }
    }
}

fn take_away(place: &Place<'_>, sources: &Sources) -> Option<Edit> {
    let node = place.stops.last()?.node?;
    match place.goal {
        Goal::Property(field) => {
            let property = node.props.iter().find(|property| property.name.value == field.name)?;
            Some(remove::entry(sources, property.span()))
        }
        Goal::Argument(at, _) => Some(remove::entry(sources, node.args.get(at)?.span)),
        Goal::Arguments(..) | Goal::Node => remove::node(sources, &place.stops),
    }
}

struct Writer<'t> {
    tree: &'t Tree,
    options: Options,
}

impl<'t> Writer<'t> {
    fn style(&self, node: Option<&Node>) -> Style<'t> {
        let source = node.map_or(crate::syntax::SourceId(0), |node| node.span.source);
        Style::of(&self.tree.sources, source, &self.tree.nodes)
    }

    fn set(&self, place: &Place<'_>, value: &str) -> Result<Vec<Edit>, String> {
        let missing = place.stops.iter().position(|stop| stop.node.is_none());
        let Some(missing) = missing else {
            let Some(Stop { spec, node: Some(node), .. }) = place.stops.last() else { return Ok(Vec::new()) };
            return self.change(node, spec, place.goal, value);
        };
        let fresh = self.fresh(place, missing, value)?;
        let around = missing.checked_sub(1).and_then(|at| place.stops.get(at));
        Ok(vec![match around {
            Some(Stop { spec, node: Some(parent), .. }) => {
                self.style(Some(parent)).child(parent, spec, &fresh)
            }
            _ => self.style(None).top_level(&self.tree.nodes, &ROOT, &fresh),
        }])
    }

    fn change(
        &self,
        node: &Node,
        spec: &'static NodeSpec,
        goal: Goal,
        value: &str,
    ) -> Result<Vec<Edit>, String> {
        let style = self.style(Some(node));
        Ok(match goal {
            Goal::Property(field) => {
                let wanted = spell::read(value, type_of(field));
                match node.props.iter().find(|property| property.name.value == field.name) {
                    Some(property) => self.replace(&property.value, &wanted),
                    None => {
                        let spelled = format!("{}={}", field.name, spell::scalar(&wanted));
                        vec![style.entry(node, spec, Some(field.name), &spelled)]
                    }
                }
            }
            Goal::Argument(at, field) => {
                let wanted = spell::read(value, type_of(field));
                match node.args.get(at) {
                    Some(old) => self.replace(old, &wanted),
                    None if at == node.args.len() => {
                        vec![style.entry(node, spec, None, &spell::scalar(&wanted))]
                    }
                    None => {
                        return Err(format!(
                            "`{}` has no other argument before its {} yet",
                            spec.word, field.name
                        ));
                    }
                }
            }
            Goal::Arguments(from, field) => {
                let wanted: Vec<_> =
                    spell::words(value).iter().map(|word| spell::read(word, type_of(field))).collect();
                let old = node.args.get(from..).unwrap_or_default();
                let mut edits: Vec<_> =
                    old.iter().zip(&wanted).flat_map(|(old, wanted)| self.replace(old, wanted)).collect();
                let surplus = old.iter().skip(wanted.len());
                edits.extend(surplus.map(|old| remove::entry(&self.tree.sources, old.span)));
                let more: Vec<_> = wanted.iter().skip(old.len()).map(spell::scalar).collect();
                if !more.is_empty() {
                    edits.push(style.entry(node, spec, None, &more.join(" ")));
                }
                edits
            }
            Goal::Node => {
                truth(spec.word, value)?;
                Vec::new()
            }
        })
    }

    fn replace(&self, old: &Spanned<Scalar>, wanted: &Scalar) -> Vec<Edit> {
        if old.value == *wanted {
            return Vec::new();
        }
        let text = spell::like(self.tree.sources.text(old.span), wanted);
        let range = old.span.start as usize..old.span.end as usize;
        vec![Edit { source: old.span.source, range, text }]
    }

    /// The nodes from an index on, which are not there yet.
    fn fresh(&self, place: &Place<'_>, from: usize, value: &str) -> Result<Fresh, String> {
        let mut made: Option<Fresh> = None;
        for (at, stop) in place.stops.iter().enumerate().skip(from).rev() {
            let last = at + 1 == place.stops.len();
            let part = if last {
                goal_name(place.goal)
            } else {
                place.stops.get(at + 1).map(|stop| stop.field.name)
            };
            self.may_make(place, at, part)?;
            let mut head = stop.field.name.to_owned();
            if let Some(name) = &stop.name {
                head.push_str(&format!(" {}", spell::quoted(name)));
            }
            if last {
                head.push_str(&spelled_goal(place.goal, stop, value)?);
            }
            made = Some(Fresh { word: stop.field.name, head, child: made.map(Box::new) });
        }
        made.ok_or_else(|| "the path is empty".to_owned())
    }

    /// A node of a new name is made where it is complete with what is set: otherwise the name is more likely a slip.
    fn may_make(&self, place: &Place<'_>, at: usize, part: Option<&str>) -> Result<(), String> {
        let Some(Stop { field, spec, name: Some(name), .. }) = place.stops.get(at) else { return Ok(()) };
        let needed = spec.fields.iter().filter(|field| field.required).skip(1);
        let lacks: Vec<_> = needed.map(|field| field.name).filter(|needed| Some(*needed) != part).collect();
        // At the top level other nodes name it, or it is a scale set: a slip must not make a new one.
        if self.options.create || (lacks.is_empty() && at > 0) {
            return Ok(());
        }
        let around = at.checked_sub(1).and_then(|at| place.stops.get(at)?.node);
        let siblings = around.map_or(self.tree.nodes.as_slice(), |node| node.children.as_slice());
        let known: Vec<_> =
            siblings.iter().filter(|node| node.word.value == field.name).filter_map(name_of).collect();
        let near = nearest(name, known.iter().map(String::as_str));
        let hint = near.map_or_else(
            || "; --create makes one".to_owned(),
            |near| format!("; did you mean {near:?}? --create makes a new one"),
        );
        Err(format!("there is no {} {name:?}{hint}", field.name))
    }
}

impl Stop<'_> {
    /// Whether nodes of its word are told apart by number.
    fn counted(&self) -> bool {
        self.field.kind == crate::language::spec::FieldKind::List && self.spec.arguments().next().is_none()
    }
}

const fn goal_name(goal: Goal) -> Option<&'static str> {
    match goal {
        Goal::Property(field) | Goal::Argument(_, field) | Goal::Arguments(_, field) => Some(field.name),
        Goal::Node => None,
    }
}

fn spelled_goal(goal: Goal, stop: &Stop<'_>, value: &str) -> Result<String, String> {
    Ok(match goal {
        Goal::Property(field) => {
            format!(" {}={}", field.name, spell::scalar(&spell::read(value, type_of(field))))
        }
        Goal::Argument(at, field) => {
            if at != usize::from(stop.name.is_some()) {
                return Err(format!(
                    "`{}` has no other argument before its {} yet",
                    stop.spec.word, field.name
                ));
            }
            format!(" {}", spell::scalar(&spell::read(value, type_of(field))))
        }
        Goal::Arguments(_, field) => {
            let words = spell::words(value);
            words
                .iter()
                .map(|word| format!(" {}", spell::scalar(&spell::read(word, type_of(field)))))
                .collect()
        }
        Goal::Node => {
            truth(stop.spec.word, value)?;
            String::new()
        }
    })
}

/// A word without a value is there or is not.
fn truth(word: &str, value: &str) -> Result<(), String> {
    match value {
        "true" | "#true" => Ok(()),
        _ => {
            Err(format!("`{word}` has no value of its own: set one of its parts, or write `true` to have it"))
        }
    }
}

fn type_of(field: &FieldSpec) -> &'static TypeSpec {
    const TEXT: TypeSpec = <crate::language::value::Text as crate::language::value::Value>::TYPE;
    match field.holds {
        Holds::Value(ty) => ty,
        // A goal holds a value by how it is found.
        Holds::Node(_) => &TEXT,
    }
}
