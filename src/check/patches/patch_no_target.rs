//! `patch-no-target`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "patch-no-target",
    severity: Severity::Error,
    summary: "a patch means an object that is not emitted",
    explanation: "\
A patch names the kind of the objects that it changes and, if it is not for all of them, a name. Where the
fleet emits no such object the patch does nothing. That is not passed over: whoever wrote it counts on it, and it may be
what keeps a pool secure.

A patch within a pool reaches the objects of that pool only, one at the top level all of them. The template of a job's
pod is of the kind `HookTemplate`, and only pools of the kubernetes modes have one.

Correct the kind or the name, or remove the patch.
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
    patch "HookTemplate" {
        merge "spec: {runtimeClassName: kata}"
    }
}
"#,
    check: Check::Reading,
};
