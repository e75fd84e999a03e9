//! `patch-unknown-field`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "patch-unknown-field",
    severity: Severity::Error,
    summary: "a patch sets a field that the kind does not have",
    explanation: "\
After a patch the object is read into its type again. What the type has no field for is reported here, because the
cluster would not report it: without strict validation the API server drops unknown fields silently, and the object
looks applied.

Mostly the path is wrong: it starts at the object, so the image of a container lies at `spec.template.spec.containers`
and not at `containers`. Or the name is wrong, such as `runAsuser` for `runAsUser`. Two kinds have codes of
their own for this: `crd-prunes-field` for AutoscalingRunnerSet and `hook-template-shape` for HookTemplate.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
    patch "ServiceAccount" {
        merge "automountServiceAccountToken: false"
    }
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
    patch "ServiceAccount" {
        merge "automountToken: false"
    }
}
"#,
    check: Check::Reading,
};
