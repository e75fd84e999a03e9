//! `fleetc lint`: what `runs-on` comes to, what is found where, and the command itself.

use fleetc::check::example::{self, DAY};
use fleetc::compile::{Compilation, Files, compile};
use fleetc::diagnostic::Diagnostic;
use fleetc::lint::expression::{parse, template};
use fleetc::lint::shell::commands;
use fleetc::lint::{RepositoryText, lint, uses_of_pools};
use fleetc::syntax::Sources;
use fleetc::yaml::{self, Schema};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint")
}

fn fleet() -> Compilation {
    struct Disk;
    impl Files for Disk {
        fn read(&self, path: &str) -> Result<String, String> {
            fs::read_to_string(folder().join(path)).map_err(|error| error.to_string())
        }
    }
    let run = compile(&Disk, "fleet.kdl", DAY).expect("the fleet is there");
    assert!(!run.diagnostics.has_errors(), "{:?}", run.diagnostics);
    run
}

fn repository<'a>(
    name: &str,
    read: &'a dyn Fn(&str) -> Option<String>,
    files: &[&str],
) -> RepositoryText<'a> {
    let text = |path: &&str| ((*path).to_owned(), read(path).expect("the workflow is there"));
    RepositoryText {
        name: Some(format!("acme/{name}")),
        root: format!("{name}/"),
        files: files.iter().map(text).collect(),
        read,
    }
}

/// What a workflow's jobs ask for, each set of labels joined with `+`, `@` and the group behind.
fn asked(workflow: &str) -> Vec<String> {
    let run = fleet();
    let none = |_: &str| None;
    let text = RepositoryText {
        name: Some("acme/app".to_owned()),
        root: String::new(),
        files: vec![(".github/workflows/ci.yml".to_owned(), workflow.to_owned())],
        read: &none,
    };
    let mut sources = run.sources.clone();
    let uses = uses_of_pools(vec![text], run.fleet.as_ref().expect("a fleet"), &mut sources);
    let group = |group: Option<String>| group.map_or(String::new(), |group| format!("@{group}"));
    uses.into_iter().map(|used| used.labels.join("+") + &group(used.group)).collect()
}

/// The same for a job of one line, with more of the job below it.
fn of_job(lines: &str) -> Vec<String> {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    asked(&format!("on: [push, pull_request]\njobs:\n  a:\n{lines}"))
}

