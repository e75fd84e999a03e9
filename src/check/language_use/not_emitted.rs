//! `not-emitted`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "not-emitted",
    severity: Severity::Info,
    summary: "a part of the file is read and checked, and nothing is emitted for it",
    explanation: "\
What stands in `backup` of a `vault` and in `exporter` is done by programs that run in the cluster: fleet-controller and fleet-exporter. No image of
fleet-controller is published, so fleetc emits what makes backups only where `versions` names one: `fleet-controller \"IMAGE\"`. For
`exporter` this release emits nothing: what stands there decides what alerts and dashboards count on.

The words are read, and wrong words and values are reported, but nothing in the cluster changes because of them: no backup is made, and no exporter runs. Nobody should
believe otherwise because the file compiles; that is why each of them is mentioned.

Build the image from the repository of fleetc (`containers/`), push it to a registry of your own, and name it. Where you run the program in another
way, silence this with a reason: `rule \"not-emitted\" level=\"off\" reason=\"…\"`.
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
    if let (Some(backup), None) =
        (fleet.vaults.iter().find_map(|vault| vault.backup.as_ref()), &fleet.versions.fleet_controller)
    {
        let mut found = out
            .found("nothing is emitted for `backup`: `versions` names no image of fleet-controller")
            .label(backup.node.span, "read and checked, not emitted");
        if let Some(versions) = &fleet.versions.node {
            found = found.label(versions.span, "the image belongs here");
        }
        let found = found
            .effect("no backup is made")
            .help("build the image (`containers/` in the repository of fleetc) and name it in `versions`: `fleet-controller \"REGISTRY/fleet-controller:0.1.0\"`");
        out.report(found);
    }
    if let Some(exporter) = &fleet.exporter {
        let found = out
            .found("nothing is emitted yet for `exporter`")
            .label(exporter.span, "read and checked, not emitted")
            .effect("no exporter runs because of it")
            .help("install fleet-exporter yourself, or silence this: `rule \"not-emitted\" level=\"off\" reason=\"…\"`");
        out.report(found);
    }
}
