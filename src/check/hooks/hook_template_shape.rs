//! `hook-template-shape`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "hook-template-shape",
    severity: Severity::Error,
    summary: "the template of a job's pod has fields that a pod template does not have",
    explanation: "\
The hooks read their template as one document with `metadata` and `spec` at its top, the shape that
Kubernetes calls PodTemplateSpec. They take what they know by name and do not look at the rest: a template
in which everything is nested under `template:`, as it would be in a Deployment, is read without a word and
has no effect at all. Jobs get no devices, no limits and no caches, and nothing says why. A key that is
misspelt further down is dropped by the API server in the same silence.

fleetc writes the template itself and knows its type, so this is found when a patch of \"HookTemplate\" has
been laid over it and something is left that the type does not know. Start the patch with `spec:` or
`metadata:`, and check the spelling of what is below against the fields of a pod.

Known from: hooks 0.7.0 and 0.8.1 (`readExtensionFromFile`), ARC issue 3641.
",
    good: r##"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            metadata:
              labels:
                team: build
            spec:
              terminationGracePeriodSeconds: 10
            """#
    }
}
"##,
    bad: r##"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            template:
              spec:
                terminationGracePeriodSeconds: 10
            """#
    }
}
"##,
    check: Check::Reading,
};
