//! `name-truncation-collision`

use super::identity::resource_name;
use super::name_too_long::LONGEST;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

/// Random characters at the end of a runner pod's name: what tells the pods of jobs apart.
pub(super) const RANDOM: usize = 5;
/// Characters that Kubernetes makes random names of.
const ALPHABET: u64 = 27;

pub static RULE: Rule = Rule {
    code: "name-truncation-collision",
    severity: Severity::Error,
    summary: "a pool's name is so long that the pods of its jobs get equal names",
    explanation: "\
In the modes `kubernetes` and `kubernetes-novolume` the container hooks name the pod of a job after
the runner's pod: they cut that name to 54 characters and add `-workflow`. What tells runners apart stands
at the end, five random characters, so a long pool name pushes it over the edge. Through ARC 0.14.2 a name of
35 characters keeps all five; 36 to 39 keep 4 to 1; from 40 on none is left.

With none left, the second job that runs at the same time always fails with `pods \"…-workflow\" already
exists`. With some left it fails now and then: with one, two of ten parallel jobs collide more often than not. A
pool that has one runner at most only meets its own leftovers, so there it is a warning.

Shorten the name to 35 characters. Jobs name the pool in `runs-on`, so change the workflows too.

Known from: ARC issue 4368 (names of 40 to 45 characters, a matrix of two), `getJobPodName` of
runner-container-hooks 0.7 and 0.8.
",
    good: r#"
pool "build-linux-x64-cuda-12-large" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}
"#,
    bad: r#"
pool "build-linux-x64-cuda-12-large-memory-us" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}

pool "build-linux-x64-cuda-12-large-memory-west" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let name = resource_name(view);
    let arc = cx.fleet.versions.arc;
    let left = arc.workflow_name_room.saturating_sub(name.len());
    if !view.pool.mode.has_workflow_pod() || left >= RANDOM || name.len() > LONGEST {
        return;
    }
    let safe = arc.workflow_name_room - RANDOM;
    let alone = view.objects.runner_set.spec.max_runners.is_some_and(|max| max <= 1);
    let (message, effect) = if left == 0 {
        (
            format!("the pool's name has {} characters: the pods of all its jobs get one name", name.len()),
            "the second job at the same time fails: pods \"…-workflow\" already exists".to_owned(),
        )
    } else {
        let names = ALPHABET.pow(left as u32);
        (
            format!(
                "the pool's name has {} characters: {left} of {RANDOM} random ones are left to tell its jobs' pods apart",
                name.len()
            ),
            format!(
                "parallel jobs share {names} possible pod names; where two meet, the later job fails: pods \"…-workflow\" already exists"
            ),
        )
    };
    let severity = if left == 0 && !alone { Severity::Error } else { Severity::Warning };
    let found = out
        .found(message)
        .severity(severity)
        .label(view.pool.span(), "too long for jobs in pods of their own")
        .effect(effect)
        .help(format!("shorten it to {safe} characters"));
    out.report(found);
}

#[cfg(test)]
mod tests {
    use crate::check::example;
    use crate::diagnostic::Severity;

    fn severity(length: usize, max: u32) -> Option<Severity> {
        let name = "p".repeat(length);
        let pool = format!(
            "pool \"{name}\" {{\n mode \"kubernetes-novolume\"\n runners max={max}\n job cpu=1 memory=\"1Gi\"\n}}\n"
        );
        let run = example::run(&pool);
        run.diagnostics.iter().find(|d| d.code == super::RULE.code).map(|d| d.severity)
    }

    #[test]
    fn the_borders_are_those_of_the_hooks() {
        assert_eq!(severity(35, 2), None);
        assert_eq!(severity(36, 2), Some(Severity::Warning));
        assert_eq!(severity(39, 2), Some(Severity::Warning));
        assert_eq!(severity(40, 2), Some(Severity::Error));
        assert_eq!(severity(40, 1), Some(Severity::Warning));
        assert_eq!(severity(46, 2), None, "`name-too-long` has said it");
    }
}
