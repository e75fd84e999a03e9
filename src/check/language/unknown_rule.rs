//! `unknown-rule`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unknown-rule",
    severity: Severity::Error,
    summary: "a level is set for a rule that does not exist or can't be changed",
    explanation: "\
`rule` raises, lowers or silences the findings of one rule, for the fleet or for a pool. A misspelt code would change
nothing, and a finding that was thought to be silenced, or to be an error, would be neither.

Findings of reading, such as an unknown word or a missing value, can't be changed: without a good value there is
nothing to compile.

Correct the code. `fleetc explain --list` lists all of them with the level that they have by default.
",
    good: r#"
rule "name-too-long" level="error" reason="the names are part of our interface"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
rule "name-to-long" level="error" reason="the names are part of our interface"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Reading,
};
