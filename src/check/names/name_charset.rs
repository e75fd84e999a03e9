//! `name-charset`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "name-charset",
    severity: Severity::Error,
    summary: "a pool's name is no DNS label",
    explanation: "\
A pool's name becomes the name of Kubernetes objects, so it holds lower-case letters, digits and `-`,
and begins and ends with a letter or digit. It is found while the file is read.

In the cluster the API server refuses such an object. The official chart is worse than a refusal: it
turns `_` into `-` for the runner set and the ServiceAccount, but not for Roles and labels. The names then
differ, the RoleBinding points at an account that does not exist, and the pool is accepted and never
registered: its jobs queue for ever.

Write the name with `-`. `runs-on` in workflows must then use the new name as well. GitHub compares names
without regard to case, so a name in lower case still serves workflows that write it in upper case.

Known from: `_helpers.tpl` of the chart `gha-runner-scale-set` 0.14.2, RFC 1123.
",
    good: r#"
pool "runner-gpu" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "Runner_GPU" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Reading,
};
