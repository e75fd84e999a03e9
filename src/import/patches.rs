//! Patches for what the language has no word for, and rules that a set breaks as it was.

use super::difference::{self, Comparison};
use super::fleet::Draft;
use super::kdl::{Kdl, Value};
use super::normal::normal;
use super::set::{Companion, Set};
use crate::check::{self, Check};
use crate::compile::Compilation;
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::PoolObjects;
use crate::output::to_yaml;
use serde_json::Value as Json;

/// The emitted objects of a set's pool.
fn objects<'r>(set: &Set, run: &'r Compilation) -> Option<&'r PoolObjects> {
    let fleet = run.fleet.as_ref()?;
    let at = fleet.pools.iter().position(|pool| pool.name() == set.name)?;
    run.objects.pools.get(at)
}

/// The set as it was and as it is emitted, with the same names; the template of its jobs' pods likewise.
fn pairs(set: &Set, run: &Compilation) -> ((Json, Json), Option<(Json, Json)>) {
    let found = objects(set, run);
    let json =
        |value: Option<Result<Json, serde_json::Error>>| value.and_then(Result::ok).unwrap_or_default();
    let runner_set = json(found.map(|objects| serde_json::to_value(&objects.runner_set)));
    let template = found.and_then(|objects| objects.hook_template.as_ref());
    let template = template.map(|template| json(Some(serde_json::to_value(template))));
    let (mine, hook) = normal(set, &runner_set, template.as_ref());
    ((mine, runner_set), hook.map(|hook| (hook, template.unwrap_or_default())))
}

/// How the emitted objects differ from the set.
pub fn compared(set: &Set, run: &Compilation) -> (Comparison, Option<Comparison>) {
    let ((mine, emitted), hook) = pairs(set, run);
    (difference::compare(&mine, &emitted), hook.map(|(mine, emitted)| difference::compare(&mine, &emitted)))
}

/// Adds the patches that the pools need; how many fields each gives.
pub fn add(draft: &mut Draft, sets: &[Set], run: &Compilation) -> Vec<usize> {
    let patches = |(set, pool): (&Set, &mut Kdl)| {
        if objects(set, run).is_none() {
            return 0;
        }
        let ((mine, emitted), hook) = pairs(set, run);
        let (found, of_hook) = compared(set, run);
        let fields = found.lost().count() + of_hook.iter().flat_map(Comparison::lost).count();
        if let Some(patch) = difference::patch(&mine, &emitted) {
            pool.children.push(merge("AutoscalingRunnerSet", None, &patch));
        }
        if let Some(patch) = hook.and_then(|(mine, emitted)| difference::patch(&mine, &emitted)) {
            pool.children.push(merge("HookTemplate", None, &patch));
        }
        for (kind, name, change) in &set.companions {
            let patch = match change {
                Companion::Merge(patch) => merge(kind, Some(name), patch),
                Companion::Operations(operations) => body(kind, Some(name), "json", operations),
            };
            pool.children.push(patch);
        }
        fields + set.companions.len()
    };
    sets.iter().zip(&mut draft.pools).map(patches).collect()
}

fn merge(kind: &str, name: Option<&String>, patch: &Json) -> Kdl {
    body(kind, name, "merge", patch)
}

fn body(kind: &str, name: Option<&String>, word: &'static str, patch: &Json) -> Kdl {
    // JSON is YAML, should the writer not take something.
    let text = to_yaml(patch).unwrap_or_else(|_| patch.to_string());
    let patch = Kdl::new("patch").arg(kind).maybe("name", name.map(String::as_str));
    patch.child(Kdl::new(word).arg(Value::Lines(text)))
}

/// Why a rule is lowered.
const REASON: &str = "it was so before the import";

/// Lowers rules that find an error in what a set was: the fleet is to say what is there before anybody changes it. True
/// where one was lowered.
pub fn lower(
    draft: &mut Draft,
    sets: &[Set],
    run: &Compilation,
    lowered: &mut [Vec<String>],
    of_fleet: &mut Vec<String>,
) -> bool {
    let mut any = false;
    let errors = run.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    // What is found while the file is read has no rule that could be lowered.
    let can_be = |found: &&Diagnostic| {
        check::find(found.code).is_some_and(|rule| matches!(rule.check, Check::Fleet(_) | Check::Pool(_)))
    };
    for found in errors.filter(can_be) {
        let (codes, rules) = match owner(found, sets, run) {
            Some(at) => (&mut lowered[at], &mut draft.pools[at].children),
            None => (&mut *of_fleet, &mut draft.rules),
        };
        if codes.iter().any(|code| code == found.code) {
            continue;
        }
        any = true;
        codes.push(found.code.to_owned());
        rules.push(Kdl::new("rule").arg(found.code).prop("level", "warning").prop("reason", REASON));
    }
    any
}

/// The set whose pool a finding is about: the one in whose text a label lies, or that its message names.
fn owner(found: &Diagnostic, sets: &[Set], run: &Compilation) -> Option<usize> {
    let fleet = run.fleet.as_ref()?;
    let text = found.labels.first().map(|label| run.sources.get(label.span.source).text.clone());
    let inside = found.labels.iter().find_map(|label| {
        let before = text.as_deref()?.get(..label.span.start as usize)?;
        // Top-level nodes start at the margin of a formatted file.
        let line = before.lines().rev().find(|line| line.starts_with("pool \""))?;
        let name = line.split('"').nth(1)?;
        fleet.pools.iter().any(|pool| pool.name() == name).then(|| name.to_owned())
    });
    let named = || {
        let mut words = found.message.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        words.find(|word| sets.iter().any(|set| set.name == *word)).map(str::to_owned)
    };
    let name = inside.or_else(named)?;
    sets.iter().position(|set| set.name == name)
}
