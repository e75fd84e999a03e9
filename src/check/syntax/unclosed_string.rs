//! `unclosed-string`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unclosed-string",
    severity: Severity::Error,
    summary: "a string has no closing quote",
    explanation: "\
A string in quotes ends on the line that it starts on. Without its closing quote it would swallow the rest of the
file, and nothing behind it could be checked. fleetc reads it to the end of its line and goes on behind it.

Add the quote. A quote inside of a string is written `\\\"`, a backslash `\\\\`. A string of several lines stands between
two lines of `\"\"\"`.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    mode "dind
    runners max=4
}
"#,
    check: Check::Reading,
};
