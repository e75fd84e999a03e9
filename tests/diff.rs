//! `fleetc diff`: what it compares with, what it says happens, and how it says it.

#[path = "diff/effects.rs"]
mod effects;
#[path = "diff/repository.rs"]
mod repository;

use repository::Repository;
use serde_json::Value;

const HEADER: &str =
    "fleet \"f\" {\n    namespace \"runners\"\n    github \"https://github.com/o\" app-secret=\"s\"\n}\n";

/// A fleet with a pool of each of these names, each with this max.
fn pools(names: &[&str], max: u32) -> String {
    let pool = |name: &&str| {
        format!(
            "pool \"{name}\" {{\n    mode \"dind\"\n    runners max={max}\n    job cpu=1 memory=\"1Gi\" storage=\"1Gi\"\n    runner storage=\"1Gi\"\n}}\n"
        )
    };
    format!("{HEADER}{}", names.iter().map(pool).collect::<String>())
}

#[test]
fn an_unchanged_fleet_has_no_diff() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &pools(&["a"], 1))], "first");
    let run = repository.fleetc(&["diff"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("nothing changes"), "{}", run.stdout);
}

#[test]
fn lines_and_comments_are_no_change() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &pools(&["a", "b"], 1))], "first");
    repository.write("fleet.kdl", &format!("// moved\n\n{}", pools(&["a", "b"], 1)));
    assert!(repository.fleetc(&["diff"]).stdout.contains("nothing changes"));
}

#[test]
fn the_default_base_is_where_the_branch_began() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &pools(&["a", "b"], 1))], "first");
    repository.git(&["checkout", "-q", "-b", "feature"]);
    repository.commit(&[("fleet.kdl", &pools(&["a", "b"], 2))], "mine");
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(&[("fleet.kdl", &pools(&["a"], 9))], "somebody else's");
    repository.git(&["checkout", "-q", "feature"]);
    let diff = repository.json(&["diff"]);
    let names: Vec<_> = entries(&diff).map(|entry| entry["subject"]["name"].as_str()).collect();
    assert_eq!(names, [Some("a"), Some("b")], "{diff:#}");
    let against_main = repository.json(&["diff", "main"]);
    let verbs: Vec<_> = entries(&against_main).map(|entry| entry["verb"].as_str()).collect();
    assert_eq!(verbs, [Some("changed"), Some("added")], "{against_main:#}");
}

#[test]
fn includes_and_manifests_come_from_the_revision() {
    let repository = Repository::new();
    let manifest = |key: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n  namespace: runners\ndata:\n  {key}: x\n"
        )
    };
    let fleet = format!("{HEADER}include \"sub/pools.kdl\"\nmanifest \"extra.yaml\"\n");
    let sub = pools(&["a"], 1).replace(HEADER, "");
    let files =
        [("ci/fleet.kdl", fleet.as_str()), ("ci/sub/pools.kdl", &sub), ("ci/extra.yaml", &manifest("old"))];
    repository.commit(&files, "first");
    repository.write("ci/sub/pools.kdl", &pools(&["a"], 3).replace(HEADER, ""));
    repository.write("ci/extra.yaml", &manifest("new"));
    let diff = repository.json(&["diff", "HEAD", "--file", "ci/fleet.kdl"]);
    let change = &diff["diff"]["entries"][0]["changes"][0];
    assert_eq!(change["what"], "runners max");
    assert_eq!((&change["before"], &change["after"]), (&Value::from("1"), &Value::from("3")));
    assert_eq!(change["place"]["file"], "ci/sub/pools.kdl");
    assert!(entries(&diff).any(|entry| entry["subject"]["kind"] == "ConfigMap"), "{diff:#}");
}

#[test]
fn a_folder_or_a_file_can_be_the_base() {
    let repository = Repository::new();
    repository.write("old/fleet.kdl", &pools(&["a"], 1));
    repository.write("fleet.kdl", &pools(&["a"], 2));
    for base in ["old", "old/fleet.kdl"] {
        let diff = repository.json(&["diff", base]);
        assert_eq!(entries(&diff).count(), 1, "{diff:#}");
        assert_eq!(diff["diff"]["base"], "old/fleet.kdl");
    }
}

