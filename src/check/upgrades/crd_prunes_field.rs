//! `crd-prunes-field`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "crd-prunes-field",
    severity: Severity::Error,
    summary: "a patch writes a field that ARC's CRD does not have",
    explanation: "\
A custom resource may only hold what its CRD declares. Strict server-side apply refuses anything else;
every other way of applying drops the field without a word, so the pool comes up without what
the patch was written for. Users met it as runners without their device claim (\"must specify one of
resourceClaimName, resourceClaimTemplateName\"), and as labels that never reached GitHub.

fleetc lays a patch over the AutoscalingRunnerSet and reads the result back into the type of the
release's CRD; what is lost on the way is reported. Most often the path is wrong: it starts at
the object, and the runner's pod is at `spec.template.spec`. The chart's values are not fields of the
resource: `containerMode`, `githubConfigSecret` as a map, and `controllerServiceAccount` exist only there.

Known from: ARC issue 3943, Kubernetes issue 131877, and the CRD of release 0.14.2.
",
    good: r##"
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              template:
                spec:
                  hostname: runner
            """#
    }
}
"##,
    bad: r##"
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge #"""
            spec:
              containerMode:
                type: dind
            """#
    }
}
"##,
    check: Check::Reading,
};
