//! The model of the official chart against the chart itself, for those who have it: no registry carries the chart, so
//! neither this repository nor its CI can install it.
//!
//! `FLEETC_HELM` names a Helm program, `FLEETC_ARC_CHARTS` a folder with a folder for each release of the chart, such as
//! `0.14.2/gha-runner-scale-set/Chart.yaml`. Values and what Helm makes of them must come to the same objects.

use fleetc::check::example::DAY;
use fleetc::import::{Imported, Options, import};
use fleetc::language::value::Version;
use std::path::{Path, PathBuf};
use std::process::Command;

fn given(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    if path.is_none() {
        eprintln!("skipped: {variable} is not set; see the head of tests/import_chart.rs");
    }
    path
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn the_chart_itself_agrees() {
    let (Some(helm), Some(charts)) = (given("FLEETC_HELM"), given("FLEETC_ARC_CHARTS")) else { return };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let read = |path: &Path| std::fs::read_to_string(path).expect("a file");
    let hooks = entries(&fixtures.join("hooks")).into_iter().map(|path| (name(&path), read(&path)));
    let hooks: Vec<_> = hooks.collect();
    let mut compared = 0;
    for release in entries(&charts) {
        let version = release.file_name().expect("a name").to_string_lossy().into_owned();
        let arc = Some(Version::parse(&version).expect("a release"));
        let options = Options {
            name: "imported".to_owned(),
            namespace: "arc-runners".to_owned(),
            arc,
            path: "fleet.kdl".to_owned(),
            today: DAY,
        };
        for values in entries(&fixtures.join("values")) {
            let kubernetes = if version.starts_with("0.11") { "1.28.0" } else { "1.33.0" };
            let set = name(&values).replace('_', "-");
            let rendered = Command::new(&helm)
                .arg("template")
                .arg(&set)
                .arg(release.join("gha-runner-scale-set"))
                .args(["--namespace", "arc-runners", "--kube-version", kubernetes, "-f"])
                .arg(&values)
                .args(["--set", "controllerServiceAccount.namespace=arc-systems"])
                .args(["--set", "controllerServiceAccount.name=arc-controller"])
                .output()
                .expect("Helm runs");
            let mine = |path: String, text: String| {
                let inputs: Vec<_> = [(path, text)].into_iter().chain(hooks.clone()).collect();
                import(&inputs, &options)
            };
            let ours = mine(format!("{set}.yaml"), read(&values));
            let text = String::from_utf8(rendered.stdout).expect("YAML is text");
            let theirs = if rendered.status.success() {
                mine("rendered.yaml".to_owned(), text)
            } else {
                Err(String::new())
            };
            match (ours, theirs) {
                (Ok(ours), Ok(theirs)) => {
                    assert_eq!(objects(&ours), objects(&theirs), "{version} {set}");
                    compared += 1;
                }
                (Err(_), Err(_)) => {}
                (ours, theirs) => panic!("{version} {set}: {:?} {:?}", ours.err(), theirs.err()),
            }
        }
    }
    assert!(compared > 0, "there is no chart in {}", charts.display());
}

/// All objects of the pools but the binding to the controller, which values need not name.
fn objects(found: &Imported) -> serde_json::Value {
    let fleet = found.run.fleet.as_ref().expect("the fleet compiles");
    let of = |(pool, objects): (&fleetc::model::Pool, &fleetc::emit::PoolObjects)| {
        let companions: Vec<_> = objects
            .companions(fleet, pool)
            .iter()
            .filter(|object| object.body.kind() != "RoleBinding")
            .map(|object| serde_json::to_value(&object.body).expect("JSON"))
            .collect();
        serde_json::json!([objects.runner_set, objects.hook_template, companions])
    };
    fleet.pools.iter().zip(&found.run.objects.pools).map(of).collect()
}
