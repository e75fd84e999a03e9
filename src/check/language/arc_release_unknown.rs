//! `arc-release-unknown`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "arc-release-unknown",
    severity: Severity::Error,
    summary: "the fleet names a release of ARC that fleetc does not know",
    explanation: "\
Releases of ARC differ in the fields of their resource, in the version label that they accept, and in what the
controller does with a changed pool. fleetc holds these facts for each release that it can compile for. For another
one it would have to guess, and a wrong version label alone makes a controller delete every pool.

Name a release that fleetc knows; the finding lists them. For a newer release of ARC use a newer release of
fleetc.

Known from: `autoscalingrunnerset_controller.go` and the CRDs at the tags of the releases, ARC issue 4422.
",
    good: r#"
versions {
    arc "0.14.2"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
versions {
    arc "0.9.3"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Reading,
};