#[test]
fn where_there_was_no_fleet_all_is_new() {
    let repository = Repository::new();
    repository.commit(&[("README.md", "x\n")], "first");
    repository.write("fleet.kdl", &pools(&["a"], 1));
    let diff = repository.json(&["diff"]);
    assert!(entries(&diff).all(|entry| entry["verb"] == "added"), "{diff:#}");
    assert!(diff["diff"]["base"].as_str().is_some_and(|base| base.ends_with("which has no fleet.kdl")));
}

#[test]
fn what_cannot_be_compared_with_is_said() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &pools(&["a"], 1))], "first");
    let run = repository.fleetc(&["diff", "no-such-branch"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no revision \"no-such-branch\""), "{}", run.stderr);
    let run = repository.fleetc(&["diff", "--output=x"]);
    assert_eq!(run.code, 2, "an option is no revision");
    let outside = Repository::without_git();
    outside.write("fleet.kdl", &pools(&["a"], 1));
    let run = outside.fleetc(&["diff"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no Git repository"), "{}", run.stderr);
    assert!(run.stderr.contains("a folder or a file"), "{}", run.stderr);
}

#[test]
fn a_fleet_with_mistakes_is_compared_all_the_same() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &pools(&["a", "b"], 1))], "first");
    repository.write("fleet.kdl", &pools(&["a", "b"], 2).replacen("mode \"dind\"", "mode \"dinnd\"", 1));
    let run = repository.fleetc(&["diff", "--format", "json"]);
    assert_eq!(run.code, 1);
    let diff: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(diff["findings"]["errors"], 1, "{diff:#}");
    assert!(entries(&diff).any(|entry| entry["subject"]["name"] == "b" && entry["verb"] == "changed"));
    assert!(diff["diff"]["not_compared"][0].as_str().is_some_and(|text| text.contains("can't be read")));
}

#[test]
fn a_policy_can_fail_on_effects() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &pools(&["a"], 1))], "first");
    repository.write("fleet.kdl", &pools(&["a"], 2));
    assert_eq!(repository.fleetc(&["diff"]).code, 0);
    let run = repository.fleetc(&["diff", "--fail-on", "listener-restarts"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("the worst effect is pool-drains"), "{}", run.stderr);
    assert_eq!(repository.fleetc(&["diff", "--fail-on", "pool-removed"]).code, 0);
    let run = repository.fleetc(&["diff", "--fail-on", "pool-drain"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean pool-drains?"), "{}", run.stderr);
}

#[test]
fn jobs_that_name_a_removed_pool_are_found() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &pools(&["a", "b"], 1))], "first");
    repository.write("fleet.kdl", &pools(&["a"], 1));
    repository.write(
        "app/.github/workflows/ci.yml",
        "on: push\njobs:\n  test:\n    runs-on: b\n    steps:\n      - run: make\n",
    );
    let run = repository.fleetc(&["diff", "--workflows", "app", "--format", "json"]);
    assert_eq!(run.code, 1);
    let diff: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(diff["diff"]["uses"][0]["pool"], "b", "{diff:#}");
    assert_eq!(diff["diff"]["uses"][0]["jobs"][0]["job"], "test");
    let codes: Vec<_> = diff["findings"]["diagnostics"].as_array().into_iter().flatten().collect();
    assert!(codes.iter().any(|found| found["code"] == "pool-removal-in-use"), "{diff:#}");
}

#[test]
fn json_is_what_its_schema_says() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", include_str!("../fleet.kdl"))], "first");
    repository.write("fleet.kdl", &changed());
    let schema: Value =
        serde_json::from_str(&repository.fleetc(&["schema", "diff"]).stdout).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let diff = repository.json(&["diff"]);
    let wrong: Vec<_> = validator.iter_errors(&diff).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The reference fleet with more runners than GPUs, one more repository, and an alert on a metric that nobody exports.
fn changed() -> String {
    let fleet = include_str!("../fleet.kdl");
    let (before, gpu) = fleet.split_once("pool \"runner-gpu\"").expect("the reference fleet has GPU runners");
    let gpu = gpu.replacen("max=3", "max=4", 1);
    let (roles, role) = gpu.split_once("role \"ci-build\"").expect("a role");
    let more = "repository \"hyperaccel/developer-portal\" ref=\"refs/heads/next\"\n        repository ";
    let role = role.replacen("repository ", more, 1).replacen("gha_busy_runners", "gha_bussy_runners", 1);
    format!("{before}pool \"runner-gpu\"{roles}role \"ci-build\"{role}")
}

