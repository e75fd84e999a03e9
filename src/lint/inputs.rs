//! What inputs of workflows may be.

use super::expression::{Possible, Value};
use super::matrix::matrix;
use super::resolve::Resolver;
use super::scope::JobScope;
use super::workflow::{Giver, Input, Trigger};
use super::world::{FileId, JobId};
use crate::yaml;
use std::collections::HashMap;

/// What each input of a workflow may be, by its name in lower case.
pub type Inputs = HashMap<String, Vec<Possible>>;

impl Resolver<'_> {
    /// All that an input of a workflow may be; none where it has no such input.
    pub fn input(&self, file: FileId, name: &str) -> Option<Vec<Possible>> {
        if !self.inputs.borrow().contains_key(&file) {
            if !self.asked.borrow_mut().insert(file) {
                return None;
            }
            let all = self.all_inputs(file);
            self.inputs.borrow_mut().insert(file, all);
        }
        self.inputs.borrow().get(&file)?.get(&name.to_lowercase()).cloned()
    }

    fn all_inputs(&self, file: FileId) -> Inputs {
        let mut all = Inputs::new();
        let workflow = self.world.file(file).workflow();
        for input in workflow.iter().flat_map(|workflow| &workflow.inputs) {
            let values = match input.giver {
                Giver::Caller => self.of_callers(file, input),
                Giver::Person => of_person(input),
            };
            let of_input = all.entry(input.name.to_lowercase()).or_default();
            of_input.extend(values);
            // Whatever else starts the workflow gives it no input.
            let by_others =
                |trigger: &Trigger| !matches!(trigger.name.as_str(), "workflow_dispatch" | "workflow_call");
            if input.giver == Giver::Person && workflow.is_some_and(|it| it.triggers.iter().any(by_others)) {
                of_input.push(Possible::new(Value::Null, input.name.span));
            }
        }
        all
    }

    fn of_callers(&self, file: FileId, input: &Input) -> Vec<Possible> {
        let callers = self.world.callers(file);
        if callers.is_empty() {
            return of_person(input);
        }
        callers.iter().flat_map(|caller| self.of_caller(*caller, input)).collect()
    }

    fn of_caller(&self, caller: JobId, input: &Input) -> Vec<Possible> {
        let workflow = self.world.file(caller.file).workflow();
        let Some((workflow, job)) = workflow.and_then(|it| Some((it, it.jobs.get(caller.job)?))) else {
            return Vec::new();
        };
        let is_it =
            |entry: &&yaml::Entry| entry.name().is_some_and(|name| name.eq_ignore_ascii_case(&input.name));
        let Some(given) = job.with.iter().find(is_it) else { return vec![default(input)] };
        let mut scope = JobScope { resolver: self, file: caller.file, workflow, row: None, event: None };
        let matrix = job.strategy.as_ref().and_then(|strategy| matrix(strategy, self, &scope));
        let mut values = Vec::new();
        match &matrix {
            Some(matrix) if !matrix.rows.is_empty() => {
                for row in &matrix.rows {
                    scope.row = Some(row);
                    values.extend(self.convert(&given.value, &scope));
                }
            }
            _ => values.extend(self.convert(&given.value, &scope)),
        }
        values
    }
}

/// The value of an input that is not given.
fn default(input: &Input) -> Possible {
    match input.default.as_ref().and_then(|value| Some((value.scalar()?, value.span))) {
        Some((scalar, _)) if scalar.text.contains("${{") => Possible::new(Value::Unknown, scalar.span),
        Some((scalar, span)) => Possible::new(Value::of_scalar(scalar), span),
        None if input.kind == "boolean" => Possible::new(Value::Bool(false), input.name.span),
        None => Possible::new(Value::Text(String::new()), input.name.span),
    }
}

/// All that somebody unknown may give.
fn of_person(input: &Input) -> Vec<Possible> {
    match input.kind.as_str() {
        "boolean" => [true, false].map(|truth| Possible::new(Value::Bool(truth), input.name.span)).into(),
        "choice" if !input.options.is_empty() => {
            let option =
                |value: &yaml::Value| Some(Possible::new(Value::of_scalar(value.scalar()?), value.span));
            input.options.iter().filter_map(option).collect()
        }
        _ => {
            let anything = Possible::new(Value::Unknown, input.name.span);
            match &input.default {
                Some(_) => vec![default(input), anything],
                None => vec![anything],
            }
        }
    }
}
