//! `kdl-syntax`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "kdl-syntax",
    severity: Severity::Error,
    summary: "the text is not KDL",
    explanation: "\
A fleet file is written in KDL 2: a node is a word, then its values, then `name=value` properties, then a block in
braces. This is the code for what breaks that form and has no code of its own: a missing space, a `=` without
a name, a character that is not allowed, a word that starts like a number.

The most frequent case are amounts without quotes: `64Gi` starts like a number and is none, so it is
written `\"64Gi\"`. Paths and addresses need quotes too, because a bare word can't contain `/`.

Each mistake is reported once, and the rest of the file is read as it was meant.
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
    job cpu=8 memory=64Gi
}
"#,
    check: Check::Reading,
};
