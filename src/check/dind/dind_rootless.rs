//! `dind-rootless`

use super::image;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "dind-rootless",
    severity: Severity::Warning,
    summary: "the Docker daemon's image is a rootless one",
    explanation: "\
Docker's rootless images run the daemon as user 1000. The runner is user 1001, and its folders and the
socket are its own: the daemon can't read the work folder, the runner can't reach the socket under
`/run/user/1000`, and user 1001 has no entry in `/etc/subuid`. The example that ARC's documentation once
had was broken for long, and users who made it work did so with an init container that rewrites
`/etc/passwd` and `/etc/subuid`. It also still needs a privileged container on most nodes.

Use the ordinary image on nodes that run nothing else; or, where privileged containers are forbidden, the
mode `kubernetes-novolume` with a builder such as rootless BuildKit in a pod of its own.

Known from: ARC issues 2919, 3475, 3646, 4541.
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
    dind "docker:28.5.2-dind-rootless"
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
    if !image.tag().is_some_and(|tag| tag.contains("rootless")) {
        return;
    }
    let found = out
        .found(format!("{image} runs the Docker daemon as user 1000, the runner is user 1001"))
        .label(span, "a rootless image")
        .effect("the daemon can't read the runner's folders, and the runner can't reach its socket")
        .help("use the ordinary image, such as \"docker:28-dind\"");
    out.report(found);
}
