//! `manifest-unreadable`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "manifest-unreadable",
    severity: Severity::Error,
    summary: "a manifest that is to be carried along can't be read",
    explanation: "\
`manifest` names a Kubernetes object of your own that is written to the output beside those of the fleet. The path is
relative to the fleet file. Without the file there is nothing to write, and Argo CD, which deletes what leaves
the output, would delete the object from the cluster.

Correct the path, add the file to the repository, or remove the line if the object is to be deleted.
",
    good: r#"
manifest "manifests/extra.yaml"
pool "build" {
    mode "dind"
    runners max=4
}

// file manifests/extra.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: extra
  namespace: arc-runners
data:
  a: b
"#,
    bad: r#"
manifest "manifests/gone.yaml"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Reading,
};
