//! `wrong-value`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "wrong-value",
    severity: Severity::Error,
    summary: "a value is of the right type, and still none that can be meant",
    explanation: "\
Types of the language hold only what the cluster would take: a memory quantity has a unit that Kubernetes knows,
a name is a DNS label, a port is not 70000, a mode is one of four words. What is refused here would be refused
by the API server at best; at worst it would be taken for something else, as `64` for 64 bytes of memory.

Write what the finding proposes. `fleetc explain \"memory quantity\"` tells what values a type has, and so
for every other type.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
    job cpu=8 memory="64Gi"
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
    job cpu=8 memory="64GB"
}
"#,
    check: Check::Reading,
};
