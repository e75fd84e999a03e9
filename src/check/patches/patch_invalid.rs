//! `patch-invalid`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "patch-invalid",
    severity: Severity::Error,
    summary: "a patch can't be read, or can't be applied",
    explanation: "\
A patch is either `merge`, a part of the object in YAML that is laid over it, or `json`, a list of operations as RFC 6902
has them. It is applied to the object while it is compiled, and the result has to be an object of its kind
again. This is found where the text is neither, where an operation does not fit the object, such as removing what
is not there, where a field would have another type than its kind gives it, and where the patch would make the object
another one by changing its kind, name or namespace.

Correct the patch; the finding says what is wrong with it. `fleetc build` without the patch writes the object as it
is before.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge """
            metadata:
              annotations:
                example.com/owner: build-team
            """
    }
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge """
            spec:
              minRunners: two
            """
    }
}
"#,
    check: Check::Reading,
};
