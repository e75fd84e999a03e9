//! The workflows that work on the fleet itself, run step by step in a repository: `fleet-check` on pull requests, and
//! `track-versions`. `gh` is a stand-in that keeps comments and pull requests.

#[path = "workflows/mod.rs"]
mod workflows;

use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use workflows::{Annotation, Done, Gh, Outcome, Runner};

const REPOSITORY: &str = "acme/fleet";

/// Installs the program under test, rather than build it once more.
const CARGO: &str = "#!/usr/bin/env bash\nset -eu\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\nln -sf \"$FLEETC_UNDER_TEST\" \"$2/bin/fleetc\"\n";

fn reference() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fleet.kdl")).expect("the reference fleet")
}

/// The text with one part replaced, which must be there once.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from}");
    text.replace(from, to)
}

/// Number of the line that starts the only occurrence of a text.
fn line_of(text: &str, part: &str) -> u32 {
    let at = text.find(part).unwrap_or_else(|| panic!("there is no {part}"));
    u32::try_from(text[..at].lines().count()).expect("a line") + u32::from(text[..at].ends_with('\n'))
}

/// A clone with the reference fleet and its output on `main`, GitHub, and a machine for jobs.
struct World {
    folder: TempDir,
    gh: Gh,
    runner: Runner,
}

impl World {
    fn new() -> Option<Self> {
        workflows::needs(&["git", "jq", "bash"])?;
        let folder = tempfile::tempdir().expect("a folder");
        let gh = Gh::new();
        let clone = folder.path().join("clone");
        let programs = folder.path().join("programs");
        fs::create_dir_all(&programs).expect("a folder");
        fs::write(programs.join("cargo"), CARGO).expect("a program");
        fs::set_permissions(programs.join("cargo"), fs::Permissions::from_mode(0o755))
            .expect("it can be started");
        symlink(env!("CARGO_BIN_EXE_fleetc"), folder.path().join("fleetc")).expect("a link");
        let mut runner = Runner::new(&clone.join(".github"), &clone);
        runner.path = vec![programs, gh.folder().to_owned()];
        let path = |path: &Path| path.to_string_lossy().into_owned();
        runner.env.extend([
            ("GITHUB_REPOSITORY".to_owned(), REPOSITORY.to_owned()),
            ("GH_STATE".to_owned(), path(gh.folder())),
            ("FLEETC_UNDER_TEST".to_owned(), path(&folder.path().join("fleetc"))),
            ("FLEETC_TODAY".to_owned(), "2026-11-24".to_owned()),
            ("GIT_CONFIG_NOSYSTEM".to_owned(), "1".to_owned()),
        ]);
        let world = Self { folder, gh, runner };
        let origin = world.folder.path().join("origin");
        world.git_in(world.folder.path(), &["init", "-q", "--bare", "-b", "main", &path(&origin)]);
        world.git_in(world.folder.path(), &["clone", "-q", &path(&origin), &path(&clone)]);
        world.git(&["switch", "-q", "-c", "main"]);
        world.write(&reference());
        world.build();
        world.commit("the fleet");
        world.git(&["push", "-q", "origin", "main"]);
        Some(world)
    }

    fn clone(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.clone(), arguments)
    }

    fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let identity =
            ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output();
        let output = output.expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn write(&self, fleet: &str) {
        fs::write(self.clone().join("fleet.kdl"), fleet).expect("a file");
    }

    fn build(&self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fleetc"));
        let output =
            command.arg("build").env("FLEETC_TODAY", "2026-11-24").current_dir(self.clone()).output();
        let output = output.expect("fleetc");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    fn workflow(&self, name: &str) -> Value {
        workflows::read(&self.clone().join(".github/workflows").join(name))
    }

    /// Runs both jobs of `fleet-check` on what is checked out, as a pull request against `main`.
    fn pull_request(&mut self) -> (Done, Done) {
        let base = self.git(&["rev-parse", "main"]);
        let event = json!({"pull_request": {"number": 7, "base": {"sha": base}, "head": {"repo": {"full_name": REPOSITORY}}}});
        let github = json!({"event": event, "repository": REPOSITORY, "token": "the-token-of-the-job"});
        self.runner.contexts.insert("github".to_owned(), github);
        let stand_in = |_: &std::collections::BTreeMap<String, String>| Ok(Outcome::default());
        self.runner
            .actions
            .stand_ins
            .insert("github/codeql-action/upload-sarif".to_owned(), Box::new(stand_in));
        let workflow = self.workflow("fleet-check.yml");
        let check = self.runner.job(&workflow, "check");
        let needs = json!({"check": {"outputs": check.outputs}});
        self.runner.contexts.insert("needs".to_owned(), needs);
        let report = self.runner.job(&workflow, "report");
        assert!(report.succeeded, "{}", report.log);
        let sarif = self.clone().join("report/fleet.sarif");
        let sarif: Value =
            serde_json::from_str(&fs::read_to_string(sarif).expect("a report")).expect("SARIF");
        assert_eq!(sarif["version"], "2.1.0");
        fs::remove_dir_all(self.clone().join("report")).expect("it can be removed");
        (check, report)
    }

    /// The only comment that is the workflow's.
    fn comment(&self) -> String {
        let mark = "<!-- fleetc:fleet-check -->\n";
        let all = self.gh.list("comments");
        let own: Vec<_> = all.iter().filter(|comment| comment["user"]["type"] == "Bot").collect();
        assert_eq!(own.len(), 1, "{all:?}");
        let body = own[0]["body"].as_str().expect("a text");
        assert!(body.starts_with(mark) && body.chars().count() <= 65_536, "{body}");
        body.to_owned()
    }
}

