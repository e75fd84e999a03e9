//! `arc-floor`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::value::Version;

/// The first release without the faults below.
const FLOOR: Version = Version::new(0, 13, 1);

/// What releases before a version do wrong.
const FAULTS: &[(Version, &str)] = &[
    (Version::new(0, 12, 0), "failed runners go on counting as runners until the pool is full of them"),
    (Version::new(0, 13, 1), "an evicted listener is not made again"),
    (Version::new(0, 13, 1), "runners that a node or a quota turned away are not tried again"),
];

pub static RULE: Rule = Rule {
    code: "arc-floor",
    severity: Severity::Warning,
    summary: "the release of ARC loses runners or listeners by itself",
    explanation: "\
Releases before 0.13.1 do not get over what happens in every cluster now and then:

- before 0.12 a runner that failed keeps its place: after some days a pool has `max` failed runners
  and takes no job (ARC issues 3685, 3014, 4102, 3700);
- a listener that the kubelet evicted is not made again: its pool takes no job until somebody deletes
  the listener (4331);
- a runner's pod that a node refused (OutOfcpu, OutOfmemory) is not made again (4336);
- nor is one that a quota refused (4305).

All show as jobs that queue while everything looks healthy. Upgrade: change the release in
`versions { arc … }`, and let CRDs, controller and pools follow in this order.

Known from: the ARC issues named above, and the release notes of 0.12 and 0.13.1.
",
    good: r#"
versions {
    arc "0.14.2"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
versions {
    arc "0.12.1"
}
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let versions = &cx.fleet.versions;
    let release = versions.arc.version;
    if release >= FLOOR {
        return;
    }
    let faults: Vec<_> =
        FAULTS.iter().filter(|(fixed, _)| release < *fixed).map(|(_, fault)| *fault).collect();
    let found = out
        .found(format!("ARC {release} does not get over failures that happen in every cluster"))
        .label(versions.arc_span, format!("older than {FLOOR}"))
        .effect(faults.join("; "))
        .help(format!("upgrade to {}", crate::contract::arc::LATEST.version));
    out.report(found);
}