#[test]
fn what_runs_on_comes_to() {
    for (lines, wanted) in [
        ("runs-on: cpu", &["cpu"][..]),
        ("runs-on: [a, b]", &["a+b"]),
        ("runs-on:\n  - a\n  - b", &["a+b"]),
        ("runs-on: {group: ml, labels: [a, b]}", &["a+b@ml"]),
        ("runs-on: {group: ml}", &["@ml"]),
        ("runs-on: ${{ 'a' }}", &["a"]),
        ("runs-on: [self-hosted, \"${{ 'a' }}\"]", &["self-hosted+a"]),
        ("runs-on: ${{ vars.POOL }}", &["cpu"]),
        ("runs-on: ${{ vars.NONE || 'a' }}", &["a"]),
        ("runs-on: ${{ fromJSON(vars.LABELS) }}", &["gpu"]),
        ("runs-on: ${{ fromJSON(vars.NONE || '[\"a\", \"b\"]') }}", &["a+b"]),
        ("runs-on: ${{ fromJSON('{\"group\":\"ml\",\"labels\":[\"a\"]}') }}", &["a@ml"]),
        ("runs-on: ${{ github.repository_owner == 'acme' && 'a' || 'b' }}", &["a"]),
        ("runs-on: ${{ github.repository == 'acme/other' && 'a' || 'b' }}", &["b"]),
        ("runs-on: ${{ github.event_name == 'push' && 'a' || 'b' }}", &["a", "b"]),
        ("runs-on: ${{ github.event_name == 'schedule' && 'a' || 'b' }}", &["b"]),
        (
            "runs-on: ${{ github.event.pull_request.head.repo.fork && 'a' || vars.POOL || 'b' }}",
            &["a", "cpu"],
        ),
        (
            "runs-on: ${{ github.ref != 'refs/heads/main' && fromJSON('[\"a\",\"b\"]') || 'c' }}",
            &["a+b", "c"],
        ),
        ("runs-on: ${{ format('{0}-{1}', 'a', github.event_name) }}", &["a-push", "a-pull_request"]),
        ("runs-on: a-${{ github.event_name }}", &["a-push", "a-pull_request"]),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: [a, b]}}", &["a", "b"]),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: [a, b], exclude: [{os: a}]}}", &["b"]),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {include: [{os: a}, {os: b}]}}", &["a", "b"]),
        (
            "runs-on: ${{ matrix.os }}\nstrategy: {matrix: {n: [1, 2], include: [{os: a}, {n: 2, os: b}]}}",
            &["a", "b"],
        ),
        ("runs-on: ${{ matrix.t.runner }}\nstrategy: {matrix: {t: [{runner: a}, {runner: b}]}}", &["a", "b"]),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: [[a, b], c]}}", &["a+b", "c"]),
        (
            "runs-on: [\"${{ matrix.a }}\", \"${{ matrix.b }}\"]\nstrategy: {matrix: {include: [{a: x, b: 1}, {a: y, b: 2}]}}",
            &["x+1", "y+2"],
        ),
        (
            "runs-on: ${{ matrix.l == 'swift' && 'a' || 'b' }}\nstrategy: {matrix: {l: [swift, go]}}",
            &["a", "b"],
        ),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: \"${{ fromJSON('[\\\"a\\\"]') }}\"}}", &["a"]),
        (
            "runs-on: ${{ matrix.os }}\nstrategy: {matrix: \"${{ fromJSON('{\\\"os\\\": [\\\"a\\\"]}') }}\"}",
            &["a"],
        ),
        ("runs-on: ${{ needs.x.outputs.y }}", &[]),
        ("runs-on: ${{ fromJSON(needs.x.outputs.y)[matrix.os] }}\nstrategy: {matrix: {os: [a]}}", &[]),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: \"${{ fromJSON(needs.x.outputs.m) }}\"}", &[]),
        ("runs-on: &x [a]\ncontainer: *x", &["a"]),
    ] {
        assert_eq!(of_job(lines), wanted, "{lines}");
    }
}

#[test]
fn inputs_of_people_and_callers() {
    let choice = "on:\n  workflow_dispatch:\n    inputs:\n      p: {type: choice, options: [a, b]}\njobs:\n  j: {runs-on: '${{ inputs.p }}'}\n";
    assert_eq!(asked(choice), ["a", "b"]);
    // On a push there is no input.
    let both = choice.replace("on:\n", "on:\n  push:\n").replace("inputs.p }}", "inputs.p || ''c'' }}");
    assert_eq!(asked(&both), ["a", "b", "c"]);
    let called = "on:\n  workflow_call:\n    inputs:\n      p: {type: string, default: a}\njobs:\n  j: {runs-on: '${{ inputs.p }}'}\n";
    assert_eq!(asked(called), ["a"]);
    let flag = "on:\n  workflow_dispatch:\n    inputs:\n      big: {type: boolean}\njobs:\n  j: {runs-on: \"${{ inputs.big && 'a' || 'b' }}\"}\n";
    assert_eq!(asked(flag), ["a", "b"]);
    // A workflow that calls itself is not followed for ever.
    let circle =
        called.to_owned() + "  k:\n    uses: ./.github/workflows/ci.yml\n    with: {p: '${{ inputs.p }}'}\n";
    assert!(asked(&circle).is_empty());
}

