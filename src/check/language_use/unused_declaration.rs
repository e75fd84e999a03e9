//! `unused-declaration`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unused-declaration",
    severity: Severity::Info,
    summary: "nothing uses a declaration",
    explanation: "\
A `cache`, `priority`, `hardware`, `template` or `namespace` that no pool and no template names has no
effect on any pool. Often a name was changed in one place only, or the line that should use it is
missing: a cache that is declared and not asked for is not mounted anywhere.

For a `namespace` it is a warning: its quota, its Pod Security level and its network rules protect
nothing, although the file reads as if they did.

Name it in the pool that was meant (`cache \"NAME\"`, `priority \"NAME\"`, `hardware \"NAME\"`, `from=\"NAME\"`,
`namespace=\"NAME\"`), or remove it. Hardware that exists and has no pool yet can stay; say so with
`rule \"unused-declaration\" level=\"off\" reason=\"…\"`.

Known from: reviews of fleets in which a cache was declared for weeks and never used.
",
    good: r#"
cache "models" {
    claim "models" size="1Ti"
    mount "/mnt/models"
}

pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    cache "models"
}
"#,
    bad: r#"
cache "models" {
    claim "models" size="1Ti"
    mount "/mnt/models"
}

pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for unused in &cx.fleet.unused {
        let name = &unused.name.value;
        let (severity, effect, way) = match unused.word {
            "namespace" => (
                Severity::Warning,
                "what it says is applied nowhere: no quota, no network rules",
                format!("namespace=\"{name}\""),
            ),
            "template" => (Severity::Info, "it has no effect", format!("from=\"{name}\"")),
            "cache" => {
                (Severity::Info, "no job sees it, and its volume is not made", format!("cache \"{name}\""))
            }
            word => (Severity::Info, "it has no effect on any pool", format!("{word} \"{name}\"")),
        };
        let found = out
            .found(format!("no pool uses {} \"{name}\"", unused.word))
            .severity(severity)
            .label(unused.name.span, "not used")
            .effect(effect)
            .help(format!("write `{way}` in the pool that was meant, or remove the declaration"));
        out.report(found);
    }
}
