//! `unexpected-argument`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unexpected-argument",
    severity: Severity::Error,
    summary: "a node is given a value too many",
    explanation: "\
An argument is a value without a name, as in `mode \"dind\"`. Each word takes a certain number of them, and most
take none or one. A value beyond that is found while the file is read.

Mostly the name in front of it is missing: what was meant is a property, `min=1` rather than `1`. The finding
proposes one that the node does not have yet. Otherwise remove the value.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners 1 max=4
}
"#,
    check: Check::Reading,
};
