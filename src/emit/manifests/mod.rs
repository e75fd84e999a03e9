//! Kubernetes objects of the user's own, carried along into the output.
//!
//! They become Argo CD's business like all others, so what can't be an object is refused here: one
//! unreadable file stops Argo CD from syncing the whole folder.

mod clash;
mod read;

pub use clash::report_clashes;

use super::object::{Body, Object};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Fleet, Manifest};
use crate::syntax::Span;
use serde_json::Value;
use std::collections::HashSet;

/// An object that is carried along.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The object.
    pub object: Object,
    /// Where the fleet file names its file.
    pub span: Span,
    /// Index of the cluster that it is for, in [`Fleet::clusters`].
    pub cluster: usize,
}

/// The objects of all manifests, for each cluster that they are for.
pub fn carried(fleet: &Fleet, diagnostics: &mut Diagnostics) -> Vec<Carried> {
    let mut all = Vec::new();
    let mut taken = HashSet::new();
    for manifest in &fleet.manifests {
        let documents = match read::documents(&manifest.text) {
            Ok(documents) => documents,
            Err(reason) => {
                report(manifest, reason, diagnostics);
                continue;
            }
        };
        for (at, cluster) in fleet.clusters.iter().enumerate() {
            let wanted = manifest.node.cluster.as_ref().map(|name| &name.value);
            if wanted.is_some() && wanted != cluster.name.as_ref() {
                continue;
            }
            for document in &documents {
                let path = path(&cluster.folder(), document, &mut taken);
                let object = Object::new(path, Body::Manifest(document.clone()));
                all.push(Carried { object, span: manifest.node.path.span, cluster: at });
            }
        }
    }
    all
}

fn report(manifest: &Manifest, reason: String, diagnostics: &mut Diagnostics) {
    let found =
        Diagnostic::new("manifest-invalid", format!("manifest \"{}\" {reason}", manifest.node.path.value))
            .label(manifest.node.path.span, "this file")
            .effect("Argo CD can't read the folder that it would be in, and syncs none of its objects")
            .help("give each document `apiVersion`, `kind` and `metadata.name`, as `kubectl apply` wants it");
    diagnostics.push(found);
}

/// `manifests/KIND-NAME.yaml`, with the namespace as a folder where the object names one. Kinds of two
/// API groups may share a name; the second then has its group in the file's name.
fn path(folder: &str, object: &Value, taken: &mut HashSet<String>) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let kind = text("/kind").to_ascii_lowercase();
    let namespace = match text("/metadata/namespace") {
        "" => String::new(),
        namespace => format!("{}/", file_name(namespace)),
    };
    let group = text("/apiVersion").rsplit_once('/').map_or("core", |(group, _)| group);
    let name = file_name(text("/metadata/name"));
    let base = format!("{folder}manifests/{namespace}{kind}");
    let plain = format!("{base}-{name}.yaml");
    let grouped = std::iter::once(format!("{base}.{}-{name}.yaml", file_name(group)));
    let numbered = (2..).map(|number| format!("{base}-{name}-{number}.yaml"));
    let free = std::iter::once(plain).chain(grouped).chain(numbered).find(|path| taken.insert(path.clone()));
    free.unwrap_or_default()
}

/// RBAC allows names such as `system:viewer`, which not every file system does.
fn file_name(text: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    text.chars().map(|c| if keep(c) { c.to_ascii_lowercase() } else { '-' }).collect()
}
