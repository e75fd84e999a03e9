//! What must hold for any input. The fuzz targets run these for hours, `tests/fuzz.rs` for seconds.

use fleetc::check::example::DAY;
use fleetc::compile::{Compilation, Files, compile as run};
use fleetc::diagnostic::{Diagnostics, Format, Severity, Style, render};
use fleetc::emit;
use fleetc::lint::{RepositoryText, lint};
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

/// Bytes as a workflow: it is read against a fleet with most of what rules about workflows ask for.
pub fn workflow(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut run = compiled(READ_AGAINST);
    assert!(!run.diagnostics.has_errors(), "{:?}", run.diagnostics);
    let action = |path: &str| (path == "a/action.yml").then(|| text.to_owned());
    let repository = RepositoryText {
        name: Some("my-org/app".to_owned()),
        root: String::new(),
        files: vec![(".github/workflows/a.yml".to_owned(), text.to_owned())],
        read: &action,
    };
    lint(&mut run, vec![repository], DAY);
    spans_are_inside(&run.sources, &run.diagnostics);
    let style = Style { colour: false, unicode: true, width: 80 };
    for format in [Format::Human, Format::Json, Format::Sarif, Format::Github] {
        let printed = render(format, &run.diagnostics, &run.sources, style, &mut std::io::sink());
        printed.expect("a sink takes everything");
    }
}

const READ_AGAINST: &str = r#"
fleet "fuzzed" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
}
repository "my-org/app" visibility="public"
runner-group "default" public=#true
retired "old" use="build"
variable "POOL" "cpu"
cache "uv" share="runner" {
    host-path "/var/cache/fleet/uv"
    mount "/mnt/cache/uv" env="UV_CACHE_DIR"
}
pool "build" {
    mode "dind"
    runners max=4
}
pool "runner-gpu" {
    mode "default"
    runners max=0
}
pool "cpu" {
    mode "kubernetes-novolume"
    runners max=2
    job cpu=2 memory="4Gi"
    cache "uv"
}
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry" {
        key "password" sensitive=#true
    }
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "registry"
    }
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
