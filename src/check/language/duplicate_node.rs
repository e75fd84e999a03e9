//! `duplicate-node`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "duplicate-node",
    severity: Severity::Error,
    summary: "a node that can stand once stands twice",
    explanation: "\
Some parts of a node are one of a kind: a pool has one `mode`, one `runners`, one `job`. Where such a part stands
twice, one of them would have to win, and it would depend on a rule that nobody remembers. So both are shown and
neither is taken.

Merge the two into one. To change what a template gives, write the part once in the pool: what
stands there completes and overrides the template's, and is not a repetition of it.
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
    runners max=4
    runners min=1
}
"#,
    check: Check::Reading,
};
