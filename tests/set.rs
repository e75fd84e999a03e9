//! `fleetc set` and `fleetc rename`: what is meant changes, and nothing else.

#[path = "generate/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared with other tests")]
mod generate;
#[path = "properties/strategy.rs"]
#[allow(dead_code, unused_imports, reason = "shared with other tests")]
mod strategy;

use fleetc::check::example::DAY;
use fleetc::compile::{Files, compile};
use fleetc::edit::{self, Draft, Options, judge};
use proptest::prelude::*;
use std::collections::BTreeMap;

struct Memory(BTreeMap<String, String>);

impl Memory {
    fn of(text: &str) -> Self {
        Self([("fleet.kdl".to_owned(), text.to_owned())].into())
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

const FLEET: &str = r##"// A fleet with all that an editor may stumble over.
fleet "ci" {
    namespace "arc-runners" // theirs
    github "https://github.com/my-org" app-secret=#"github-app"#
}

/-versions { arc "0.11.0" }
versions {
  // two blanks
  arc "0.14.1" /* not the newest */ /-crds="0.14.0"
}
template "base" { mode "kubernetes"; work "15Gi" storage-class="fast" }

pool "a" from="base" {
	runners   min=0    max=2 // spaced
	/-job cpu=2
	job cpu=4 memory="8Gi" \
	    storage="10Gi"
	tolerate "example.com/spot" effect="NoSchedule"
}
pool "b" from="base" { runners max=1; job cpu=1 memory="1Gi" }
"##;

fn set(text: &str, path: &str, value: &str) -> Result<String, String> {
    with(text, |draft| edit::set(draft, path, value, Options::default()))
}

fn unset(text: &str, path: &str) -> Result<String, String> {
    with(text, |draft| edit::unset(draft, path, Options::default()))
}

fn with(
    text: &str,
    act: impl FnOnce(&mut Draft<'_>) -> Result<Vec<String>, String>,
) -> Result<String, String> {
    let files = Memory::of(text);
    let mut draft = Draft::new(&files, "fleet.kdl");
    act(&mut draft)?;
    draft.read("fleet.kdl")
}

/// The text with one stretch replaced.
fn replaced(old: &str, new: &str) -> Result<String, String> {
    assert_eq!(FLEET.matches(old).count(), 1, "{old}");
    Ok(FLEET.replacen(old, new, 1))
}

#[test]
fn values_change_where_they_stand() {
    assert_eq!(set(FLEET, "pool.a.runners.max", "3"), replaced("max=2", "max=3"));
    assert_eq!(set(FLEET, "versions.arc", "0.14.2"), replaced("\"0.14.1\"", "\"0.14.2\""));
    assert_eq!(set(FLEET, "versions.arc.version", "0.14.2"), replaced("\"0.14.1\"", "\"0.14.2\""));
    assert_eq!(set(FLEET, "fleet.github.app-secret", "x"), replaced("#\"github-app\"#", "#\"x\"#"));
    assert_eq!(set(FLEET, "template.base.work", "20Gi"), replaced("\"15Gi\"", "\"20Gi\""));
    assert_eq!(set(FLEET, "pool.a.job.storage", "20Gi"), replaced("\"10Gi\"", "\"20Gi\""));
    let path = "pool.a.tolerate.\"example.com/spot\".effect";
    assert_eq!(set(FLEET, path, "NoExecute"), replaced("\"NoSchedule\"", "\"NoExecute\""));
    assert_eq!(set(FLEET, "pool.a.job.cpu", "4").as_deref(), Ok(FLEET), "it says so already");
}

#[test]
fn what_is_missing_is_added_in_order() {
    assert_eq!(set(FLEET, "pool.b.runners.min", "1"), replaced("runners max=1", "runners min=1 max=1"));
    assert_eq!(
        set(FLEET, "versions.arc.crds", "0.14.1"),
        replaced("arc \"0.14.1\"", "arc \"0.14.1\" crds=\"0.14.1\"")
    );
    assert_eq!(
        set(FLEET, "versions.dind", "docker:28-dind"),
        replaced("/-crds=\"0.14.0\"\n", "/-crds=\"0.14.0\"\n  dind \"docker:28-dind\"\n")
    );
    assert_eq!(
        set(FLEET, "pool.a.runner.cpu", "500m"),
        replaced("// spaced\n", "// spaced\n\trunner cpu=\"500m\"\n"),
        "what is taken out stays where it was"
    );
    assert_eq!(
        set(FLEET, "pool.b.hooks.scheduler", "false"),
        replaced("memory=\"1Gi\" }", "memory=\"1Gi\"; hooks scheduler=#false }")
    );
    assert_eq!(
        set(FLEET, "pool.a.job.security.user", "1001"),
        replaced("storage=\"10Gi\"", "storage=\"10Gi\" {\n\t    security user=1001\n\t}")
    );
    let controller = set(FLEET, "controller.replicas", "2");
    assert_eq!(controller, replaced("\ntemplate", "\n\ncontroller replicas=2\n\ntemplate"));
}

#[test]
fn unset_takes_away_what_was_set() {
    for (path, value) in [
        ("pool.b.runners.min", "1"),
        ("versions.dind", "docker:28-dind"),
        ("fleet.proxy.http", "http://proxy.example.com:3128"),
        ("pool.a.env.NAME", "value"),
        ("pool.b.cache", "one two"),
    ] {
        let there = set(FLEET, path, value).expect("it can be set");
        assert_ne!(there, FLEET);
        assert_eq!(unset(&there, path).as_deref(), Ok(FLEET), "{path}");
    }
    assert!(unset(FLEET, "pool.a.runners.max").is_ok_and(|text| text.contains("min=0 // spaced")));
    let inherited = unset(FLEET, "pool.a.work");
    assert!(inherited.is_err_and(|reason| reason.contains("template \"base\" (fleet.kdl:12)")));
}

#[test]
fn templates_are_changed_on_request() {
    let options = Options { template: true, ..Options::default() };
    let text = with(FLEET, |draft| {
        let notes = edit::set(draft, "pool.a.work", "20Gi", options)?;
        assert_eq!(notes, ["template \"base\" gives it to 2 pools: a, b"]);
        Ok(notes)
    });
    assert_eq!(text, replaced("\"15Gi\"", "\"20Gi\""));
    let own = with(FLEET, |draft| edit::set(draft, "pool.a.runners.max", "1", options));
    assert!(own.is_err_and(|reason| reason.contains("no template gives")));
}

#[test]
fn a_slip_makes_nothing() {
    for (path, said) in [
        ("pool.c.runners.max", "there is no pool \"c\"; --create makes one"),
        ("pool.a.runner.max", "there is no `max` in `pool.a.runner`"),
        ("pool.a.max", "did you mean `pool.a.runners.max`?"),
        ("pools.a.runners.max", "did you mean `pool`?"),
        ("pool", "say which `pool`: `pool.NAME`; there is `a` or `b`"),
        ("pool.a.runners.max.x", "`pool.a.runners.max` is a value"),
        ("pool.a.name", "fleetc rename"),
        ("vault.role.x.ttl", "there is no"),
        ("pool.a.trust.1.key", "there is no `trust` here"),
        ("pool..max", "empty step"),
    ] {
        let found = set(FLEET, path, "1");
        assert!(found.as_ref().is_err_and(|reason| reason.contains(said)), "{path}: {found:?}");
    }
}

#[test]
fn the_file_that_has_the_node_is_edited() {
    let files = Memory(
        [
            ("fleet.kdl", "fleet \"ci\" {\n    namespace \"a\"\n    github \"https://github.com/o\" app-secret=\"s\"\n}\n\ninclude \"pools/gpu.kdl\"\n"),
            ("pools/gpu.kdl", "pool \"gpu\" {\n    mode \"default\"\n    runners max=1\n}\n"),
        ]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into(),
    );
    let mut draft = Draft::new(&files, "fleet.kdl");
    edit::set(&mut draft, "pool.gpu.runners.max", "2", Options::default()).expect("the pool is there");
    edit::set(&mut draft, "versions.arc", "0.14.2", Options::default()).expect("versions can be made");
    let changed: Vec<_> = draft.changed().map(|file| file.path.clone()).collect();
    assert_eq!(changed, ["fleet.kdl", "pools/gpu.kdl"]);
    assert!(draft.read("pools/gpu.kdl").is_ok_and(|text| text.contains("max=2")));
}

#[test]
fn a_change_that_breaks_the_fleet_is_refused() {
    let files = Memory::of(FLEET);
    let worse = |path: &str, value: &str| {
        let mut draft = Draft::new(&files, "fleet.kdl");
        edit::set(&mut draft, path, value, Options::default()).expect("the path is good");
        let found = judge::worse(&files, &draft, DAY).expect("the fleet can be read");
        found.map(|run| run.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>())
    };
    assert_eq!(worse("pool.a.runners.max", "3"), None);
    assert_eq!(worse("pool.a.runners.max", "many"), Some(vec!["wrong-type"]));
    assert_eq!(worse("pool.a.runners.min", "5"), Some(vec!["min-gt-max"]));
    assert_eq!(worse("versions.arc", "0.99.0"), Some(vec!["arc-release-unknown"]));
}

/// Values of generated fleets that are written as `spell` writes them.
const PATHS: [(&str, &str); 7] = [
    ("fleet.namespace", "elsewhere"),
    ("versions.arc", "0.14.1"),
    ("hardware.gpu.nodes.gpu.count", "7"),
    ("cache.uv.mount./mnt/uv.env", "OTHER"),
    ("priority.high.value", "5"),
    ("template.more.pod-label.team", "infra"),
    ("fleet.github.app-secret", "other"),
];

#[test]
fn a_name_changes_where_it_is_declared_and_named() {
    let text = include_str!("../fleet.kdl");
    let renamed = |kind: &str, old: &str, new: &str| {
        let files = Memory::of(text);
        let mut draft = Draft::new(&files, "fleet.kdl");
        let notes = edit::rename(&mut draft, kind, old, new).expect("it is there");
        let worse = judge::worse(&files, &draft, DAY).expect("the fleet can be read");
        assert!(worse.is_none(), "{kind}");
        let after = draft.read("fleet.kdl").expect("the draft has it");
        let changed = text.lines().zip(after.lines()).filter(|(old, new)| old != new);
        (changed.map(|(_, new)| new.trim().to_owned()).collect::<Vec<_>>(), notes)
    };
    let (lines, _) = renamed("template", "in-container", "kube");
    assert_eq!(lines.len(), 7);
    assert!(lines.iter().all(|line| line.contains("\"kube\"")));
    let (lines, _) = renamed("hardware", "gpu", "h100");
    assert_eq!(lines, ["hardware \"h100\" {", "hardware \"h100\" devices=1"]);
    let (lines, _) = renamed("cache", "uv", "python");
    assert_eq!(lines, ["cache \"python\" share=\"runner\" {", "cache \"huggingface\" \"ccache\" \"python\""]);
    let (lines, _) = renamed("namespace", "arc-runners", "ci");
    assert_eq!(lines, ["namespace \"ci\""]);
    let (lines, _) = renamed("role", "ci-build", "build");
    assert_eq!(lines.len(), 2);
    let (lines, _) = renamed("secret", "image-tags", "tags");
    assert!(lines.len() >= 4 && lines.iter().all(|line| line.contains("\"tags\"")), "{lines:?}");
    let (lines, notes) = renamed("pool", "runner-fpga", "runner-board");
    assert_eq!(lines.first().map(String::as_str), Some("pool \"runner-board\" from=\"in-container\" {"));
    assert!(lines.iter().any(|line| line.contains("name=\\\"runner-board\\\"")), "{lines:?}");
    assert!(notes[0].contains("jobs whose `runs-on` says the old name stay queued"), "{notes:?}");
}

#[test]
fn a_name_that_is_not_there_is_not_renamed() {
    let files = Memory::of(FLEET);
    let mut draft = Draft::new(&files, "fleet.kdl");
    for (kind, old, said) in [
        ("pol", "a", "did you mean `pool`?"),
        ("pool", "c", "there is no pool \"c\""),
        ("env", "A", "`env` is nothing that others name"),
    ] {
        let found = edit::rename(&mut draft, kind, old, "new");
        assert!(found.as_ref().is_err_and(|reason| reason.contains(said)), "{found:?}");
    }
    edit::rename(&mut draft, "pool", "a", "b").expect("the name itself is good");
    let worse =
        judge::worse(&files, &draft, DAY).expect("the fleet can be read").expect("two pools of one name");
    assert!(worse.diagnostics.iter().any(|found| found.code == "duplicate-name"));
}

#[test]
fn a_pool_leaves_its_name_behind() {
    let text = with(FLEET, |draft| {
        let notes = edit::rename(draft, "pool", "b", "c")?;
        edit::retire(draft, "b", "c")?;
        Ok(notes)
    });
    let text = text.expect("it is there");
    assert!(text.contains("\nretired \"b\" use=\"c\"\n"), "{text}");
    let again = with(&text, |draft| edit::rename(draft, "pool", "c", "d"));
    assert!(again.is_ok_and(|text| text.contains("retired \"b\" use=\"d\"")));
}

#[test]
fn objects_named_after_a_pool_are_followed() {
    let text = format!(
        "{FLEET}patch \"AutoscalingRunnerSet\" name=\"a\" {{ merge \"spec: {{minRunners: 1}}\" }}\npatch \"Role\" name=\"a-gha-rs-manager\" {{ merge \"metadata: {{labels: {{a: b}}}}\" }}\n"
    );
    let renamed = with(&text, |draft| edit::rename(draft, "pool", "a", "new"));
    let renamed = renamed.expect("it is there");
    assert!(renamed.contains("Set\" name=\"new\"") && renamed.contains("name=\"new-gha-rs-manager\""));
    assert!(renamed.contains("{a: b}"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn setting_back_gives_the_same_bytes(fleet in strategy::fleet()) {
        let text = fleet.text();
        for (path, value) in PATHS {
            let there = set(&text, path, value).expect("it can be set");
            prop_assert_ne!(&there, &text);
            // The line that changed holds the old value.
            let old = original(&text, path);
            let back = set(&there, path, &old);
            prop_assert_eq!(back.as_deref(), Ok(text.as_str()), "{} {}", path, old);
        }
        for pool in &fleet.pools {
            let path = format!("pool.{}.runners.max", pool.name);
            let there = set(&text, &path, "77").expect("it can be set");
            let back = set(&there, &path, &pool.runners.1.to_string());
            prop_assert_eq!(back.as_deref(), Ok(text.as_str()));
            let path = format!("pool.{}.env.QUITE_NEW", pool.name);
            let there = set(&text, &path, "a \"b\"\\\n").expect("it can be set");
            let back = unset(&there, &path);
            prop_assert_eq!(back.as_deref(), Ok(text.as_str()));
            let run = compile(&Memory::of(&there), "fleet.kdl", DAY).expect("it can be read");
            prop_assert!(!run.diagnostics.has_errors());
        }
    }

    #[test]
    fn renamed_fleets_keep_compiling(fleet in strategy::fleet()) {
        let text = fleet.text();
        let clusters = text.contains("cluster \"east\"").then_some(("cluster", "east"));
        let namespace = text.contains("namespace=\"team-a\"").then_some(("namespace", "team-a"));
        let names = [("template", "base"), ("template", "more"), ("hardware", "gpu"), ("cache", "models"),
            ("cache", "uv"), ("priority", "high"), ("namespace", "arc-runners")];
        let pools = fleet.pools.iter().map(|pool| ("pool", pool.name.as_str()));
        for (kind, old) in names.into_iter().chain(clusters).chain(namespace).chain(pools) {
            let renamed = with(&text, |draft| edit::rename(draft, kind, old, "other")).expect("it is there");
            prop_assert_ne!(&renamed, &text);
            let run = compile(&Memory::of(&renamed), "fleet.kdl", DAY).expect("it can be read");
            prop_assert!(!run.diagnostics.has_errors(), "{} {}: {:?}", kind, old, run.diagnostics);
            let back = with(&renamed, |draft| edit::rename(draft, kind, "other", old));
            prop_assert_eq!(back.as_deref(), Ok(text.as_str()));
        }
    }
}

/// What generated fleets say under a path.
fn original(text: &str, path: &str) -> String {
    let run = compile(&Memory::of(text), "fleet.kdl", DAY).expect("it can be read");
    let fleet = run.fleet.expect("a fleet");
    match path {
        "fleet.namespace" => fleet.node.namespace.name.to_string(),
        "versions.arc" => "0.14.2".to_owned(),
        "hardware.gpu.nodes.gpu.count" => "100".to_owned(),
        "cache.uv.mount./mnt/uv.env" => "UV".to_owned(),
        "priority.high.value" => "1000".to_owned(),
        "template.more.pod-label.team" => "ci".to_owned(),
        _ => "github-app".to_owned(),
    }
}