/// Lines of the fixtures say what is found on them: `# finds: CODE CODE`.
#[test]
fn findings_are_on_their_lines() {
    let read = |repository: &'static str| {
        move |path: &str| fs::read_to_string(folder().join(repository).join(path)).ok()
    };
    let (app, tools) = (read("app"), read("tools"));
    let repositories = vec![
        repository("app", &app, &[".github/workflows/ci.yml"]),
        repository("tools", &tools, &[".github/workflows/build.yml", ".github/workflows/release.yaml"]),
    ];
    let mut run = fleet();
    run.diagnostics.keep(|_| false);
    let looked = lint(&mut run, repositories, DAY);
    assert_eq!((looked.files, looked.jobs), (4, 22));
    let mut wanted = BTreeSet::new();
    for source in run.sources.iter().filter(|source| source.path != "fleet.kdl") {
        for (at, line) in source.text.lines().enumerate() {
            let codes = line.split_once("# finds: ").map_or("", |(_, codes)| codes);
            wanted.extend(codes.split_whitespace().map(|code| format!("{}:{} {code}", source.path, at + 1)));
        }
    }
    let place = |found: &Diagnostic| {
        let label = found.labels.first().expect("a finding has a place");
        format!("{} {}", run.sources.line_of(label.span), found.code)
    };
    // Notes on what the repository's settings may be are about the files as a whole.
    let about_all = ["fork-approval", "permissions-missing"];
    let found: BTreeSet<_> =
        run.diagnostics.iter().filter(|found| !about_all.contains(&found.code)).map(place).collect();
    let missing: Vec<_> = wanted.difference(&found).collect();
    let more: Vec<_> = found.difference(&wanted).collect();
    assert!(missing.is_empty() && more.is_empty(), "not found: {missing:#?}\nfound too: {more:#?}");
    let silenced: Vec<_> =
        run.diagnostics.silenced().iter().map(|one| (one.diagnostic.code, one.reason.as_str())).collect();
    assert_eq!(silenced, [("timeout-missing", "it ends itself after ten minutes")]);
}

/// A place is what has to change, to the letter.
#[test]
fn places_are_exact() {
    let mut run = fleet();
    run.diagnostics.keep(|_| false);
    let workflow = "on: push\njobs:\n  a:\n    runs-on: ${{ github.ref == 'x' && 'bild' || 'build' }}\n    timeout-minutes: 5\n    steps:\n      - run: |\n          set -e\n          make\n  b:\n    runs-on: plain\n    timeout-minutes: 5\n    steps:\n      - run: |\n          set -e\n          true && sudo docker run --rm x\n";
    let none = |_: &str| None;
    let text = RepositoryText {
        name: None,
        root: String::new(),
        files: vec![("a.yml".to_owned(), workflow.to_owned())],
        read: &none,
    };
    lint(&mut run, vec![text], DAY);
    let marked = |code: &str| {
        let found = run.diagnostics.iter().find(|found| found.code == code).expect("it is found");
        run.sources.text(found.labels[0].span).to_owned()
    };
    assert_eq!(marked("runs-on-unknown"), "'bild'");
    assert_eq!(marked("docker-cli-in-kube"), "docker run --rm x");
}

