//! Every rule finds its bad example, and leaves its good one alone.

use fleetc::check::{Check, example, rules};
use fleetc::diagnostic::{Diagnostic, Format, Severity, Style, render};

fn lines(found: &[&Diagnostic]) -> String {
    found.iter().map(|d| format!("{}[{}]: {}\n", d.severity.as_str(), d.code, d.message)).collect()
}

#[test]
fn bad_examples_are_found() {
    let mut missed = Vec::new();
    for rule in rules() {
        let run = example::of(rule, rule.bad);
        let found: Vec<_> = run.diagnostics.iter().collect();
        let mine = found.iter().find(|d| d.code == rule.code);
        let Some(mine) = mine else {
            missed.push(format!("{} is not found; instead:\n{}", rule.code, lines(&found)));
            continue;
        };
        // Of a file that can't be read there is nothing to say about the cluster: nothing reaches it.
        let effect = mine.effect.is_some() || matches!(rule.check, Check::Reading);
        if mine.labels.is_empty() || mine.help.is_none() || !effect {
            missed.push(format!("{} needs a place, an effect and a help", rule.code));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn good_examples_are_left_alone() {
    let mut hit = Vec::new();
    for rule in rules() {
        let run = example::of(rule, rule.good);
        let bad = |d: &&Diagnostic| d.code == rule.code || d.severity == Severity::Error;
        let found: Vec<_> = run.diagnostics.iter().filter(bad).collect();
        if !found.is_empty() {
            hit.push(format!("good example of {}:\n{}", rule.code, lines(&found)));
        }
    }
    assert!(hit.is_empty(), "{}", hit.join("\n"));
}

#[test]
fn codes_are_unique_and_documented() {
    let mut codes: Vec<_> = rules().map(|rule| rule.code).collect();
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count, "a code is used twice");
    for rule in rules() {
        assert!(
            rule.explanation.len() > 200,
            "{} needs a page that says what happens and what to write",
            rule.code
        );
        assert!(!rule.summary.ends_with('.'), "{}: a summary is a phrase", rule.code);
    }
}

#[test]
fn what_is_silenced_keeps_its_reason() {
    let silence = "rule \"dind-no-resources\" level=\"off\" reason=\"nodes have nothing but disk\"\n";
    let run = example::run(&format!("{silence}pool \"p\" {{\n    mode \"dind\"\n    runners max=1\n}}\n"));
    assert!(run.diagnostics.iter().all(|found| found.code != "dind-no-resources"));
    let style = Style { colour: false, unicode: true, width: 80 };
    let mut json = Vec::new();
    render(Format::Json, &run.diagnostics, &run.sources, style, &mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["silenced"][0]["code"], "dind-no-resources");
    assert_eq!(json["silenced"][0]["reason"], "nodes have nothing but disk");
}
