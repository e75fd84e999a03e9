//! `vault-backup-keep`

use super::emitted;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::emit::monitoring::longest_pause;
use crate::language::value::Duration;

pub static RULE: Rule = Rule {
    code: "vault-backup-keep",
    severity: Severity::Info,
    summary: "copies are older than `keep` before the next one is made",
    explanation: "\
`keep` says how old a copy must be before it may be deleted, and `at-least` (3 without a word) how many of the newest good ones stay however old they
are. It is found where the time between two runs of `schedule` is longer than `keep`.

Then each copy but the newest is old enough to go at every run, and only `at-least` holds it back: the number of copies decides alone, and what stands in `keep`
changes nothing. Nothing is lost by that. But who reads `keep=\"6d\"` and counts on six days, or on one copy only, is wrong: there are three, of three weeks.

Write a `keep` that is longer than the time between two runs, such as `keep=\"21d\"` for one run a week, or run more often. Where the number is what
you mean, silence this with a reason.

",
    good: r#"
versions {
    fleet-controller "registry.example.com/fleet-controller:0.1.0"
}
vault "https://vault.example.com:8200" {
    backup schedule="0 3 * * 0" keep="21d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
    }
}
"#,
    bad: r#"
versions {
    fleet-controller "registry.example.com/fleet-controller:0.1.0"
}
vault "https://vault.example.com:8200" {
    backup schedule="0 3 * * 0" keep="6d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, backup) in emitted(cx) {
        let (keep, schedule) = (&backup.node.keep, &backup.node.schedule);
        let pause = longest_pause(&schedule.value);
        if keep.value >= pause {
            continue;
        }
        let least = backup.node.at_least.value.0.max(1);
        let found = out
            .found(format!("up to {pause} pass between two backups, and they are kept for {}", keep.value))
            .label(keep.span, "shorter than the time between two runs")
            .label(schedule.span, "when they run")
            .effect(format!("the newest {least} good copies of each store stay, however old, and no others"))
            .help(format!(
                "write keep=\"{}\", or silence this if the number is what you mean",
                Duration(3 * pause.seconds())
            ));
        out.report(found);
    }
}
