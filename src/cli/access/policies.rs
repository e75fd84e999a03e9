//! What policies grant, without a fleet.

use super::super::{Exit, Format, Global, disk, report};
use super::Options;
use super::fleet::places;
use crate::contract::runner::Day;
use crate::syntax::{SourceId, Sources};
use crate::vault::access::ANY;
use crate::vault::{Acl, Capabilities, Flavour, Operation, Verdict, hcl};
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Answers for the policies that the command line names.
pub fn run(global: &Global, options: &Options) -> Exit {
    let flavour = options.flavour.map_or_else(Flavour::default, Flavour::from);
    let (mut sources, mut policies, mut refused) = (Sources::default(), Vec::new(), false);
    for file in &options.policy {
        let (name, text) = match text(file) {
            Ok(read) => read,
            Err(reason) => return Exit::Failed(format!("can't read {}: {reason}", file.display())),
        };
        let id = sources.add(name.clone(), text.clone());
        match hcl::read(&stem(&name), &text, id, flavour) {
            Ok(policy) => policies.push(policy),
            Err(list) => {
                refused = true;
                refusals(global, &sources, id, flavour, &list);
            }
        }
    }
    if refused {
        return Exit::Wrong;
    }
    let now = match global.today.as_deref().map(Day::parse) {
        Some(None) => return Exit::Failed("--today: write a day as 2026-11-24".to_owned()),
        Some(Some(day)) => day.0 * 86_400,
        None => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64),
    };
    let acl = Acl::new(&policies, flavour, Some(now));
    if options.path.is_empty() {
        rules(global, &acl, &sources);
        return Exit::Fine;
    }
    let operation = options.op.map(Operation::from);
    let answers: Vec<_> =
        options.path.iter().map(|path| (path, ask(&acl, path, operation, &sources))).collect();
    let all = answers.iter().all(|(_, answer)| answer.verdict != Verdict::Denied);
    if global.format == Format::Json {
        report::say(answers.iter().map(|(path, answer)| answer.json(path)).collect::<Value>());
    } else {
        for (path, answer) in &answers {
            answer.print(&format!("{path}: "));
        }
    }
    if operation.is_some() && !all { Exit::Wrong } else { Exit::Fine }
}

