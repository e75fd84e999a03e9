//! `template-cycle`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "template-cycle",
    severity: Severity::Error,
    summary: "templates build on each other in a circle",
    explanation: "\
A template may build on another one with `from=`. Followed from one to the next, this has to end somewhere: in a
circle no template is ever complete, and neither is a pool that uses one of them.

Remove one `from=` of the circle. What two templates have in common goes into a third one that both
build on.
",
    good: r#"
template "base" {
    mode "dind"
}
template "large" from="base" {
    job cpu=16 memory="64Gi"
}
pool "build" from="large" {
    runners max=4
}
"#,
    bad: r#"
template "base" from="large" {
    mode "dind"
}
template "large" from="base" {
    job cpu=16 memory="64Gi"
}
pool "build" from="large" {
    runners max=4
}
"#,
    check: Check::Reading,
};
