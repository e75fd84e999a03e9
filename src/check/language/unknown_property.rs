//! `unknown-property`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unknown-property",
    severity: Severity::Error,
    summary: "a node is given a property that it does not have",
    explanation: "\
A property is a part of a node that is written `name=value`. Each node knows its own; another name is found
while the file is read, and is never passed over: a limit that nobody reads is worse than no limit.

A frequent cause is a part that is a node of its own, such as `mode` in a pool. It stands between the braces,
on its own line and without `=`.

Correct the name. `fleetc explain pool.runners` lists the properties of `runners` with their types and
defaults, and so for every other word.
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
    runners maximum=4
}
"#,
    check: Check::Reading,
};
