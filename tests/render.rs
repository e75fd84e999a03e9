//! Every renderer on the same findings: labels in two files, and a span outside of its file.

use fleetc::diagnostic::{Diagnostic, Diagnostics, Format, Severity, Style, render};
use fleetc::syntax::{SourceId, Sources, Span};

const FLEET: &str =
    "fleet \"ci\"\n\npool \"größe\" from=\"gpu\" {\n    runners min=1 max=10\n    job cpu=8\n}\n";
const SHARED: &str = "template \"gpu\" {\n    hardware \"gpu\" devices=4\n}\n";

fn span(source: SourceId, text: &str, part: &str) -> Span {
    let start = text.find(part).expect("the part is in the text") as u32;
    Span { source, start, end: start + part.len() as u32 }
}

fn findings() -> (Sources, Diagnostics) {
    let mut sources = Sources::default();
    let fleet = sources.add("fleet.kdl", FLEET);
    let shared = sources.add("teams/a b.kdl", SHARED);
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(
        Diagnostic::new(
            "capacity-exceeded",
            "Pool \"größe\" wants 40 devices, 100% more than the 20 there are.",
        )
        .label(span(fleet, FLEET, "max=10"), "10 runners")
        .label(span(shared, SHARED, "devices=4"), "4 devices each")
        .effect("5 of 10 runners stay Pending: no node has a free device")
        .help("write max=5, or add nodes to hardware \"gpu\""),
    );
    diagnostics.push(
        Diagnostic::new("pool-without-limit", "Pool \"größe\" has no memory limit.")
            .severity(Severity::Warning)
            .label(Span { end: FLEET.len() as u32, ..span(fleet, FLEET, "pool") }, ""),
    );
    diagnostics.push(
        Diagnostic::new("outside", "A place outside of the file.")
            .severity(Severity::Info)
            .label(Span { source: shared, start: 9_000, end: 9_100 }, "nowhere")
            .label(Span { source: fleet, start: 16, end: 20 }, "in the middle of a letter"),
    );
    diagnostics
        .push(Diagnostic::new("no-place", "The folder is empty,\nor there is none.").help("fleetc init"));
    (sources, diagnostics)
}

fn rendered(format: Format, style: Style) -> String {
    let (sources, diagnostics) = findings();
    let mut out = Vec::new();
    render(format, &diagnostics, &sources, style, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

const PLAIN: Style = Style { colour: false, unicode: false, width: 80 };

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn human() {
    snapshot("render-human", &rendered(Format::Human, Style { unicode: true, ..PLAIN }));
}

#[test]
fn human_in_ascii() {
    let text = rendered(Format::Human, PLAIN);
    snapshot("render-human-ascii", &text);
}

#[test]
fn human_in_colour() {
    let text = rendered(Format::Human, Style { colour: true, unicode: true, width: 80 });
    assert!(text.contains("\u{1b}["));
    let plain = rendered(Format::Human, Style { unicode: true, ..PLAIN });
    assert!(!plain.contains('\u{1b}'));
    let mut bare = String::new();
    let mut escape = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            _ if escape => {}
            c => bare.push(c),
        }
    }
    assert_eq!(bare, plain, "colour changes nothing but colour");
}

#[test]
fn json() {
    let text = rendered(Format::Json, PLAIN);
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["errors"], 2);
    snapshot("render-json", &text);
}

#[test]
fn sarif() {
    let text = rendered(Format::Sarif, PLAIN);
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["version"], "2.1.0");
    snapshot("render-sarif", &text);
}

#[test]
fn github() {
    let text = rendered(Format::Github, PLAIN);
    assert!(text.lines().all(|line| line.starts_with("::")), "one command per line");
    snapshot("render-github", &text);
}

#[test]
fn nothing_to_say() {
    let sources = Sources::default();
    let mut out = Vec::new();
    render(Format::Human, &Diagnostics::default(), &sources, PLAIN, &mut out)
        .expect("a vector takes everything");
    assert!(out.is_empty());
}