fn of<'a>(done: &'a Done, title: &'a str) -> Vec<&'a Annotation> {
    done.annotations.iter().filter(|found| found.title.contains(title)).collect()
}

/// The branch that must not be merged: too many runners for the GPUs, a repository of others in a role of Vault, and an alert
/// on a metric that there is not.
#[test]
fn a_branch_with_three_mistakes_shows_each_on_its_line() {
    let Some(mut world) = World::new() else { return };
    world
        .gh
        .comment(&json!({"id": 1, "user": {"type": "User"}, "body": "<!-- fleetc:fleet-check -->\nmine"}));
    world.git(&["switch", "-q", "-c", "bad"]);
    let max = "pool \"runner-gpu\" from=\"in-container\" {\n    runners min=1 max=";
    let fleet = replaced(&reference(), &format!("{max}3"), &format!("{max}4"));
    let role = "    role \"ci-build\" auth=\"github\" ttl=\"10m\" {\n";
    let added = "        repository \"partner/tools\" id=99887766 ref=\"refs/heads/main\"\n";
    let fleet = replaced(&fleet, role, &format!("{role}{added}"));
    let fleet = replaced(&fleet, "sum(gha_busy_runners", "sum(gha_bussy_runners");
    world.write(&fleet);
    world.commit("three mistakes");

    let (check, _) = world.pull_request();
    assert!(!check.succeeded);
    let errors: Vec<_> =
        check.annotations.iter().filter(|found| found.level == "error" && found.line > 0).collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    let capacity = of(&check, "class-overcommit");
    assert_eq!((capacity.len(), capacity[0].line), (1, line_of(&fleet, max) + 1), "{capacity:?}");
    assert!(capacity[0].message.contains("write max=3"));
    let metric = of(&check, "alert-on-missing-metric");
    assert_eq!((metric.len(), metric[0].line), (1, line_of(&fleet, "gha_bussy_runners")), "{metric:?}");
    assert!(metric[0].message.contains("did you mean `gha_busy_runners`?"));
    let access = of(&check, "access gained");
    assert_eq!((access.len(), access[0].line), (1, line_of(&fleet, role)), "{access:?}");
    assert!(access[0].message.contains("log in as partner/tools"));
    let repository = check.annotations.iter().find(|found| found.line == line_of(&fleet, added));
    assert!(
        repository.is_some_and(|found| found.message.contains("partner/tools")),
        "{:?}",
        check.annotations
    );

    let comment = world.comment();
    assert_eq!(check.summary, comment);
    for part in [
        "**The fleet has errors.**",
        "class-overcommit",
        "alert-on-missing-metric",
        "**access gained**",
        "does not fit",
    ] {
        assert!(comment.contains(part), "{part} in {comment}");
    }

    // With the next push the comment changes, and stays one; what people wrote stays too.
    world.write(&reference());
    world.build();
    world.commit("taken back");
    let (check, report) = world.pull_request();
    assert!(check.succeeded, "{}", check.log);
    assert!(!world.comment().contains("errors"), "{}", world.comment());
    assert_eq!(world.gh.list("comments").len(), 2);
    assert!(report.ran.iter().any(|ran| ran.action.ends_with("upload-sarif") && ran.with["sarif_file"] == "report/fleet.sarif"));
}

