//! `fleetc import`: what ran before is what the fleet emits.

#[path = "generate/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared with other tests")]
mod generate;
#[path = "properties/strategy.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod strategy;

use fleetc::check::example::DAY;
use fleetc::compile::{Files, compile};
use fleetc::diagnostic::Severity;
use fleetc::emit;
use fleetc::import::{Imported, Kind, Options, import};
use fleetc::language::value::Version;
use proptest::prelude::*;
use std::path::Path;

fn options() -> Options {
    Options {
        name: "imported".to_owned(),
        namespace: "arc-runners".to_owned(),
        arc: None,
        path: "fleet.kdl".to_owned(),
        today: DAY,
    }
}

/// Imports fixtures by their paths below `tests/import`, or folders of them.
fn fixtures(paths: &[&str]) -> Imported {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let mut inputs = Vec::new();
    for path in paths {
        collect(&root, &root.join(path), &mut inputs);
    }
    import(&inputs, &options()).expect("there are sets in it")
}

fn collect(root: &Path, path: &Path, inputs: &mut Vec<(String, String)>) {
    if path.is_dir() {
        let mut paths: Vec<_> =
            std::fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths.iter().for_each(|path| collect(root, path, inputs));
    } else if path.extension().is_some_and(|extension| extension == "yaml") {
        let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
        inputs.push((name, std::fs::read_to_string(path).expect("a file")));
    }
}

fn texts(inputs: &[(&str, &str)]) -> Result<Imported, String> {
    let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    import(&inputs.iter().map(own).collect::<Vec<_>>(), &options())
}

fn assert_equivalent(found: &Imported) {
    let errors: Vec<_> =
        found.run.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{}", found.text);
    for pool in &found.pools {
        let lost: Vec<_> =
            pool.runner_set.lost().chain(pool.hook_template.iter().flat_map(|one| one.lost())).collect();
        assert!(lost.is_empty(), "{}: {lost:#?}\n{}", pool.name, found.text);
    }
    assert!(found.is_equivalent());
}

/// Notes of a kind, as `line: text`.
fn notes(found: &Imported, kind: Kind) -> Vec<String> {
    let notes = found.notes.iter().filter(|note| note.kind == kind);
    notes.map(|note| format!("{}: {}", note.line, note.text)).collect()
}

#[test]
fn values_of_every_mode_become_equivalent_pools() {
    let found = fixtures(&["values", "hooks"]);
    assert_equivalent(&found);
    let names: Vec<_> = found.pools.iter().map(|pool| pool.name.as_str()).collect();
    assert_eq!(names, ["build", "ghes-build", "gpu", "plain", "small-jobs"]);
    insta::assert_snapshot!("import_values", found.text);
    let all: Vec<_> =
        Kind::ALL.into_iter().map(|kind| format!("{kind:?}\n{}", notes(&found, kind).join("\n"))).collect();
    insta::assert_snapshot!("import_values_notes", all.join("\n\n"));
    assert!(!found.text.contains("not-a-real-token"), "credentials are never carried");
}

