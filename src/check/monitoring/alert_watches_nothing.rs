//! `alert-watches-nothing`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::monitoring::Scope;
use crate::emit::monitoring::alerts::KINDS;

pub static RULE: Rule = Rule {
    code: "alert-watches-nothing",
    severity: Severity::Error,
    summary: "a typed alert is about something that the fleet does not have",
    explanation: "\
Some typed alerts take what they compare with from the rest of the file: `capacity-lost` the devices that `hardware` declares,
`backup-missing` the schedule of the backup of `vault`, `runner-version-old` the release in the tag of the runner's
image. It is found where that is not there: no hardware has devices, no Vault or backup is declared, the
image's tag is no release.

No rule can be emitted for such an alert. Nobody should believe that it exists because the file compiles.

Remove the alert, or declare what it is about. With `defaults=#true` such alerts are left out silently, since nobody asked
for them one by one.

Known from: this program.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    nodes "gpu" count=1 cpu=32 memory="128Gi" devices=4
}
pool "train" {
    mode "kubernetes-novolume"
    runners max=4
    hardware "gpu" devices=1
    runner cpu="500m" memory="1Gi"
    job cpu=4 memory="16Gi"
}
alerts {
    capacity-lost
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
alerts {
    capacity-lost
}
"#,
    check: Check::Fleet(check),
};

/// What each kind takes from the file.
fn missing(word: &str) -> &'static str {
    match word {
        "capacity-lost" => "no `hardware` has devices",
        "backup-missing" | "backup-shrunk" | "restore-drill-old" => "no `backup` of a `vault` is declared",
        "vault-drift" | "vault-down" => "no `vault` is declared",
        "runner-version-old" => "the tag of the runner's image is no release",
        _ => "the fleet runs no `exporter`",
    }
}

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(alerts) = &cx.fleet.alerts else { return };
    for kind in KINDS {
        // Of several clusters one may have what it is about.
        let mut idle = (0..cx.fleet.clusters.len())
            .map(|cluster| (kind.idle)(Scope { fleet: cx.fleet, cluster }, alerts));
        let first = idle.next().unwrap_or_default();
        let rest: Vec<_> = idle.collect();
        for span in first.into_iter().filter(|span| rest.iter().all(|idle| idle.contains(span))) {
            let why = missing(kind.word);
            let found = out
                .found(format!("`{}` has nothing to watch: {why}", kind.word))
                .label(span, "watches nothing")
                .effect("no rule is emitted for it")
                .help("declare that, or remove the alert");
            out.report(found);
        }
    }
}
