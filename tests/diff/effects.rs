//! What a change does, by the table of the ARC release, read off the objects.

use fleetc::check::example;
use fleetc::compile::{Files, compile, compile_base};
use fleetc::diff::{self, Diff, Effect};

const HEADER: &str = "fleet \"f\" {\n    namespace \"runners\"\n    github \"https://github.com/o\" app-secret=\"s\"\n    gitops repo=\"https://github.com/o/f\"\n}\n";

struct Text(String);

impl Files for Text {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

/// The diff of two fleets without a header, and the codes of what rules about changes find.
fn compare(before: &str, after: &str) -> (Diff, Vec<&'static str>) {
    let whole = |text: &str| Text(format!("{HEADER}{text}"));
    let mut new = compile(&whole(after), "fleet.kdl", example::DAY).expect("a fleet");
    let old = compile_base(&whole(before), "fleet.kdl", new.sources.clone(), "before:").expect("a fleet");
    let diff = diff::compare("before", Some(&old), &mut new, &[], example::DAY).expect("a diff");
    let is_change = |code: &&str| {
        let rule = fleetc::check::find(code);
        rule.is_some_and(|rule| matches!(rule.check, fleetc::check::Check::Change(_)))
    };
    (diff, new.diagnostics.iter().map(|found| found.code).filter(is_change).collect())
}

/// The effect on the only pool.
fn effect(before: &str, after: &str) -> Effect {
    let (diff, _) = compare(before, after);
    let of_pool: Vec<_> = diff.entries.iter().filter(|entry| entry.subject.kind == "pool").collect();
    match of_pool.as_slice() {
        [] => Effect::Nothing,
        [only] => only.effect,
        several => panic!("{several:#?}"),
    }
}

fn pool(inner: &str) -> String {
    format!(
        "pool \"p\" {{\n    mode \"kubernetes\"\n    work \"1Gi\"\n    job cpu=1 memory=\"1Gi\"\n{inner}\n}}\n"
    )
}

#[test]
fn effects_follow_the_controller() {
    let eventual = |inner: &str| pool(inner);
    let immediate = |inner: &str| format!("controller update-strategy=\"immediate\"\n{}", pool(inner));
    let cases: &[(&str, &str, &str, Effect, Effect)] = &[
        ("max alone", "runners max=1", "runners max=2", Effect::PoolDrains, Effect::ListenerRestarts),
        (
            "max, with idle runners",
            "runners min=1 max=1",
            "runners min=1 max=2",
            Effect::PoolDrains,
            Effect::ListenerRestarts,
        ),
        (
            "the listener's own pod",
            "runners max=1",
            "runners max=1\n    listener cpu=\"50m\"",
            Effect::PoolDrains,
            Effect::ListenerRestarts,
        ),
        (
            "the runner's pod",
            "runners min=1 max=1",
            "runners min=1 max=1\n    runner cpu=2",
            Effect::PoolDrains,
            Effect::RunnersRoll,
        ),
        (
            "the job's pod",
            "runners max=1",
            "runners max=1\n    env \"A\" \"b\"",
            Effect::NextJobs,
            Effect::NextJobs,
        ),
        (
            "a rule",
            "runners max=1",
            "runners max=1\n    rule \"shm-default\" level=\"off\" reason=\"x\"",
            Effect::Nothing,
            Effect::Nothing,
        ),
        (
            "a patch of the resource's label",
            "runners max=1",
            "runners max=1\n    patch \"AutoscalingRunnerSet\" {\n    merge \"{metadata: {labels: {team: a}}}\"\n    }",
            Effect::InPlace,
            Effect::InPlace,
        ),
        (
            "a patch of the runner's pod",
            "runners max=1",
            "runners max=1\n    patch \"AutoscalingRunnerSet\" {\n    merge \"{spec: {template: {spec: {hostNetwork: true}}}}\"\n    }",
            Effect::PoolDrains,
            Effect::RunnersRoll,
        ),
        (
            "the runner group",
            "runners max=1",
            "runners max=1\n    github \"https://github.com/o\" runner-group=\"g\"",
            Effect::PoolStalls,
            Effect::PoolStalls,
        ),
        (
            "the address",
            "runners max=1",
            "runners max=1\n    github \"https://github.com/other\" app-secret=\"s\"",
            Effect::PoolStalls,
            Effect::PoolStalls,
        ),
    ];
    for (what, before, after, with_eventual, with_immediate) in cases {
        assert_eq!(effect(&eventual(before), &eventual(after)), *with_eventual, "{what}, eventual");
        assert_eq!(effect(&immediate(before), &immediate(after)), *with_immediate, "{what}, immediate");
    }
}

#[test]
fn a_fleet_wide_value_reaches_its_pools() {
    let fleet = |image: &str| {
        format!(
            "versions {{\n    runner \"ghcr.io/actions/actions-runner:{image}\"\n}}\n{}",
            pool("runners max=1")
        )
    };
    let (diff, found) = compare(&fleet("2.335.1"), &fleet("2.336.0"));
    let entry = &diff.entries[0];
    assert_eq!((entry.subject.name.as_str(), entry.effect), ("p", Effect::PoolDrains));
    assert!(entry.changes.is_empty(), "the pool says nothing of it: {:#?}", entry.changes);
    assert!(entry.consequences[0].fields.iter().any(|field| field.what.ends_with("[runner].image")));
    assert_eq!(found, ["template-change-wedge"]);
    assert_eq!(diff.radius.interrupted, 1);
}

#[test]
fn templates_are_compared_as_they_are_in_effect() {
    let fleet = |memory: &str| {
        format!(
            "template \"t\" {{\n    mode \"kubernetes\"\n    work \"1Gi\"\n    job cpu=1 memory=\"{memory}\"\n}}\npool \"p\" from=\"t\" {{\n    runners max=1\n}}\n"
        )
    };
    let (diff, _) = compare(&fleet("1Gi"), &fleet("2Gi"));
    let change = &diff.entries[0].changes[0];
    assert_eq!(change.what, "job memory");
    assert_eq!((change.before.as_deref(), change.after.as_deref()), (Some("1Gi"), Some("2Gi")));
    assert_eq!(diff.entries[0].effect, Effect::NextJobs);
    assert!(compare(&fleet("1024Mi"), &fleet("1Gi")).0.is_empty(), "two ways to write one amount");
}

#[test]
fn claims_tell_what_becomes_of_data() {
    let fleet = |claim: &str, used: bool| {
        let cache = format!("cache \"c\" {{\n    claim {claim}\n    mount \"/c\"\n}}\n");
        let pool = pool(if used { "runners max=1\n    cache \"c\"" } else { "runners max=1" });
        if used { format!("{cache}{pool}") } else { pool }
    };
    let cache = |before: &str, after: &str| {
        let (diff, _) = compare(before, after);
        let entry = diff.entries.into_iter().find(|entry| entry.subject.kind == "cache");
        let entry = entry.expect("the cache");
        (entry.effect, entry.consequences.first().map(|happens| happens.text.clone()).unwrap_or_default())
    };
    let small = fleet("\"c\" size=\"1Gi\"", true);
    assert_eq!(cache(&small, &fleet("\"c\" size=\"2Gi\"", true)).0, Effect::InPlace);
    assert_eq!(cache(&fleet("\"c\" size=\"2Gi\"", true), &small).0, Effect::Refused);
    assert_eq!(cache(&small, &fleet("\"c\" size=\"1Gi\" storage-class=\"x\"", true)).0, Effect::Refused);
    let (effect, text) = cache(&small, &fleet("", false));
    assert_eq!(effect, Effect::Nothing);
    assert!(text.contains("stays until somebody deletes it"), "{text}");
    let replaced = "patch \"PersistentVolumeClaim\" {\n    merge \"{metadata: {annotations: {argocd.argoproj.io/sync-options: 'Force=true,Replace=true'}}}\"\n}\n";
    let before = format!("{replaced}{small}");
    let after = format!("{replaced}{}", fleet("\"c\" size=\"1Gi\" storage-class=\"x\"", true));
    assert_eq!(cache(&before, &after).0, Effect::DataLost);
}

#[test]
fn a_renamed_pool_is_known_again() {
    let named = |name: &str| pool("runners max=1").replace("\"p\"", &format!("\"{name}\""));
    let (diff, found) = compare(&named("old"), &named("new"));
    let effects: Vec<_> = diff.entries.iter().map(|entry| entry.effect).collect();
    assert_eq!(effects, [Effect::Added, Effect::PoolRemoved]);
    assert!(diff.entries[0].consequences[0].text.contains("what pool \"old\" was"), "{:#?}", diff.entries[0]);
    assert_eq!(found, ["scale-set-renamed"]);
}

#[test]
fn a_release_of_arc_reaches_every_pool() {
    let fleet = |release: &str| format!("versions {{\n    arc \"{release}\"\n}}\n{}", pool("runners max=1"));
    assert_eq!(effect(&fleet("0.14.1"), &fleet("0.14.2")), Effect::PoolDrains);
    assert_eq!(effect(&fleet("0.13.1"), &fleet("0.14.2")), Effect::ScaleSetRecreated);
    let (_, found) = compare(&fleet("0.13.1"), &fleet("0.14.2"));
    assert!(found.contains(&"version-skew-commit"), "{found:?}");
}

#[test]
fn rules_about_changes_can_be_silenced() {
    let fleet =
        |max: u32, extra: &str| pool(&format!("runners min=1 max={max}\n    labels \"a{max}\"{extra}"));
    let rule = "\n    rule \"labels-not-updated\" level=\"off\" reason=\"made anew by hand\"";
    assert!(compare(&fleet(1, ""), &fleet(2, "")).1.contains(&"labels-not-updated"));
    assert!(!compare(&fleet(1, ""), &fleet(2, rule)).1.contains(&"labels-not-updated"));
}

#[test]
fn clusters_are_told_apart() {
    let fleet = |max: u32| {
        let clusters = "cluster \"a\" server=\"https://a\" runner-group=\"a\"\ncluster \"b\" server=\"https://b\" runner-group=\"b\"\n";
        format!("{clusters}{}", pool(&format!("runners max={max}")))
    };
    let (diff, _) = compare(&fleet(1), &fleet(2));
    let clusters: Vec<_> = diff.entries.iter().map(|entry| entry.subject.cluster.as_deref()).collect();
    assert_eq!(clusters, [Some("a"), Some("b")]);
}

#[test]
fn nothing_is_said_of_what_stays() {
    let reference = include_str!("../../fleet.kdl");
    let fleet = Text(reference.to_owned());
    let mut new = compile(&fleet, "fleet.kdl", example::DAY).expect("a fleet");
    let old = compile_base(&fleet, "fleet.kdl", new.sources.clone(), "before:").expect("a fleet");
    let diff = diff::compare("before", Some(&old), &mut new, &[], example::DAY).expect("a diff");
    assert!(diff.is_empty() && diff.effect == Effect::Nothing, "{diff:#?}");
    assert_eq!(diff.listeners.before, diff.listeners.after);
}

#[test]
fn a_pool_that_changes_its_cluster_loses_its_scale_set() {
    let fleet = |cluster: &str| {
        let clusters = "cluster \"a\" server=\"https://a\"\ncluster \"b\" server=\"https://b\"\n";
        format!("{clusters}{}", pool(&format!("runners max=1\n    clusters \"{cluster}\"")))
    };
    let (diff, found) = compare(&fleet("a"), &fleet("b"));
    assert_eq!(found, ["pool-moved"]);
    assert_eq!(diff.effect, Effect::PoolStalls);
}

#[test]
fn a_cluster_that_gets_a_name_is_the_same_cluster() {
    let one = pool("runners max=1\n    clusters \"a\"").replace("    clusters \"a\"\n", "");
    let two = format!("cluster \"a\"\ncluster \"b\" server=\"https://b\" runner-group=\"b\"\n{one}");
    let (diff, found) = compare(&one, &two);
    let pools: Vec<_> = diff.entries.iter().filter(|entry| entry.subject.kind == "pool").collect();
    assert_eq!(pools.len(), 1, "{pools:#?}");
    assert_eq!((pools[0].verb, pools[0].subject.cluster.as_deref()), (diff::Verb::Added, Some("b")));
    assert!(!found.contains(&"pool-moved"), "{found:?}");
}
