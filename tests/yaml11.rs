//! Kubernetes and Argo CD read YAML 1.1. Every value of every emitted file reads the same to such a
//! reader, PyYAML, as it was meant.

#[path = "real/fleets.rs"]
mod fleets;
#[path = "real/manifest.rs"]
#[allow(dead_code, reason = "the tests against real servers use the rest")]
mod manifest;
#[path = "real/needs.rs"]
#[allow(dead_code, reason = "the tests against real servers use the rest")]
mod needs;

use serde_json::Value;
use std::process::Command;

#[test]
fn files_read_the_same_to_yaml_1_1() {
    let Some(tools) = needs::tools() else { return };
    for fleet in [fleets::REFERENCE, fleets::EVERYTHING] {
        let folder = tempfile::tempdir().unwrap();
        let manifests = fleets::manifests(fleet);
        let paths: Vec<_> = (0..manifests.len()).map(|at| folder.path().join(format!("{at}.yaml"))).collect();
        for (manifest, path) in manifests.iter().zip(&paths) {
            std::fs::write(path, &manifest.yaml).unwrap();
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/yaml11/load.py");
        let read = Command::new(tools.join("python/bin/python")).arg(script).args(&paths).output().unwrap();
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        let theirs: Value = serde_json::from_slice(&read.stdout).unwrap();
        for (manifest, path) in manifests.iter().zip(&paths) {
            let text = String::from_utf8(manifest.yaml.clone()).unwrap();
            let ours: Value = serde_saphyr::from_str(&text).unwrap();
            assert_eq!(theirs[path.to_str().unwrap()], ours, "{}:\n{text}", manifest.path.display());
        }
        assert!(manifests.len() > 40);
    }
}
