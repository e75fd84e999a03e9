//! `unclosed-brace`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unclosed-brace",
    severity: Severity::Error,
    summary: "a block is opened and never closed",
    explanation: "\
Each `{` needs its `}`. Where one is missing, the nodes that follow would all become part of the block. fleetc looks at
the indentation to tell which block it is and reads the others as they were meant, so one missing brace is one
finding.

Add a line with `}` where the block ends.
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
    job cpu=8 memory="16Gi" {
        security user=1000
}
"#,
    check: Check::Reading,
};
