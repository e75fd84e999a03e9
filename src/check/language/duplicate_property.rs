//! `duplicate-property`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "duplicate-property",
    severity: Severity::Error,
    summary: "a property is given twice",
    explanation: "\
A node has one value for each property. KDL itself lets the last one win, silently; in a file that is reviewed
by people this hides mistakes of merging, such as a limit that was raised in one branch and lowered in another.
So fleetc takes neither.

Keep the value that is meant and remove the other.
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
    runners max=4 max=8
}
"#,
    check: Check::Reading,
};
