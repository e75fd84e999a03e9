//! What must hold for any input. The fuzz targets run these for hours, `tests/fuzz.rs` for seconds.

use fleetc::check::example::DAY;
use fleetc::compile::{Compilation, Files, compile as run};
use fleetc::diagnostic::{Diagnostics, Format, Severity, Style, render};
use fleetc::emit;
use fleetc::syntax::{self, Node, Sources, Span};

/// Bytes as a fleet file: it is read, and formatted if it can be.
pub fn parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = Sources::default();
    let id = sources.add("fleet.kdl", text);
    let mut diagnostics = Diagnostics::default();
    let nodes = syntax::parse(&sources, id, &mut diagnostics);
    spans_are_inside(&sources, &diagnostics);
    nodes.iter().for_each(|node| node_is_inside(&sources, node));

    let order = |_: &[&str], _: &str| None;
    match syntax::format(&sources, id, &order) {
        Err(refused) => assert!(refused.has_errors(), "refused without a reason: {text:?}"),
        Ok(once) => {
            let id = sources.add("formatted.kdl", once.as_str());
            match syntax::format(&sources, id, &order) {
                Ok(twice) => assert_eq!(once, twice, "formatting twice is not formatting once"),
                Err(found) => panic!("formatting broke {text:?}: {found:?}"),
            }
        }
    }
}

/// Bytes as a fleet: it is compiled and, if nothing is wrong with it, written.
pub fn compile(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let run = compiled(text);
    spans_are_inside(&run.sources, &run.diagnostics);
    let style = Style { colour: false, unicode: true, width: 80 };
    for format in [Format::Human, Format::Json, Format::Sarif, Format::Github] {
        let printed = render(format, &run.diagnostics, &run.sources, style, &mut std::io::sink());
        printed.expect("a sink takes everything");
    }
    let broken = run.diagnostics.has_errors();
    if let (false, Some(fleet)) = (broken, &run.fleet) {
        emit::render(fleet, run.objects).unwrap_or_else(|error| panic!("{error}: {text:?}"));
    }
    assert!(broken || run.fleet.is_some(), "no fleet, and nothing said about it: {text:?}");
}

/// A byte that chooses an object and how it is patched, then the text of the patch.
pub fn patch(data: &[u8]) {
    const KINDS: [&str; 6] =
        ["AutoscalingRunnerSet", "HookTemplate", "Role", "ServiceAccount", "Namespace", "Application"];
    let Some((choice, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let kind = KINDS[usize::from(*choice) / 2 % KINDS.len()];
    let how = if choice % 2 == 0 { "merge" } else { "json" };
    let text: String = text.chars().map(|c| format!("\\u{{{:x}}}", u32::from(c))).collect();
    compile(PATCHED.replace("KIND", kind).replace("HOW", how).replace("TEXT", &text).as_bytes());
}

const PATCHED: &str = r#"
fleet "fuzzed" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/fleet"
}
pool "gpu" {
    mode "kubernetes"
    runners max=2
    job cpu=2 memory="4Gi"
    work "10Gi"
}
patch "KIND" {
    HOW "TEXT"
}
"#;

fn compiled(text: &str) -> Compilation {
    struct Memory<'a>(&'a str);
    impl Files for Memory<'_> {
        fn read(&self, path: &str) -> Result<String, String> {
            match path {
                "fleet.kdl" => Ok(self.0.to_owned()),
                "other.kdl" => Ok("pool \"other\" {\n    mode \"dind\"\n    runners max=1\n}\n".to_owned()),
                "object.yaml" => Ok("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\n".to_owned()),
                _ => Err("there is no such file".to_owned()),
            }
        }
    }
    run(&Memory(text), "fleet.kdl", DAY).expect("the fleet file itself can be read")
}

fn spans_are_inside(sources: &Sources, diagnostics: &Diagnostics) {
    for found in diagnostics.iter() {
        let errs = found.severity == Severity::Error;
        assert!(
            !errs || !found.labels.is_empty() || found.help.is_some(),
            "an error from nowhere: {found:?}"
        );
        found.labels.iter().for_each(|label| span_is_inside(sources, label.span));
    }
}

fn node_is_inside(sources: &Sources, node: &Node) {
    let arguments = node.args.iter().map(|argument| argument.span);
    let properties = node.props.iter().map(|property| property.span());
    let all = [node.span, node.head(), node.word.span].into_iter().chain(arguments).chain(properties);
    all.for_each(|span| span_is_inside(sources, span));
    node.children.iter().for_each(|child| node_is_inside(sources, child));
}

fn span_is_inside(sources: &Sources, span: Span) {
    let text = &sources.get(span.source).text;
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is outside of {text:?}");
}
