//! `label-shape`

use super::identity::{labels, scale_set_name};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use std::collections::HashSet;

/// Labels have fewer characters than this (the chart refuses more).
const TOO_LONG: usize = 256;

pub static RULE: Rule = Rule {
    code: "label-shape",
    severity: Severity::Error,
    summary: "a label is empty, too long, or there already",
    explanation: "\
A label of a pool has 1 to 255 characters. The official chart refuses others; the API server does not, and
the registration then fails at GitHub, again and again: no scale set, no listener, and all jobs of the pool
queue for ever.

A label that repeats the pool's name or another label is a warning: the controller drops an exact
repetition without a word, and GitHub compares labels without regard to case, so one in other letters matches nothing
new either. Whoever wrote it expects something of it that does not happen.

Remove the label, or write the one that was meant.

Known from: the chart `gha-runner-scale-set` 0.14.2 (`scaleSetLabels`), `createRunnerScaleSet` of ARC's controller 0.14.2.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
    labels "docker" "large-disk"
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
    labels "docker" ""
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let name = scale_set_name(view).to_lowercase();
    let mut seen = HashSet::new();
    for (label, span) in labels(view) {
        let lower = label.to_lowercase();
        let never = "GitHub refuses the scale set: it is never registered, and its jobs queue for ever";
        let found = if label.trim().is_empty() {
            out.found("a label is empty").label(span, "empty").effect(never).help("remove it")
        } else if label.len() >= TOO_LONG {
            out.found(format!("a label has {} characters", label.len()))
                .label(span, format!("longer than {}", TOO_LONG - 1))
                .effect(never)
                .help(format!("shorten it to {} characters", TOO_LONG - 1))
        } else if lower == name {
            out.found(format!("label \"{label}\" is the pool's own name"))
                .severity(Severity::Warning)
                .label(span, "matches nothing new")
                .effect("`runs-on` matches the name already: the label is dropped")
                .help("remove it")
        } else if !seen.insert(lower) {
            out.found(format!("label \"{label}\" stands twice"))
                .severity(Severity::Warning)
                .label(span, "matches nothing new")
                .effect("GitHub compares labels without regard to case: the second one is dropped or matches nothing new")
                .help("remove it")
        } else {
            continue;
        };
        out.report(found);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::example;
    use crate::diagnostic::Severity;

    #[test]
    fn repetitions_are_only_a_warning() {
        let pool = "pool \"build\" {\n mode \"dind\"\n runners max=1\n labels \"Build\" \"gpu\" \"GPU\"\n}\n";
        let run = example::run(pool);
        let found = run.diagnostics.iter().filter(|d| d.code == super::RULE.code).map(|d| d.severity);
        assert_eq!(found.collect::<Vec<_>>(), [Severity::Warning, Severity::Warning]);
    }
}
