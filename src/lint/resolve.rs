//! What `runs-on` may come to.

use super::expression::{self, MOST, Possible, Scope, Value, evaluate_template};
use super::inputs::Inputs;
use super::matrix::{Matrix, matrix};
use super::scope::JobScope;
use super::workflow::{Job, Workflow};
use super::world::{FileId, World};
use crate::model::Fleet;
use crate::syntax::{Sources, Span, Spanned};
use crate::yaml::{self, Data};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// Knows the fleet and all workflows.
pub struct Resolver<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// The fleet.
    pub fleet: &'a Fleet,
    /// The workflows.
    pub world: &'a World,
    /// What inputs of a workflow may be, once that has been asked.
    pub(super) inputs: RefCell<HashMap<FileId, Inputs>>,
    /// Workflows whose inputs are being worked out: one that calls itself asks for its own.
    pub(super) asked: RefCell<HashSet<FileId>>,
}

/// What a job asks for, in one of the ways in which it may run.
#[derive(Clone, Debug)]
pub struct Target {
    /// The labels that a runner must have, all of them.
    pub labels: Vec<Spanned<String>>,
    /// The runner group that it must be in.
    pub group: Option<Spanned<String>>,
    /// `runs-on` as a whole.
    pub span: Span,
}

/// A part of `runs-on` that is decided when the workflow runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Where it stands.
    pub span: Span,
    /// The context that `runs-on` can't use, where that is why.
    pub forbidden: Option<String>,
}

/// Contexts that GitHub offers to `runs-on`.
const CONTEXTS: [&str; 6] = ["github", "inputs", "matrix", "needs", "strategy", "vars"];

impl<'a> Resolver<'a> {
    /// Knows nothing yet.
    pub fn new(sources: &'a Sources, fleet: &'a Fleet, world: &'a World) -> Self {
        Self { sources, fleet, world, inputs: RefCell::default(), asked: RefCell::default() }
    }

    /// The matrix of a job, and all that its `runs-on` may come to; of one event, where one is named.
    pub fn resolve(
        &self,
        file: FileId,
        workflow: &Workflow,
        job: &Job,
        event: Option<&str>,
    ) -> (Option<Matrix>, Vec<Target>, Vec<Open>) {
        let mut scope = JobScope { resolver: self, file, workflow, row: None, event };
        let matrix = job.strategy.as_ref().and_then(|strategy| matrix(strategy, self, &scope));
        let (mut targets, mut open) = (Vec::new(), Vec::new());
        let runs = event.is_none() || self.may_run(job, &scope);
        if let Some(runs_on) = job.runs_on.as_ref().filter(|_| runs) {
            let found = self.forbidden(runs_on);
            if found.is_empty() {
                let rows: Vec<_> = match &matrix {
                    Some(matrix) if !matrix.rows.is_empty() => matrix.rows.iter().map(Some).collect(),
                    _ => vec![None],
                };
                for row in rows {
                    scope.row = row;
                    self.of_value(runs_on, &scope, &mut targets, &mut open);
                }
            }
            open.extend(found);
        }
        (matrix, distinct(targets), open)
    }

    /// Whether the `if` of a job may be true.
    fn may_run(&self, job: &Job, scope: &JobScope<'_>) -> bool {
        let Some(condition) = job.condition.as_ref().and_then(|condition| condition.scalar()) else {
            return true;
        };
        let place = |range| condition.place(self.sources, range);
        let values = if condition.text.contains("${{") {
            let template = expression::template(&condition.text);
            template.map(|template| evaluate_template(&condition.text, &template, scope, &place))
        } else {
            expression::parse(&condition.text).map(|parsed| expression::evaluate(&parsed, scope, &place))
        };
        values.map_or(true, |values| values.iter().any(|one| one.value.truth() != Some(false)))
    }

    /// Contexts that `runs-on` uses and can't.
    fn forbidden(&self, value: &yaml::Value) -> Vec<Open> {
        let mut open = Vec::new();
        for_scalars(value, &mut |scalar| {
            let Ok(template) = expression::template(&scalar.text) else { return };
            for (expression, start) in template.expressions() {
                expression.walk(&mut |part| {
                    if let expression::Kind::Context(name) = &part.kind
                        && !CONTEXTS.contains(&name.as_str())
                    {
                        let range = part.range.start + start..part.range.end + start;
                        let span = scalar.place(self.sources, range);
                        open.push(Open { span, forbidden: Some(name.clone()) });
                    }
                });
            }
        });
        open
    }

