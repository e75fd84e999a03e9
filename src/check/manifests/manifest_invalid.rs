//! `manifest-invalid`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "manifest-invalid",
    severity: Severity::Error,
    summary: "a manifest holds something that is no Kubernetes object",
    explanation: "\
A `manifest` is carried along into the output as it is. Argo CD reads every YAML file of a folder, and one
that it can't read (no YAML, or a document without `apiVersion`, `kind` or `metadata.name`) makes it
refuse the folder as a whole: nothing of it is synced, and the message names a file of the output rather than yours.
Values files of Helm charts, kustomizations and patches are no objects in this sense.

A file may hold several documents, divided by `---`; each is an object, empty ones are passed over.
It is read as Kubernetes reads YAML: `yes` and `on` are booleans, `0644` is octal. Lists (`kind: List`)
have no name: write their items as documents.

Known from: Argo CD's directory sources.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
manifest "extra.yaml"
// file extra.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: build-settings
data:
  mirror: registry.example.com
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
manifest "extra.yaml"
// file extra.yaml
apiVersion: v1
kind: ConfigMap
data:
  mirror: registry.example.com
"#,
    check: Check::Reading,
};
