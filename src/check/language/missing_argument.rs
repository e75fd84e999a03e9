//! `missing-argument`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "missing-argument",
    severity: Severity::Error,
    summary: "a node lacks a value that it means nothing without",
    explanation: "\
An argument is a value without a name, right behind the word: `pool \"build\"`, `mode \"dind\"`. Where it is required
there is no default that could stand in for it, so nothing can be made of the node.

Write the value behind the word. The finding names the kind of value and gives an example; `fleetc explain mode`
tells more.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    mode
    runners max=4
}
"#,
    check: Check::Reading,
};
