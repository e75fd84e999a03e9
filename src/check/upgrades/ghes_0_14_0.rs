//! `ghes-0.14.0`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::value::Version;

/// The first GitHub Enterprise Server with runner scale sets.
const FIRST_SERVER: Version = Version::new(3, 9, 0);

pub static RULE: Rule = Rule {
    code: "ghes-0.14.0",
    severity: Severity::Error,
    summary: "this release of ARC gets no jobs from this GitHub Enterprise Server",
    explanation: "\
With ARC 0.14.0 the listeners of a GitHub Enterprise Server register, look healthy and are never handed a
job. 0.14.1 corrects it; github.com is not affected. A server older than 3.9 has no runner scale sets at
all: the controller can't register a pool there.

Write release 0.14.1 or later, or one before 0.14; of the server, 3.9 or later. Scale sets are
older than the labels of `labels`, which want a server of 3.18 and have a rule of their own.

Known from: ARC issues 4442, 4443 and 4447 for the release, 3070 for the server.
",
    good: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://ghes.example.com/my-org" app-secret="github-app" server-version="3.18"
}
versions {
    arc "0.14.1"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://ghes.example.com/my-org" app-secret="github-app" server-version="3.18"
}
versions {
    arc "0.14.0"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let versions = &cx.fleet.versions;
    let github = &view.pool.github;
    if !github.url.is_enterprise_server() {
        return;
    }
    let host = github.url.host();
    if !versions.arc.dispatches_on_enterprise_server {
        let release = versions.arc.version;
        let found = out
            .found(format!("with ARC {release} the server {host} hands out no jobs"))
            .label(versions.arc_span, "this release")
            .label(github.url.span, "a GitHub Enterprise Server")
            .effect("pools register and look healthy, and their jobs queue for ever")
            .help("write 0.14.1 or later");
        out.report(found);
    }
    if let Some(server) = &github.server_version
        && server.value < FIRST_SERVER
    {
        let found = out
            .found(format!(
                "the server {host} is of release {}, which has no runner scale sets",
                server.value
            ))
            .label(server.span, "older than 3.9")
            .effect("the controller can't register any pool there")
            .help("upgrade the server to 3.9 or later");
        out.report(found);
    }
}
