//! Proof that two programs rendered the same objects: a faster one that does less proves nothing.

use super::measure::Result;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Fails unless both folders hold the same objects of pools, under the same names.
pub fn same_objects(ours: &Path, theirs: &Path) -> Result<()> {
    let (ours, theirs) = (ours.join("pools"), theirs.join("pools"));
    let files = files(&ours)?;
    let other = self::files(&theirs)?;
    if let Some(file) = files.symmetric_difference(&other).next() {
        return Err(format!("only one of the two wrote pools/{file}").into());
    }
    for file in &files {
        let (own, other) = (object(&ours.join(file))?, object(&theirs.join(file))?);
        if own != other {
            return Err(format!("pools/{file} differs:\n{own:#}\n{other:#}").into());
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    for pool in fs::read_dir(folder)? {
        let pool = pool?;
        for file in fs::read_dir(pool.path())? {
            let (pool, file) = (pool.file_name(), file?.file_name());
            files.insert(format!("{}/{}", pool.to_string_lossy(), file.to_string_lossy()));
        }
    }
    Ok(files)
}

/// The object of a file, with the template of a job's pod read rather than as text.
fn object(file: &Path) -> Result<Value> {
    let mut object: Value = serde_saphyr::from_str(&fs::read_to_string(file)?)?;
    if let Some(template) = object.pointer_mut("/data/pod.yaml") {
        *template = serde_saphyr::from_str(template.as_str().unwrap_or_default())?;
    }
    Ok(object)
}
