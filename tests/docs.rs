//! Generated documents and schemas are what the code says.

use fleetc::manual;
use std::path::Path;

#[test]
fn documents_and_schemas_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stale = manual::stale(root).expect("docs/ and schema/ can be read");
    let paths: Vec<_> = stale.keys().map(String::as_str).collect();
    assert!(paths.is_empty(), "run `cargo xtask docs` and commit what it changes in:\n{}", paths.join("\n"));
}

#[test]
fn generated_files_say_so() {
    for file in manual::files() {
        let start: String = file.text.chars().take(200).collect();
        assert!(start.contains(manual::GENERATED), "{}", file.path);
    }
}