/// Nothing is wrong with the workflows that fleetc itself writes.
#[test]
fn emitted_workflows_are_clean() {
    struct Root;
    impl Files for Root {
        fn read(&self, path: &str) -> Result<String, String> {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
            fs::read_to_string(path).map_err(|error| error.to_string())
        }
    }
    let mut run = compile(&Root, "fleet.kdl", DAY).expect("the fleet is there");
    let tree = fleetc::emit::workflows::tree(run.fleet.as_ref().expect("a fleet")).expect("workflows");
    let of_tree = |(path, bytes): (_, &[u8])| -> (String, String) {
        (format!(".github/{path}"), String::from_utf8(bytes.to_vec()).expect("text"))
    };
    let all: Vec<_> = tree.iter().map(of_tree).collect();
    let is_read = |path: &str| path.contains("/workflows/") || path.ends_with("action.yml");
    let files: Vec<_> = all.iter().filter(|(path, _)| is_read(path)).cloned().collect();
    assert!(files.len() >= 5, "{files:?}");
    let read = |path: &str| all.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
    run.diagnostics.keep(|_| false);
    let name = Some("hyperaccel/ci-fleet".to_owned());
    lint(&mut run, vec![RepositoryText { name, root: String::new(), files, read: &read }], DAY);
    let found: Vec<_> = run.diagnostics.iter().map(|found| (found.code, &found.message)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

fn fleetc(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fleetc"))
        .args(arguments)
        .current_dir(folder())
        .env("FLEETC_TODAY", "2026-11-24")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("fleetc starts");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("fleetc ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command() {
    let fine = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: build\n    timeout-minutes: 5\n    steps: [{run: make}]\n";
    let (code, out, err) = fleetc(&["lint", "-"], fine);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "1 workflow or action in 1 repository: 1 job read against the fleet\n", "")
    );
    let warned = fine.replace("    timeout-minutes: 5\n", "");
    assert_eq!(fleetc(&["lint", "-"], &warned).0, 0);
    assert_eq!(fleetc(&["lint", "-", "--deny-warnings"], &warned).0, 1);
    let wrong = fine.replace("runs-on: build", "runs-on: bild");
    let (code, out, _) = fleetc(&["lint", "-", "--format", "github"], &wrong);
    assert_eq!(code, 1);
    assert!(out.starts_with("::error file=<stdin>,line=5,"), "{out}");

    // Both repositories of this folder are found, by their names.
    let names = ["--repository", "acme/app=app", "--repository", "acme/tools=tools"];
    let (code, out, _) = fleetc(&[&["lint", "--format", "json"], &names[..]].concat(), "");
    assert_eq!(code, 1);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let found = json["diagnostics"].as_array().expect("findings");
    let by_caller = found
        .iter()
        .find(|one| one["message"] == "no pool answers to \"cpu-odl\"")
        .expect("it follows calls");
    assert_eq!(by_caller["labels"][0]["file"], "app/.github/workflows/ci.yml");
    assert_eq!(json["silenced"][0]["reason"], "it ends itself after ten minutes");

    // A file is shown as it was named, and its actions are read beside it.
    let (_, out, _) = fleetc(&["lint", "app/.github/workflows/ci.yml", "--format", "github"], "");
    assert!(out.contains("file=app/.github/workflows/ci.yml,"), "{out}");
    assert!(out.contains("file=app/.github/actions/setup/action.yml,"), "{out}");
}

#[test]
fn what_the_command_can_not_do() {
    for (arguments, says) in [
        (&["lint", "nowhere"][..], "can't read nowhere"),
        (&["lint", "app/.github/actions"], "there is no workflow"),
        (&["lint", "app", "--repository", "acme"], "write OWNER/NAME"),
        (&["lint", "app", "--repository", "acme/x=tests"], "can't read tests"),
        (&["lint", "app", "--file", "none.kdl"], "can't read none.kdl"),
    ] {
        let (code, _, err) = fleetc(arguments, "");
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(err.contains(says), "{arguments:?}: {err}");
    }
}

#[test]
fn a_remote_names_the_repository() {
    let git = |arguments: &[&str], at: &Path| {
        let done = Command::new("git").arg("-C").arg(at).args(arguments).output();
        done.is_ok_and(|done| done.status.success())
    };
    let at = tempfile::tempdir().expect("a folder");
    if !git(&["init", "-q"], at.path()) {
        assert!(std::env::var_os("CI").is_none(), "git is needed");
        println!("skipped: there is no git");
        return;
    }
    assert!(git(&["remote", "add", "origin", "git@github.com:other/app.git"], at.path()));
    let workflows = at.path().join(".github/workflows");
    fs::create_dir_all(&workflows).expect("a folder");
    let text = "on: push\njobs:\n  a:\n    runs-on: build\n    timeout-minutes: 5\n";
    fs::write(workflows.join("ci.yml"), text).expect("a file");
    let (code, out, _) = fleetc(&["lint", &at.path().to_string_lossy(), "--format", "github"], "");
    assert_eq!(code, 1);
    assert!(out.contains("pool \"build\" serves acme, and this is other/app"), "{out}");
}

/// Comments allow what is on their line, with a reason.
#[test]
fn allowing() {
    let codes = |workflow: &str| -> Vec<String> {
        let run = example::run(&format!(
            "pool \"build\" {{\n    mode \"dind\"\n    runners max=1\n}}\n// file .github/workflows/ci.yml\n{workflow}"
        ));
        let lines = run.diagnostics.iter().filter(|found| {
            found.labels.first().is_some_and(|label| run.sources.get(label.span.source).path != "fleet.kdl")
        });
        lines.map(|found| found.code.to_owned()).collect()
    };
    let base = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: build\n    steps: []\n";
    assert_eq!(codes(base), ["timeout-missing"]);
    let at = |comment: &str| base.replace("  a:\n", &format!("  a: # {comment}\n"));
    let above = |comment: &str| base.replace("  a:\n", &format!("  # {comment}\n  # why, at length\n  a:\n"));
    for allowed in [at("fleetc: allow timeout-missing short"), above("fleetc: allow timeout-missing short")] {
        assert!(codes(&allowed).is_empty(), "{allowed}: {:?}", codes(&allowed));
    }
    assert_eq!(codes(&at("fleetc: allow timeout-missing")), ["timeout-missing", "lint-comment"]);
    assert_eq!(codes(&at("fleetc: allow timeout-mising x")), ["timeout-missing", "lint-comment"]);
    assert_eq!(codes(&at("fleetc: ignore timeout-missing x")), ["timeout-missing", "lint-comment"]);
    assert_eq!(codes(&at("fleetc: allow runs-on-unknown x")), ["timeout-missing", "lint-comment"]);
    // The fleet file may set levels, as for its own rules.
    let fleet = "rule \"timeout-missing\" level=\"off\" reason=\"x\"\n";
    let run = example::run(&format!(
        "{fleet}pool \"build\" {{\n    mode \"dind\"\n    runners max=1\n}}\n// file .github/workflows/ci.yml\n{base}"
    ));
    assert!(run.diagnostics.iter().all(|found| found.code != "timeout-missing"));
}

/// Many jobs cost no more each than few.
#[test]
fn large_repositories() {
    let job = |at: usize| {
        format!("  j{at}:\n    runs-on: build\n    timeout-minutes: 5\n    steps: [{{run: make}}]\n")
    };
    let jobs: String = (0..3000).map(job).collect();
    assert_eq!(asked(&format!("on: push\njobs:\n{jobs}")).len(), 3000);
    let many: Vec<_> = (0..40).map(|at| format!("x{at}")).collect();
    let wide = format!(
        "strategy: {{matrix: {{a: [{0}], b: [{0}], c: [{0}]}}}}\nruns-on: ${{{{ matrix.c }}}}",
        many.join(", ")
    );
    assert_eq!(of_job(&wide).len(), 40);
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(400))]

    /// No text makes a reader panic, and places lie inside of the text.
    #[test]
    fn readers_take_any_text(text in "\\PC{0,60}|[-:|>&*!#'\"{}\\[\\],.()$a-c0-9 \\n\\t]{0,80}") {
        if let Err(mistake) = parse(&text) {
            prop_assert!(mistake.range.start <= text.len() && mistake.range.end <= text.len());
        }
        if let Err(mistake) = template(&format!("${{{{{text}")) {
            prop_assert!(mistake.range.end <= text.len() + 3);
        }
        for command in commands(&text) {
            prop_assert!(text.get(command.range()).is_some());
        }
        for schema in [Schema::Core, Schema::Kubernetes] {
            let mut sources = Sources::default();
            let id = sources.add("a.yaml", text.as_str());
            let stream = yaml::read(&sources, id, schema);
            for document in &stream.documents {
                inside(document, &text, &sources)?;
            }
        }
    }

    /// An expression that is printed in other spacing means the same.
    #[test]
    fn spacing_means_nothing(words in proptest::collection::vec("[a-c]|'x'|1|==|&&|\\|\\||\\(|\\)|!|,|\\.", 0..12)) {
        let (tight, wide) = (words.join(" "), words.join("  \t "));
        prop_assert_eq!(parse(&tight).is_ok(), parse(&wide).is_ok());
    }
}

fn inside(value: &yaml::Value, text: &str, sources: &Sources) -> Result<(), TestCaseError> {
    let is_inside = |span: fleetc::syntax::Span| text.get(span.start as usize..span.end as usize).is_some();
    prop_assert!(is_inside(value.span), "{:?} of {:?}", value.span, text);
    if let Some(scalar) = value.scalar() {
        for (at, c) in scalar.text.char_indices() {
            prop_assert!(
                is_inside(scalar.place(sources, at..at + c.len_utf8())),
                "{} of {:?} in {:?}",
                at,
                scalar.text,
                text
            );
        }
    }
    value.items().iter().try_for_each(|item| inside(item, text, sources))?;
    value.entries().iter().try_for_each(|entry| {
        inside(&entry.key, text, sources)?;
        inside(&entry.value, text, sources)
    })
}