/// The branch that may be merged, checked out as GitHub merges it: with what others have changed on `main` meanwhile.
#[test]
fn a_branch_with_a_legal_change_gets_a_diff_to_approve() {
    let Some(mut world) = World::new() else { return };
    world.git(&["switch", "-q", "-c", "good"]);
    let no_idle_runner = replaced(
        &reference(),
        "pool \"runner-hybrid\" from=\"in-container\" {\n    runners min=1 max=4",
        "pool \"runner-hybrid\" from=\"in-container\" {\n    runners min=0 max=4",
    );
    world.write(&replaced(
        &no_idle_runner,
        "        read \"harbor\"\n    }\n    // Makes tags",
        "        read \"harbor\"\n        read \"image-tags\"\n    }\n    // Makes tags",
    ));
    world.build();
    world.commit("no idle runner on scarce hardware, and builds that know the tags");
    world.git(&["switch", "-q", "main"]);
    world.write(&replaced(&reference(), "queue-wait over=\"60s\"", "queue-wait over=\"90s\""));
    world.build();
    world.commit("somebody else's");
    world.git(&["switch", "-q", "--detach", "main"]);
    world.git(&["merge", "-q", "--no-ff", "-m", "as GitHub merges it", "good"]);

    let (check, _) = world.pull_request();
    assert!(check.succeeded, "{}", check.log);
    assert!(check.annotations.iter().all(|found| found.level != "error"), "{:?}", check.annotations);
    let comment = world.comment();
    for part in ["pool runner-hybrid", "runners min", "1 -> 0", "image-tags"] {
        assert!(comment.contains(part), "{part} in {comment}");
    }
    assert!(!comment.contains("queue-wait") && !comment.contains("has errors"), "{comment}");
    shown_in_readme(&comment);
}

/// The README shows this very comment. `FLEETC_REWRITE=1` writes it there.
fn shown_in_readme(comment: &str) {
    const OPEN: &str = "````markdown\n";
    const CLOSE: &str = "````\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("a README");
    let (before, rest) = readme.split_once(OPEN).expect("the block of the comment");
    let (shown, after) = rest.split_once(CLOSE).expect("its end");
    // The base is named by its commit, which is another one with every change of what is compiled.
    const AGAINST: &str = "### Fleet against `";
    let (start, end) = comment.split_once(AGAINST).expect("what it is compared with");
    let (_, end) = end.split_once('`').expect("the end of its name");
    let wanted = format!("{start}{AGAINST}1f0c3a9`{}\n", end.trim_end());
    if std::env::var_os("FLEETC_REWRITE").is_some() {
        fs::write(&path, format!("{before}{OPEN}{wanted}{CLOSE}{after}")).expect("written");
    } else {
        assert_eq!(shown, wanted, "README.md shows another comment: FLEETC_REWRITE=1 writes this one there");
    }
}

#[test]
fn output_that_was_not_built_anew_fails_the_check() {
    let Some(mut world) = World::new() else { return };
    world.git(&["switch", "-q", "-c", "stale"]);
    world.write(&replaced(&reference(), "queue-wait over=\"60s\"", "queue-wait over=\"90s\""));
    world.commit("without the output");
    let (check, _) = world.pull_request();
    assert!(!check.succeeded);
    assert_eq!(of(&check, "Output is out of date").len(), 1, "{:?}", check.annotations);
    let comment = world.comment();
    assert!(
        comment.contains("**The output is out of date:** run `fleetc build`") && comment.contains("    "),
        "{comment}"
    );
}

/// Where the file can't be read at all, there is no diff, and the findings are there all the same.
#[test]
fn a_file_that_can_not_be_read_gets_its_findings() {
    let Some(mut world) = World::new() else { return };
    world.git(&["switch", "-q", "-c", "broken"]);
    world.write("pool \"x\" {\n    mode \"dind\n");
    world.commit("broken");
    let (check, _) = world.pull_request();
    assert!(!check.succeeded);
    let errors: Vec<_> =
        check.annotations.iter().filter(|found| found.level == "error" && found.line > 0).collect();
    assert!(!errors.is_empty(), "{}", check.log);
    assert!(world.comment().contains("**The fleet has errors.**"), "{}", world.comment());
}