#[test]
fn each_mistake_stands_on_its_line() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", include_str!("../fleet.kdl"))], "first");
    repository.write("fleet.kdl", &changed());
    let run = repository.fleetc(&["diff", "--format", "json"]);
    assert_eq!(run.code, 1);
    let diff: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let text = changed();
    let line = |needle: &str| text.lines().position(|line| line.contains(needle)).map_or(0, |at| at + 1);
    let errors = diff["findings"]["diagnostics"].as_array().into_iter().flatten();
    let capacity =
        errors.clone().find(|found| found["code"] == "class-overcommit").expect("a capacity error");
    assert_eq!(capacity["labels"][0]["line"], line("max=4"));
    let access = diff["diff"]["access"].as_array().expect("access");
    assert_eq!(access.len(), 1, "{access:#?}");
    assert_eq!(access[0]["place"]["line"], line("role \"ci-build\""));
    assert!(access[0]["gained"].to_string().contains("refs/heads/next"), "{access:#?}");
    let alert = entries(&diff).find(|entry| entry["subject"]["name"] == "FpgaPoolIdle").expect("the alert");
    assert_eq!(alert["changes"][0]["place"]["line"], line("gha_bussy_runners"));
}

#[test]
fn each_format_is_as_it_was() {
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &pools(&["a", "b", "c"], 2))], "first");
    let fleet = pools(&["a", "b", "d"], 3).replacen("labels", "", 1);
    repository.write("fleet.kdl", &fleet);
    repository.git(&["tag", "base"]);
    let of = |format: &str| {
        let run = repository.fleetc(&["diff", "base", "--format", format]);
        let number = repository.git(&["rev-parse", "--short=7", "base"]);
        run.stdout.replace(number.trim(), "NUMBER")
    };
    insta::assert_snapshot!("human", of("human"));
    insta::assert_snapshot!("markdown", of("markdown"));
    insta::assert_snapshot!("github", of("github"));
    insta::assert_snapshot!("json", of("json"));
}

#[test]
fn a_comment_never_exceeds_its_limit() {
    let names: Vec<_> = (0..400).map(|at| format!("pool-{at}")).collect();
    let fleet = |extra: u32| {
        let pool = |(at, name): (usize, &String)| pools(&[name], at as u32 + 1 + extra).replace(HEADER, "");
        format!("{HEADER}{}", names.iter().enumerate().map(pool).collect::<String>())
    };
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &fleet(0))], "first");
    repository.write("fleet.kdl", &fleet(1));
    for most in [2000, 9000, 60_000] {
        let comment =
            repository.fleetc(&["diff", "--format", "markdown", "--max-bytes", &most.to_string()]).stdout;
        assert!(comment.len() <= most, "{} of {most}", comment.len());
        assert!(comment.starts_with("<!-- fleetc diff -->\n"), "{comment}");
        assert!(comment.contains("did not fit into this comment"), "{comment}");
        assert!(comment.contains("400 pools change"), "{comment}");
    }
}

#[test]
fn values_do_not_break_out_of_a_comment() {
    let hostile = "` | @team </details> <script>";
    let fleet =
        |value: &str| pools(&["a"], 1).replace("    job ", &format!("    env \"X\" {value:?}\n    job "));
    let repository = Repository::new();
    repository.commit(&[("fleet.kdl", &fleet("x"))], "first");
    repository.write("fleet.kdl", &fleet(hostile));
    let comment = repository.fleetc(&["diff", "--format", "markdown"]).stdout;
    // Within code nothing is markup; the fence is longer than what is in it.
    let as_code = ["``x -> ` \\| @team </details> <script>``", "`` ` \\| @team </details> <script> ``"];
    let rest = as_code.iter().fold(comment.clone(), |text, code| text.replace(code, ""));
    assert!(comment.contains(as_code[0]), "{comment}");
    assert!(!rest.contains("@team") && !rest.contains("<script>"), "{rest}");
}

fn entries(diff: &Value) -> impl Iterator<Item = &Value> {
    diff["diff"]["entries"].as_array().into_iter().flatten()
}