#[test]
fn a_volume_is_not_taken_for_another_of_its_kind() {
    let found = fixtures(&["values/ghes.yaml"]);
    assert_equivalent(&found);
    let pod = found.run.objects.pools[0].runner_pod().expect("a pod").clone();
    let runner = pod.containers.iter().find(|container| container.name == "runner").expect("the runner");
    let mount = |path: &str| {
        let mounts = runner.volume_mounts.iter().flatten();
        mounts.filter(|mount| mount.mount_path == path).map(|mount| mount.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(mount("/scratch"), ["scratch"]);
    assert_eq!(mount("/home/runner/_work"), ["work"]);
    let work = pod.volumes.iter().flatten().find(|volume| volume.name == "work").expect("the work volume");
    assert!(work.empty_dir.as_ref().is_some_and(|dir| dir.size_limit.is_some()));
    assert!(!found.text.contains("example.com/unused"), "dind has no role for the hooks");
}

#[test]
fn what_the_chart_had_ignored_is_said_with_its_line() {
    let found = fixtures(&["values", "hooks"]);
    let ignored = notes(&found, Kind::Ignored);
    for said in [
        "values/build.yaml:34: a container `dind` in values with containerMode dind",
        "values/build.yaml:14: the chart knows no `template.metadata.name`",
        "values/gpu.yaml:5: minRunners is \"1\", which is no number",
        "values/gpu.yaml:21: container \"listner\" of listenerTemplate is not called `listener`",
        "values/plain.yaml:5: the chart knows no `maxRuners`; it was probably meant as `maxRunners`",
        "values/plain.yaml:8: noProxy is no list",
    ] {
        assert!(ignored.iter().any(|note| note.starts_with(said)), "{said}\n{ignored:#?}");
    }
}

#[test]
fn live_resources_come_without_what_the_controller_wrote() {
    let found = fixtures(&["live.yaml"]);
    assert_equivalent(&found);
    assert_eq!(found.lowered, ["runner-version-expired"], "it is as old as it is");
    insta::assert_snapshot!("import_live", found.text);
    let emitted = serde_json::to_string(&found.run.objects.pools[0].runner_set).expect("JSON");
    for gone in
        ["values-hash", "cleanup-", "runner-scale-set-id", "finalizer", "helm", "resourceVersion", "state"]
    {
        assert!(!emitted.contains(gone), "{gone} in {emitted}");
    }
    assert!(emitted.contains("hardware-team"));
    let changed = notes(&found, Kind::Changed);
    assert!(changed.iter().any(|note| note.contains("runner-scale-set-id, status")), "{changed:#?}");
    assert!(changed.iter().any(|note| note.contains("2 of kind EphemeralRunner")), "{changed:#?}");
}

#[test]
fn rendered_manifests_are_read_like_live_ones() {
    let found = fixtures(&["rendered"]);
    assert_equivalent(&found);
    insta::assert_snapshot!("import_rendered", found.text);
}

#[test]
fn the_output_of_the_reference_fleet_comes_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = Vec::new();
    collect(root, &root.join("out"), &mut inputs);
    let found = import(&inputs, &options()).expect("there are sets in it");
    assert_equivalent(&found);
    struct Disk;
    impl Files for Disk {
        fn read(&self, path: &str) -> Result<String, String> {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
            std::fs::read_to_string(path).map_err(|error| error.to_string())
        }
    }
    let reference = compile(&Disk, "fleet.kdl", DAY).expect("the reference fleet can be read");
    let fleet = reference.fleet.as_ref().expect("it compiles");
    for (at, pool) in fleet.pools.iter().enumerate() {
        let again = found.run.fleet.as_ref().and_then(|fleet| {
            let at = fleet.pools.iter().position(|other| other.name() == pool.name())?;
            found.run.objects.pools.get(at)
        });
        let again = again.expect("the pool comes back");
        let first = &reference.objects.pools[at];
        assert_eq!(again.runner_set, first.runner_set, "{}", pool.name());
        assert_eq!(again.hook_template, first.hook_template, "{}", pool.name());
        // What listeners measure is the fleet's to say, and has no word in a pool.
        let patched = found.pools.iter().find(|one| one.name == pool.name()).map(|one| one.patched);
        assert!(patched.is_some_and(|patched| patched <= 1), "{patched:?}");
    }
}

#[test]
fn what_is_missing_is_said() {
    let without = fixtures(&["values"]);
    let carried = notes(&without, Kind::NotCarried);
    let said = "ConfigMap \"gpu-pod-template\" with the template of its jobs' pods is not in the input";
    assert!(carried.iter().any(|note| note.contains(said)), "{carried:#?}");
    let none = texts(&[("a.yaml", "kind: Service\napiVersion: v1\nmetadata: {name: a}\n")]);
    assert!(
        none.is_err_and(
            |reason| reason.starts_with("there is no runner set in the input\n  a.yaml:1: Service")
        )
    );
    for (values, said) in [
        ("githubConfigUrl: https://github.com/o\n", "without githubConfigSecret"),
        ("githubConfigSecret: s\n", "without githubConfigUrl"),
        (
            "githubConfigUrl: https://github.com/o\ngithubConfigSecret: s\nminRunners: 3\nmaxRunners: 2\n",
            "minRunners",
        ),
        (
            "githubConfigUrl: https://github.com/o\ngithubConfigSecret: s\nrunnerScaleSetName: a-name-of-more-than-forty-five-characters-altogether\n",
            "more than 45",
        ),
        (
            "githubConfigUrl: https://github.com/o\ngithubConfigSecret: s\ntemplate: {spec: {volumes: 3}}\n",
            "set",
        ),
    ] {
        match texts(&[("values.yaml", values)]) {
            Err(reason) => assert!(reason.contains(said), "{values}: {reason}"),
            Ok(found) => assert!(found.is_equivalent(), "{values}: {}", found.text),
        }
    }
}

#[test]
fn each_release_of_the_chart_reads_values_its_own_way() {
    let head = "githubConfigUrl: https://github.com/o\ngithubConfigSecret: s\nmaxRunners: 1\n";
    let of = |arc: (u32, u32, u32), more: &str| {
        let arc = Some(Version::new(arc.0, arc.1, arc.2));
        import(&[("a.yaml".to_owned(), format!("{head}{more}"))], &Options { arc, ..options() })
    };
    let novolume = "containerMode: {type: kubernetes-novolume}\n";
    let (old, new) = (of((0, 12, 1), novolume).expect("a set"), of((0, 13, 0), novolume).expect("a set"));
    assert!(old.text.contains("mode \"default\"") && new.text.contains("mode \"kubernetes-novolume\""));
    assert!(notes(&old, Kind::Ignored)[0].contains("knows no mode \"kubernetes-novolume\" yet"));
    let dind = "containerMode: {type: dind}\n";
    let (old, new) = (of((0, 11, 0), dind).expect("a set"), of((0, 12, 0), dind).expect("a set"));
    assert!(old.text.contains("legacy=#true") && !new.text.contains("legacy"));
    let labels = "scaleSetLabels: [big]\n";
    let (old, new) = (of((0, 13, 1), labels).expect("a set"), of((0, 14, 0), labels).expect("a set"));
    assert!(!old.text.contains("labels \"big\"") && new.text.contains("labels \"big\""));
    assert!(
        of((0, 12, 1), "runnerScaleSetName: a_b\n")
            .is_err_and(|why| why.contains("refuses the name \"a_b\""))
    );
    let unknown = of((0, 9, 3), dind).expect("a set");
    assert!(unknown.text.contains("legacy=#true") && unknown.text.contains("arc \"0.14.2\""));
    assert!(notes(&unknown, Kind::Changed)[0].contains("ARC 0.9.3, which fleetc does not know"));
}

#[test]
fn one_name_is_one_pool() {
    let values = "githubConfigUrl: https://github.com/o\ngithubConfigSecret: s\nmaxRunners: 1\n";
    let found = texts(&[("a/values.yaml", values), ("b/a.yaml", values)]).expect("there is a set");
    assert_eq!(found.pools.len(), 1);
    assert!(notes(&found, Kind::NotCarried).iter().any(|note| note.contains("a second set is called \"a\"")));
}

#[test]
fn a_command_writes_the_file_and_says_what_became_of_it() {
    let here = tempfile::tempdir().expect("a folder");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fleetc"));
        command.args(arguments).current_dir(here.path()).env("FLEETC_TODAY", "2026-11-24");
        command.output().expect("fleetc runs")
    };
    let path = |name: &str| fixtures.join(name).to_string_lossy().into_owned();
    let first = run(&["import", &path("values"), &path("hooks")]);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
    assert_eq!(run(&["check"]).status.code(), Some(0));
    assert_eq!(run(&["fmt", "--check"]).status.code(), Some(0));
    let again = run(&["import", &path("values")]);
    assert_eq!(again.status.code(), Some(2), "a file that is there is not overwritten");
    let json = run(&["import", "--format", "json", "--stdout", &path("live.yaml")]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["equivalent"], true);
    assert_eq!(json["written"], false);
    assert_eq!(run(&["import", "nowhere"]).status.code(), Some(2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// What fleetc emits comes back as a fleet that emits the same.
    #[test]
    fn emitted_fleets_come_back(fleet in strategy::fleet()) {
        let text = fleet.text();
        // One name in two clusters is two sets of one name.
        prop_assume!(!text.contains("cluster \"east\""));
        struct Memory(String);
        impl Files for Memory {
            fn read(&self, _: &str) -> Result<String, String> {
                Ok(self.0.clone())
            }
        }
        let run = compile(&Memory(text.clone()), "fleet.kdl", DAY).expect("it can be read");
        let pools = run.objects.pools.len();
        let whole = run.fleet.expect("it compiles");
        let tree = emit::render(&whole, run.objects).expect("it becomes files");
        let inputs: Vec<_> = tree
            .iter()
            .map(|(path, bytes)| (path.as_str().to_owned(), String::from_utf8(bytes.to_vec()).expect("text")))
            .collect();
        let found = import(&inputs, &options()).expect("there are sets in it");
        assert_equivalent(&found);
        for pool in &found.pools {
            // Labels are fleetc's bookkeeping: they are not looked at.
            let added: Vec<_> = pool.runner_set.added().map(|one| one.path.as_str()).collect();
            prop_assert_eq!(added, ["metadata.labels"], "{}\n{}", pool.name, found.text);
            prop_assert!(pool.hook_template.iter().all(|one| one.differences.is_empty()));
        }
        prop_assert_eq!(found.pools.len(), pools);
    }
}
