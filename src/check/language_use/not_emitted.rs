//! `not-emitted`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "not-emitted",
    severity: Severity::Info,
    summary: "a part of the file is read and checked, and nothing is emitted for it yet",
    explanation: "\
The language has words for more than this release of fleetc emits: `backup` of a `vault`, and `exporter`.
What stands there is read, and wrong words and values are reported, so a file that names
them keeps working when they are emitted. Until then no backup is made and no exporter runs: nothing in the cluster
changes because of these words.

Nobody should believe that a backup is made because the file compiles; that is why each of them is
mentioned. Once you know, silence it with a reason: `rule \"not-emitted\" level=\"off\" reason=\"…\"`.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}
"#,
    bad: r#"
exporter {
    organization "my-org"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let fleet = cx.fleet;
    let words = [
        ("backup", fleet.vaults.iter().find_map(|vault| vault.node.backup.as_ref()).map(|node| node.span)),
        ("exporter", fleet.exporter.as_ref().map(|node| node.span)),
    ];
    let written: Vec<_> = words.into_iter().filter_map(|(word, span)| Some((word, span?))).collect();
    if written.is_empty() {
        return;
    }
    let names: Vec<_> = written.iter().map(|(word, _)| format!("`{word}`")).collect();
    let mut found = out.found(format!("nothing is emitted yet for {}", names.join(", ")));
    for (_, span) in written {
        found = found.label(span, "read and checked, not emitted");
    }
    let found = found.effect("nothing there changes because of it").help(
        "keep it for a later release, or silence this: `rule \"not-emitted\" level=\"off\" reason=\"…\"`",
    );
    out.report(found);
}
