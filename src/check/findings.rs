//! Findings, with what the fleet says of their severity.

use super::registry::{find, rules};
use super::{Check, Rule};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Silenced};
use crate::language::nodes::{Level, RuleLevel};
use crate::language::suggest::nearest;
use crate::model::{Fleet, Pool};

/// Collects the findings of all rules.
pub struct Findings<'a> {
    fleet: &'a Fleet,
    diagnostics: &'a mut Diagnostics,
    silenced: Vec<Silenced>,
}

impl<'a> Findings<'a> {
    /// Starts with none.
    pub fn new(fleet: &'a Fleet, diagnostics: &'a mut Diagnostics) -> Self {
        Self { fleet, diagnostics, silenced: Vec::new() }
    }

    /// Takes the findings of a rule about the fleet.
    pub fn of<'f>(&'f mut self, rule: &'static Rule) -> Reporter<'f, 'a> {
        Reporter { findings: self, rule, pool: None }
    }

    /// Takes the findings of a rule about a pool.
    pub fn of_pool<'f>(&'f mut self, rule: &'static Rule, pool: &'f Pool) -> Reporter<'f, 'a> {
        Reporter { findings: self, rule, pool: Some(pool) }
    }

    /// Reports levels that are set for rules that do not exist or can't be changed.
    pub fn report_unknown_rules(&mut self) {
        let fleet = self.fleet;
        let of_pools = fleet.pools.iter().flat_map(|pool| &pool.node.rules);
        for level in fleet.rules.iter().chain(of_pools) {
            let code = level.code.as_str();
            let found = match find(code) {
                None => {
                    let near = nearest(code, rules().map(|rule| rule.code));
                    let help = near.map_or("`fleetc explain --list` names all rules".to_owned(), |near| {
                        format!("did you mean \"{near}\"?")
                    });
                    Diagnostic::new("unknown-rule", format!("there is no rule \"{code}\""))
                        .label(level.code.span, "unknown")
                        .help(help)
                }
                Some(rule) if matches!(rule.check, Check::Reading) => {
                    Diagnostic::new("unknown-rule", format!("\"{code}\" can't be given another level"))
                        .label(level.code.span, "found while the file is read")
                        .help("remove this line: without a good value there is nothing to compile")
                }
                Some(_) => continue,
            };
            self.diagnostics.push(found);
        }
    }

    /// What the fleet silenced.
    pub fn into_silenced(self) -> Vec<Silenced> {
        self.silenced
    }
}

/// Takes the findings of one rule.
pub struct Reporter<'f, 'a> {
    findings: &'f mut Findings<'a>,
    rule: &'static Rule,
    pool: Option<&'f Pool>,
}

impl<'f> Reporter<'f, '_> {
    /// A finding of this rule, to be completed and given to [`Reporter::report`].
    pub fn found(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.rule.code, message).severity(self.rule.severity)
    }

    /// Takes a finding; the level that the pool or the fleet sets for the rule decides its severity.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.report_for(self.pool, diagnostic);
    }

    /// Takes a finding of a fleet-wide rule that is about one pool.
    pub fn report_about(&mut self, pool: &Pool, diagnostic: Diagnostic) {
        self.report_for(Some(pool), diagnostic);
    }

    fn report_for(&mut self, pool: Option<&Pool>, mut diagnostic: Diagnostic) {
        let code = self.rule.code;
        let of_pool = pool.and_then(|pool| level_of(&pool.node.rules, code));
        let level = of_pool.or_else(|| level_of(&self.findings.fleet.rules, code));
        if let Some(level) = level {
            diagnostic.severity = match level.level.value {
                Level::Off => {
                    let reason = level.reason.to_string();
                    self.findings.silenced.push(Silenced { diagnostic, reason });
                    return;
                }
                Level::Info => Severity::Info,
                Level::Warning => Severity::Warning,
                Level::Error => Severity::Error,
            };
        }
        self.findings.diagnostics.push(diagnostic);
    }
}

/// The last level that is set for a rule.
fn level_of<'r>(rules: &'r [RuleLevel], code: &str) -> Option<&'r RuleLevel> {
    rules.iter().rev().find(|level| level.code.as_str() == code)
}
