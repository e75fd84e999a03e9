//! What fleetc makes of whole fleets, as manifests for the servers.

use super::manifest::Manifest;
use fleetc::compile::{Files, compile};
use fleetc::contract::runner::Day;
use fleetc::emit::render;
use fleetc::output::{WriteOptions, write};

/// A manifest that the second fleet carries along.
const EXTRA: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: extra\n  namespace: arc-runners\ndata:\n  answer: \"yes\"\n";

/// The fleet at the root of this repository.
pub const REFERENCE: &str = include_str!("../../fleet.kdl");
/// A fleet with most words of the language.
pub const EVERYTHING: &str = include_str!("everything.kdl");

struct Given<'a>(&'a str);

impl Files for Given<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        match path {
            "fleet.kdl" => Ok(self.0.to_owned()),
            "manifests/extra.yaml" => Ok(EXTRA.to_owned()),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

/// The files of a fleet, read back as the servers get them.
pub fn manifests(fleet: &str) -> Vec<Manifest> {
    let run = compile(&Given(fleet), "fleet.kdl", Day::new(2026, 11, 24)).expect("a file");
    let errors: Vec<_> =
        run.diagnostics.iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
    assert!(!run.diagnostics.has_errors(), "{errors:#?}");
    let fleet = run.fleet.expect("a fleet");
    let tree = render(&fleet, run.objects).expect("files");
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &tree, WriteOptions::default()).expect("written");
    Manifest::read_tree(folder.path()).expect("manifests")
}