    fn of_value(
        &self,
        value: &yaml::Value,
        scope: &JobScope<'_>,
        targets: &mut Vec<Target>,
        open: &mut Vec<Open>,
    ) {
        let span = value.span;
        let mut push = |group: Option<Spanned<String>>, sets: Vec<Vec<Spanned<String>>>| {
            targets.extend(sets.into_iter().map(|labels| Target { labels, group: group.clone(), span }));
        };
        if value.mapping().is_some() {
            let labels = match value.get("labels") {
                Some(labels) => self.label_sets(labels, scope, open),
                None => vec![Vec::new()],
            };
            let groups: Vec<Option<Spanned<String>>> = match value.get("group") {
                None => vec![None],
                Some(group) => texts(self.convert(group, scope), open).into_iter().map(Some).collect(),
            };
            for group in groups {
                push(group, labels.clone());
            }
        } else if value.is_sequence() {
            push(None, self.label_sets(value, scope, open));
        } else {
            for one in self.convert(value, scope) {
                match &one.value {
                    Value::Map(_) => {
                        let group = one.property("group");
                        let group = (!matches!(group.value, Value::Null)).then_some(group);
                        let labels = one.property("labels");
                        let sets = match labels.value {
                            Value::Null => vec![Vec::new()],
                            _ => sets_of(labels, open),
                        };
                        match group {
                            None => push(None, sets),
                            Some(group) => {
                                for group in texts(vec![group], open) {
                                    push(Some(group), sets.clone());
                                }
                            }
                        }
                    }
                    _ => push(None, sets_of(one, open)),
                }
            }
        }
    }

    /// Each set of labels that a label or a list of labels may come to.
    fn label_sets(
        &self,
        value: &yaml::Value,
        scope: &JobScope<'_>,
        open: &mut Vec<Open>,
    ) -> Vec<Vec<Spanned<String>>> {
        if !value.is_sequence() {
            return self.convert(value, scope).into_iter().flat_map(|one| sets_of(one, open)).collect();
        }
        let mut sets = vec![Vec::new()];
        for item in value.items() {
            let labels = texts(self.convert(item, scope), open);
            let longer = sets.iter().flat_map(|set: &Vec<Spanned<String>>| {
                labels.iter().map(move |label| {
                    let mut longer = set.clone();
                    longer.push(label.clone());
                    longer
                })
            });
            sets = longer.take(MOST).collect();
        }
        sets
    }

    /// All that a part of a workflow may come to.
    pub fn convert(&self, value: &yaml::Value, scope: &dyn Scope) -> Vec<Possible> {
        match &value.data {
            Data::Scalar(scalar) => {
                if !scalar.text.contains("${{") {
                    return vec![Possible::new(Value::of_scalar(scalar), value.span)];
                }
                let Ok(template) = expression::template(&scalar.text) else {
                    return vec![Possible::new(Value::Unknown, value.span)];
                };
                evaluate_template(&scalar.text, &template, scope, &|range| scalar.place(self.sources, range))
            }
            Data::Sequence(items) => {
                let items = items.iter().map(|item| self.only(item, scope)).collect();
                vec![Possible::new(Value::List(items), value.span)]
            }
            Data::Mapping(mapping) => {
                let entry =
                    |entry: &yaml::Entry| Some((entry.name()?.to_owned(), self.only(&entry.value, scope)));
                let entries = mapping.entries.iter().filter_map(entry).collect();
                vec![Possible::new(Value::Map(entries), value.span)]
            }
        }
    }

    /// The only value that a part can have; unknown where there are several.
    fn only(&self, value: &yaml::Value, scope: &dyn Scope) -> Possible {
        let mut all = self.convert(value, scope);
        match (all.pop(), all.is_empty()) {
            (Some(one), true) => one,
            _ => Possible::new(Value::Unknown, value.span),
        }
    }
}

fn for_scalars(value: &yaml::Value, visit: &mut dyn FnMut(&yaml::Scalar)) {
    match &value.data {
        Data::Scalar(scalar) => visit(scalar),
        Data::Sequence(items) => items.iter().for_each(|item| for_scalars(item, visit)),
        Data::Mapping(mapping) => mapping.entries.iter().for_each(|entry| for_scalars(&entry.value, visit)),
    }
}

/// The texts among the values; the others are open.
fn texts(values: Vec<Possible>, open: &mut Vec<Open>) -> Vec<Spanned<String>> {
    let text = |one: Possible| match one.value.text() {
        Some(text) => Some(Spanned::new(text, one.span)),
        None => {
            open.push(Open { span: one.span, forbidden: None });
            None
        }
    };
    values.into_iter().filter_map(text).collect()
}

/// The sets of labels that a value stands for.
fn sets_of(one: Possible, open: &mut Vec<Open>) -> Vec<Vec<Spanned<String>>> {
    match one.value {
        Value::List(items) => {
            let count = items.len();
            let labels = texts(items, open);
            if labels.len() == count { vec![labels] } else { Vec::new() }
        }
        _ => texts(vec![one], open).into_iter().map(|label| vec![label]).collect(),
    }
}

/// Targets that ask for different runners.
fn distinct(targets: Vec<Target>) -> Vec<Target> {
    let mut seen = HashSet::new();
    let key = |target: &Target| {
        let mut labels: Vec<_> = target.labels.iter().map(|label| label.to_lowercase()).collect();
        labels.sort();
        (labels, target.group.as_ref().map(|group| group.to_lowercase()))
    };
    targets.into_iter().filter(|target| seen.insert(key(target))).collect()
}
