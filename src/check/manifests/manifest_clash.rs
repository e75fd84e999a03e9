//! `manifest-clash`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "manifest-clash",
    severity: Severity::Error,
    summary: "a manifest holds an object that the output has already",
    explanation: "\
Two files of the output describe one object: same kind, namespace and name. Argo CD applies both. In one
Application it warns of a repeated resource and the later file wins; in two Applications each undoes what
the other did, for ever, and either prunes the object when its own file leaves. Which of the two is in
the cluster at a moment is chance.

To change an object that fleetc emits, use `patch`: the result is checked like all else. To own a namespace
yourself, write `namespace \"NAME\" create=#false`. Two manifests with one object are one too many.

Known from: Argo CD's warnings RepeatedResourceWarning and SharedResourceWarning.
",
    good: r#"
namespace "arc-runners" create=#false
pool "build" {
    mode "dind"
    runners max=4
}
manifest "namespace.yaml"
// file namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: arc-runners
  labels:
    pod-security.kubernetes.io/enforce: privileged
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
manifest "namespace.yaml"
// file namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: arc-runners
  labels:
    pod-security.kubernetes.io/enforce: privileged
"#,
    check: Check::Reading,
};
