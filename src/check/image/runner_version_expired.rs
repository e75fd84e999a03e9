//! `runner-version-expired`

use super::release;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::runner::{Day, GRACE, NEWEST, superseded};
use crate::diagnostic::Severity;
use crate::language::value::Version;

/// Days before the end at which it is time to update.
const NOTICE: i64 = 10;

pub static RULE: Rule = Rule {
    code: "runner-version-expired",
    severity: Severity::Error,
    summary: "GitHub no longer serves the runner's release, or soon will not",
    explanation: "\
GitHub wants each release of the runner installed within 30 days. Runners update themselves; those of ARC
can't, since ARC switches that off and the image is fixed. A runner that is too old is told `Runner version
v2.334.0 is deprecated and cannot receive messages` and exits with code 7.

Nothing looks wrong in the cluster: the listener runs, pods come and go, jobs queue. In ARC 0.14 it is
worse: exit code 7 marks the pool `Outdated`, the controller deletes the listener, the runner set and the
scale set at GitHub, and the pool stays dead after the image is updated, until it is created anew.

It is a warning from the 20th day after a newer release, an error from the 30th. fleetc knows releases up
to the day on which it was made itself. A GitHub Enterprise Server has its own rules and is left alone.

Update the image, and let the workflow `track-versions` do so from then on.

Known from: ARC issues 1984, 4242, 4595, 4601; runner issue 2246.
",
    good: r#"
versions {
    runner "ghcr.io/actions/actions-runner:2.336.0"
}

pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
versions {
    runner "ghcr.io/actions/actions-runner:2.334.0"
}

pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    if view.pool.github.url.is_enterprise_server() {
        return;
    }
    let Some(runner) = release::of(cx, view) else { return };
    let Some((release, (severity, newer, days))) =
        runner.release.and_then(|release| Some((release, judge(release, cx.today)?)))
    else {
        return;
    };
    let effect = match severity {
        Severity::Error => {
            "GitHub gives it no jobs: it exits with code 7, everything looks healthy, and jobs queue for ever"
                .to_owned()
        }
        _ => format!("in {} GitHub gives it no more jobs, and they queue for ever", show(GRACE - days)),
    };
    let found = out
        .found(format!(
            "release {release} of the runner is older than {newer}, which came out {} ago",
            show(days)
        ))
        .severity(severity)
        .label(runner.span, format!("GitHub serves it for {GRACE} days after that"))
        .effect(effect)
        .help(format!("update the image to a release of {} or later", NEWEST.0));
    out.report(found);
}

/// How bad it is that a release runs on a day, what superseded it, and how many days ago.
fn judge(release: Version, today: Day) -> Option<(Severity, Version, i64)> {
    let (newer, since) = superseded(release)?;
    let days = today.0 - since.0;
    let severity = match days {
        days if days >= GRACE => Severity::Error,
        days if days >= GRACE - NOTICE => Severity::Warning,
        _ => return None,
    };
    Some((severity, newer, days))
}

fn show(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_served_for_thirty_days_after_the_next() {
        let on = |month, day| {
            judge(Version::new(2, 335, 1), Day::new(2026, month, day)).map(|(s, _, days)| (s, days))
        };
        assert_eq!(on(7, 19), None, "not superseded yet");
        assert_eq!(on(8, 8), None);
        assert_eq!(on(8, 9), Some((Severity::Warning, 20)));
        assert_eq!(on(8, 18), Some((Severity::Warning, 29)));
        assert_eq!(on(8, 19), Some((Severity::Error, 30)));
    }

    #[test]
    fn the_newest_release_and_later_ones_are_left_alone() {
        assert_eq!(judge(NEWEST.0, Day::new(2036, 1, 1)), None);
        assert_eq!(judge(Version::new(2, 999, 0), Day::new(2036, 1, 1)), None);
    }
}
