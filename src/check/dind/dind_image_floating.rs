//! `dind-image-floating`

use super::image;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "dind-image-floating",
    severity: Severity::Warning,
    summary: "the Docker daemon's image has no version",
    explanation: "\
`docker:dind`, `docker:latest` and an image without a tag are whatever was released last. A new major
release of Docker then reaches every runner within hours, without a commit: a removed API version or a
changed default breaks all builds overnight, and there is nothing to revert. Nodes that pulled at
different times also run different releases.

Name at least the major release, as fleetc's own default does; best, pin the exact release and its
digest, and pull it from a registry of your own: each new node pulls it, and Docker Hub limits that.

Known from: the tags of the image `docker` on Docker Hub, and its pull limits.
",
    good: r#"
versions {
    dind "docker:28.5.2-dind"
}

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
versions {
    dind "docker:dind"
}

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some((image, span)) = image::of(cx, view) else { return };
    let numbered = image.tag().is_some_and(|tag| tag.contains(|c: char| c.is_ascii_digit()));
    if numbered || image.has_digest() {
        return;
    }
    let found = out
        .found(format!("{image} is whatever release of Docker came out last"))
        .label(span, "no version")
        .effect("the next major release of Docker reaches all runners at once, without a commit to revert")
        .help("name a release, such as \"docker:28-dind\", or a digest");
    out.report(found);
}
