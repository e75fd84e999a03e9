//! Manifests as files hold them, and what their text says they are.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// One YAML file, its bytes untouched: a test sends the server what a GitOps
/// tool would send, not what a parser of ours read out of it.
pub struct Manifest {
    pub path: PathBuf,
    pub yaml: Vec<u8>,
}

/// What identifies an object in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub api_version: String,
    pub kind: String,
    pub namespace: Option<String>,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    api_version: String,
    kind: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    namespace: Option<String>,
    name: String,
}

impl Manifest {
    /// Every YAML file below `folder`, in an order in which an empty cluster
    /// takes them: what other objects live in or are made of comes first.
    pub fn read_tree(folder: &Path) -> Result<Vec<Self>, String> {
        let mut manifests = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            for entry in entries {
                let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
                {
                    let yaml = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                    manifests.push(Self { path, yaml });
                }
            }
        }
        manifests.sort_by_cached_key(|manifest| {
            let kind = manifest.reference().map(|reference| reference.kind).unwrap_or_default();
            let rank = match kind.as_str() {
                "CustomResourceDefinition" => 0,
                "Namespace" => 1,
                _ => 2,
            };
            (rank, manifest.path.clone())
        });
        Ok(manifests)
    }

    /// Which object the file describes. The rest of it is the server's to read.
    pub fn reference(&self) -> Result<Reference, String> {
        let text = std::str::from_utf8(&self.yaml).map_err(|error| error.to_string())?;
        let head: Head = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        Ok(Reference {
            api_version: head.api_version,
            kind: head.kind,
            namespace: head.metadata.namespace,
            name: head.metadata.name,
        })
    }
}

impl Reference {
    pub fn new(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    /// The reference of an object that holds its own coordinates.
    pub fn of(object: &Value) -> Result<Self, String> {
        let text = |pointer: &str| {
            object.pointer(pointer).and_then(Value::as_str).ok_or_else(|| format!("no text at {pointer}"))
        };
        Ok(Self::new(
            text("/apiVersion")?,
            text("/kind")?,
            text("/metadata/namespace").ok(),
            text("/metadata/name")?,
        ))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let namespace = self.namespace.as_deref().unwrap_or("");
        write!(
            formatter,
            "{} {}{}{}",
            self.kind,
            namespace,
            if namespace.is_empty() { "" } else { "/" },
            self.name
        )
    }
}
