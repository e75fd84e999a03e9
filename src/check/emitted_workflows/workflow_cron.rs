//! `workflow-cron`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "workflow-cron",
    severity: Severity::Warning,
    summary: "GitHub does not run a workflow at such times",
    explanation: "\
The schedule of `track-versions` becomes `on.schedule` of a workflow. GitHub reads it more strictly than others: Sunday is 0, not 7, and a workflow runs
every five minutes at most. It is found where the last field names 7, or where the minutes are closer to each other than that.

With 7, GitHub refuses the workflow file as invalid, so it never runs, not even by hand. Times that are too close are skipped.

Write 0 for Sunday. Once a week is enough: runners have 30 days to take up a release.

Known from: GitHub's documentation of `on.schedule`.
",
    good: r#"
workflows {
    fleetc path="."
    track-versions schedule="0 3 * * 0"
}
"#,
    bad: r#"
workflows {
    fleetc path="."
    track-versions schedule="0 3 * * 7"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let track = cx.fleet.workflows.as_ref().and_then(|workflows| workflows.node.track_versions.as_ref());
    let Some(schedule) = track.map(|track| &track.schedule) else { return };
    let fields: Vec<&str> = schedule.as_str().split(' ').collect();
    let (Some(minutes), Some(days)) = (fields.first(), fields.last()) else { return };
    if days.split(['/', ',']).any(|part| part.split('-').any(|day| day == "7")) {
        let found = out
            .found("GitHub knows no day 7: Sunday is 0")
            .severity(Severity::Error)
            .label(schedule.span, "the day of the week")
            .effect("GitHub refuses the workflow file: it never runs, not even by hand")
            .help("write 0 for Sunday");
        out.report(found);
    }
    if is_too_often(minutes) {
        let found = out
            .found("GitHub runs a workflow every five minutes at most")
            .label(schedule.span, "more often than that")
            .effect("times that are closer are skipped")
            .help("once a week is enough: `0 0 * * 1`");
        out.report(found);
    }
}

/// Whether a field of minutes, which is well formed, names two that are less than five apart.
fn is_too_often(field: &str) -> bool {
    let mut minutes: Vec<u32> = field.split(',').flat_map(minutes_of).collect();
    minutes.sort_unstable();
    minutes.dedup();
    // From the last of one hour to the first of the next, too.
    let next = minutes.first().map(|first| first + 60);
    let all: Vec<u32> = minutes.iter().copied().chain(next).collect();
    all.windows(2).any(|pair| matches!(pair, [a, b] if b - a < 5))
}

fn minutes_of(part: &str) -> Vec<u32> {
    let (range, step) = part.split_once('/').unwrap_or((part, ""));
    let number = |text: &str| text.parse::<u32>().ok().filter(|minute| *minute < 60);
    let step = number(step).unwrap_or(1).max(1);
    let (from, to) = match (range, range.split_once('-')) {
        ("*", _) => (0, 59),
        (_, Some((from, to))) => (number(from).unwrap_or(0), number(to).unwrap_or(59)),
        (single, None) => {
            let minute = number(single).unwrap_or(0);
            (minute, if part.contains('/') { 59 } else { minute })
        }
    };
    (from..=to).step_by(step as usize).collect()
}