/// A file and what it is called in answers.
fn text(file: &Path) -> Result<(String, String), String> {
    if file != Path::new("-") {
        return Ok((file.to_string_lossy().replace('\\', "/"), disk::read(file)?));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(("<stdin>".to_owned(), text))
}

/// The policy's name: that of its file.
fn stem(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned()
}

fn refusals(global: &Global, sources: &Sources, id: SourceId, flavour: Flavour, list: &[hcl::Refusal]) {
    let source = sources.get(id);
    for refusal in list {
        let place = source.position(refusal.span.start);
        if global.format == Format::Json {
            report::say(json!({
                "file": source.path, "line": place.line, "column": place.column, "refused": refusal.message,
            }));
        } else {
            eprintln!(
                "{}:{}:{}: {flavour} refuses the policy: {}",
                source.path, place.line, place.column, refusal.message
            );
        }
    }
}

/// The answer to a question about a path.
pub struct Reply {
    operation: Option<Operation>,
    /// Whether the request is granted; where none is asked for, whether anything is.
    pub verdict: Verdict,
    capabilities: Capabilities,
    is_root: bool,
    rule: Option<String>,
    policies: Vec<String>,
    places: Vec<String>,
    conditions: Vec<String>,
    /// Where a list of the path is decided by another rule than anything else there.
    list: Option<(Operation, Verdict, String)>,
}

/// Asks about a path: for an operation, or else what `sys/capabilities` answers.
pub fn ask(acl: &Acl<'_>, path: &str, operation: Option<Operation>, sources: &Sources) -> Reply {
    let capabilities = acl.capabilities(path);
    let (verdict, decided) = match operation {
        Some(operation) => {
            let answer = acl.answer(path, operation);
            (answer.verdict, answer.decided_by)
        }
        None => {
            let verdict = if capabilities.grants_nothing() { Verdict::Denied } else { Verdict::Allowed };
            (verdict, acl.deciding(path))
        }
    };
    let limits = decided.map(|joined| joined.limits.describe()).unwrap_or_default();
    let mut policies: Vec<_> =
        decided.iter().flat_map(|joined| &joined.sources).map(|source| source.policy.name.clone()).collect();
    policies.dedup();
    let differs =
        [Operation::List, Operation::Scan].into_iter().filter(|_| operation.is_none()).find_map(|list| {
            let answer = acl.answer(path, list);
            let granted = answer.verdict != Verdict::Denied;
            (granted != capabilities.contains(list.capability())).then(|| {
                (list, answer.verdict, answer.decided_by.map_or("", |joined| joined.path()).to_owned())
            })
        });
    Reply {
        operation,
        verdict,
        capabilities,
        is_root: acl.is_root(),
        rule: decided.map(|joined| joined.path().to_owned()),
        policies,
        places: places(acl, path, operation, sources),
        conditions: limits,
        list: differs,
    }
}

impl Reply {
    /// For programs.
    pub fn json(&self, path: &str) -> Value {
        let verdict = match self.verdict {
            Verdict::Denied => "denied",
            Verdict::Conditional => "conditional",
            Verdict::Allowed => "allowed",
        };
        let mut value = json!({
            "path": path,
            "capabilities": if self.is_root { json!(["root"]) } else { json!(self.capabilities) },
            "rule": self.rule, "policies": self.policies, "at": self.places, "conditions": self.conditions,
        });
        if let (Value::Object(map), Some(operation)) = (&mut value, self.operation) {
            map.insert("operation".to_owned(), json!(operation));
            map.insert("verdict".to_owned(), json!(verdict));
        }
        if let (Value::Object(map), Some((operation, verdict, rule))) = (&mut value, &self.list) {
            let granted = *verdict != Verdict::Denied;
            map.insert(operation.to_string(), json!({"granted": granted, "rule": rule}));
        }
        value
    }

    /// For people.
    pub fn print(&self, start: &str) {
        let answer = match (self.operation, self.verdict) {
            (Some(operation), Verdict::Denied) => format!("{operation} is denied"),
            (Some(operation), Verdict::Conditional) => format!("{operation} is granted under conditions"),
            (Some(operation), Verdict::Allowed) => format!("{operation} is granted"),
            (None, _) if self.is_root => "root".to_owned(),
            (None, _) => self.capabilities.to_string(),
        };
        report::say(format_args!("{start}{answer}"));
        let indent = " ".repeat(if start.starts_with(' ') { start.chars().count() } else { 2 });
        match (&self.rule, self.is_root) {
            (_, true) => {}
            (Some(rule), false) => {
                let places =
                    if self.places.is_empty() { self.policies.join(", ") } else { self.places.join(", ") };
                report::say(format_args!("{indent}by \"{rule}\" ({places})"));
            }
            (None, false) => report::say(format_args!("{indent}no rule is about it")),
        }
        for condition in &self.conditions {
            report::say(format_args!("{indent}if {condition}"));
        }
        if let Some((operation, verdict, rule)) = &self.list {
            let granted = if *verdict == Verdict::Denied { "denied" } else { "granted" };
            let rule = if rule.is_empty() { String::new() } else { format!(", by \"{rule}\"") };
            report::say(format_args!(
                "{indent}{operation} is {granted}{rule}: a list gets a slash at the end of its path"
            ));
        }
    }
}

/// All rules, and what comes of each beside the others.
fn rules(global: &Global, acl: &Acl<'_>, sources: &Sources) {
    let mut list = Vec::new();
    for joined in acl.joined() {
        let Some(source) = joined.sources.first() else { continue };
        let witness = source.rule.path.witness(ANY).unwrap_or_default();
        let decided = acl.deciding(&witness);
        let shadow = decided.filter(|decided| decided.path() != joined.path()).map(|decided| decided.path());
        let at: Vec<_> = joined.sources.iter().map(|source| sources.line_of(source.rule.span)).collect();
        list.push((joined.path(), witness.clone(), acl.capabilities(&witness), shadow, at));
    }
    list.sort_by(|a, b| a.0.cmp(b.0));
    let dropped: Vec<_> = acl.dropped().iter().map(|source| source.rule.path.as_str()).collect();
    if global.format == Format::Json {
        let rules: Vec<_> = list
            .iter()
            .map(|(path, witness, capabilities, shadow, at)| {
                json!({"path": path, "witness": witness, "capabilities": capabilities, "shadowed_by": shadow, "at": at})
            })
            .collect();
        report::say(json!({"rules": rules, "dropped": dropped}));
        return;
    }
    for (path, _, capabilities, shadow, at) in &list {
        report::say(format_args!("{path}: {capabilities}"));
        report::say(format_args!("  at {}", at.join(", ")));
        if let Some(shadow) = shadow {
            report::say(format_args!("  decided by \"{shadow}\""));
        }
    }
    for path in dropped {
        report::say(format_args!("{path}: counts for nothing: it depends on who asks, or has ended"));
    }
}
