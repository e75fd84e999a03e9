//! Objects to the files of the output tree.

use super::arc::names;
use super::hooks::TEMPLATE_KEY;
use super::meta::{POOL_LABEL, labels, map, meta};
use super::object::{Body, Object, Objects, PoolObjects};
use crate::model::{Fleet, Pool};
use crate::output::{OutputPath, Tree, YamlError, to_yaml};
use k8s_openapi::api::core::v1::ConfigMap;
use rayon::prelude::*;
use std::fmt;

/// Why the output could not be put together.
#[derive(Debug)]
pub struct RenderError(String);

impl RenderError {
    /// An error that another one leads to.
    pub(super) fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RenderError {}

impl From<YamlError> for RenderError {
    fn from(error: YamlError) -> Self {
        Self(error.to_string())
    }
}

/// The output tree: one file for each object.
pub fn render(fleet: &Fleet, objects: Objects) -> Result<Tree, RenderError> {
    // Each pool's objects are let go as soon as they are text: both at once are too much of a large fleet.
    let pairs = fleet.pools.par_iter().zip(objects.pools);
    let of_pools: Vec<_> = pairs.map(|(pool, objects)| pool_files(fleet, pool, &objects)).collect();
    let mut tree = Tree::new();
    for files in of_pools {
        for (path, origin, text) in files? {
            insert(&mut tree, path, origin, text)?;
        }
    }
    for object in &objects.others {
        insert(&mut tree, object.path.clone(), object.body.kind(), to_yaml(&object.body)?)?;
    }
    Ok(tree)
}

fn insert(tree: &mut Tree, path: String, origin: String, text: String) -> Result<(), RenderError> {
    let path = OutputPath::new(path).map_err(|error| RenderError(error.to_string()))?;
    tree.insert(path, origin, text).map_err(|error| RenderError(error.to_string()))
}

type Files = Vec<(String, String, String)>;

fn pool_files(fleet: &Fleet, pool: &Pool, objects: &PoolObjects) -> Result<Files, RenderError> {
    let origin = format!("pool {}", pool.name());
    let companions = objects.companions(fleet, pool);
    let mut files = Vec::with_capacity(companions.len() + 2);
    let mut add = |path: String, text: String| files.push((path, origin.clone(), text));
    add(format!("{}runner-set.yaml", objects.folder), to_yaml(&objects.runner_set)?);
    if let Some(object) = hook_template(fleet, pool, objects)? {
        add(object.path, to_yaml(&object.body)?);
    }
    for object in companions.iter() {
        add(object.path.clone(), to_yaml(&object.body)?);
    }
    Ok(files)
}

/// The ConfigMap with the template of a job's pod: text in which the hooks find one YAML document.
pub fn hook_template(
    fleet: &Fleet,
    pool: &Pool,
    objects: &PoolObjects,
) -> Result<Option<Object>, RenderError> {
    let Some(template) = &objects.hook_template else { return Ok(None) };
    let mut labels = labels(fleet);
    labels.insert(POOL_LABEL.to_owned(), pool.name().to_owned());
    let text = to_yaml(template)?;
    Ok(Some(Object {
        path: format!("{}hook-template.yaml", objects.folder),
        body: Body::ConfigMap(ConfigMap {
            metadata: meta(names::hook_template(pool), Some(pool.namespace.as_str()), labels),
            data: Some(map([(TEMPLATE_KEY, text.as_str())])),
            ..ConfigMap::default()
        }),
        patched: objects.hook_template_patched.clone(),
    }))
}