#[test]
fn a_pull_request_of_a_fork_is_checked_and_not_commented_on() {
    let Some(mut world) = World::new() else { return };
    let fork = json!({"event": {"pull_request": {"number": 7, "base": {"sha": "x"}, "head": {"repo": {"full_name": "else/fleet"}}}},
                      "repository": REPOSITORY, "token": "t"});
    world.runner.contexts.insert("github".to_owned(), fork);
    let done = world.runner.job(&world.workflow("fleet-check.yml"), "report");
    assert!(done.ran.is_empty() && world.gh.calls().is_empty());
}

fn releases(world: &World, runner: &str, arc: &str) {
    world.gh.answer("repos/actions/runner/releases/latest", &json!({"tag_name": runner}));
    world.gh.answer("repos/actions/runner-container-hooks/releases/latest", &json!({"tag_name": "v0.9.0"}));
    let list = json!([
        {"tag_name": "gha-runner-scale-set-0.99.0", "draft": false, "prerelease": true},
        {"tag_name": "actions-runner-controller-1.2.3", "draft": false, "prerelease": false},
        {"tag_name": format!("gha-runner-scale-set-{arc}"), "draft": false, "prerelease": false},
    ]);
    world.gh.answer("repos/actions/actions-runner-controller/releases", &list);
}

fn track(world: &mut World) -> Done {
    world.git(&["switch", "-q", "main"]);
    world.git(&["reset", "-q", "--hard", "origin/main"]);
    let github = json!({"token": "the-token-of-the-job", "ref_name": "main"});
    world.runner.contexts.insert("github".to_owned(), github);
    world.runner.job(&world.workflow("track-versions.yml"), "track")
}

#[test]
fn newer_releases_become_one_pull_request() {
    let Some(mut world) = World::new() else { return };
    releases(&world, "v2.337.0", "0.15.0");
    let done = track(&mut world);
    assert!(done.succeeded, "{}", done.log);
    let pulls = world.gh.list("pulls");
    assert_eq!(pulls.len(), 1);
    assert_eq!(pulls[0]["head"], "fleetc/track-versions");
    let body = pulls[0]["body"].as_str().expect("a text");
    for part in [
        "- runner 2.337.0 (was 2.336.0)",
        "- ARC 0.15.0 is out, and this fleetc can't take it",
        "container hooks are 0.9.0",
        "**drains**",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
    // The file is as it was but for the release, comments and all; the output follows; workflows do not change.
    let fleet = world.git(&["show", "origin/fleetc/track-versions:fleet.kdl"]);
    assert_eq!(fleet, reference().replace("actions-runner:2.336.0", "actions-runner:2.337.0").trim());
    let changed = world.git(&["diff", "--name-only", "main", "origin/fleetc/track-versions"]);
    assert!(
        changed.contains("out/pools/runner-base/runner-set.yaml") && !changed.contains(".github/"),
        "{changed}"
    );

    // A week later there is still one, and nothing was pushed for nothing.
    let before = world.git(&["rev-parse", "origin/fleetc/track-versions"]);
    let done = track(&mut world);
    assert!(done.succeeded && done.log.contains("the branch is up to date"), "{}", done.log);
    world.git(&["fetch", "-q", "origin"]);
    assert_eq!(before, world.git(&["rev-parse", "origin/fleetc/track-versions"]));
    assert_eq!(world.gh.list("pulls").len(), 1);

    // A later release changes the same pull request.
    releases(&world, "v2.338.0", "0.14.2");
    assert!(track(&mut world).succeeded);
    let pulls = world.gh.list("pulls");
    assert!(
        pulls.len() == 1 && pulls[0]["body"].as_str().is_some_and(|body| body.contains("2.338.0")),
        "{pulls:?}"
    );
}

#[test]
fn nothing_newer_is_no_pull_request_and_nothing_older_is_taken() {
    let Some(mut world) = World::new() else { return };
    for (runner, arc) in [("v2.336.0", "0.14.2"), ("v2.335.0", "0.14.1")] {
        releases(&world, runner, arc);
        let done = track(&mut world);
        assert!(done.succeeded && done.log.contains("runs the newest releases that it can"), "{}", done.log);
    }
    assert!(world.gh.list("pulls").is_empty());
}

#[test]
fn a_tag_that_is_no_version_goes_nowhere() {
    let Some(mut world) = World::new() else { return };
    releases(&world, "v1.2.3; touch x", "0.14.2");
    let done = track(&mut world);
    assert!(
        !done.succeeded && done.log.contains("the newest release of the runner is not of three numbers"),
        "{}",
        done.log
    );
    assert!(!world.clone().join("x").exists() && world.gh.list("pulls").is_empty());
}
