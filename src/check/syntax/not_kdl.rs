//! `not-kdl`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "not-kdl",
    severity: Severity::Error,
    summary: "the text is YAML, JSON or TOML, not KDL",
    explanation: "\
KDL has no colon between a name and its value, no commas between values and no lists in brackets. A node is a word
with its values behind it; several values stand one after another; a block in braces takes the place of indentation.

Write what the finding shows. A whole file in JSON gets one finding and not one for each line.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    mode: "dind"
    runners max=4
}
"#,
    check: Check::Reading,
};
