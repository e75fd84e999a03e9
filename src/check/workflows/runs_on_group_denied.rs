//! `runs-on-group-denied`

use crate::check::findings::Reporter;
use crate::check::{Check, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::Visibility;
use crate::language::value::GithubScope;
use crate::lint::workflow::Workflow;
use crate::lint::{Fate, View, group_of};
use crate::syntax::Span;
use std::collections::BTreeSet;

pub static RULE: Rule = Rule {
    code: "runs-on-group-denied",
    severity: Severity::Error,
    summary: "a repository may not use the pool that it asks for",
    explanation: "\
A pool serves the organization or repository that it is registered at, and of an organization those repositories that its runner
group admits. It is found where the repository is known (from `--repository` or its Git remote) and is another one:
of another owner, not among the `repositories` of the declared `runner-group`, or public while the group refuses public ones, which
groups do unless an owner of the organization has said otherwise.

GitHub shows no error anywhere: the job waits until it is cancelled after 24 hours. Since every other
repository works, this is among the mistakes that cost people the most time.

Admit the repository in the group's settings at GitHub and in `runner-group` of the fleet file, or name a pool of a group that
admits it. Where the fleet file does not declare the group, nothing is said but of public repositories.

Known from: GitHub's documentation of runner groups; threads on jobs of public repositories that never start.
",
    good: r#"
runner-group "default" {
    repositories "my-org/app"
}
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    bad: r#"
runner-group "default" {
    repositories "my-org/app"
}
pool "build" {
    mode "dind"
    runners max=4
}

// file my-org/tools/.github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for repository in repositories(view) {
        for job in &view.jobs {
            for resolved in &job.targets {
                let Fate::Pools(pools) = &resolved.fate else { continue };
                let denied: Vec<_> = pools.iter().map(|pool| denial(view, *pool, repository)).collect();
                // Of a pool in several clusters, or of several that answer, one is enough.
                let Some(Some(denial)) = denied.first().filter(|_| denied.iter().all(Option::is_some)) else {
                    continue;
                };
                let found = out
                    .found(&denial.message)
                    .severity(denial.severity)
                    .label(resolved.target.place(), format!("job \"{}\" asks for it", job.job.id.value))
                    .label(denial.span, denial.marked)
                    .effect(
                        "the job waits in GitHub's queue for 24 hours without a word, and is then cancelled",
                    )
                    .help(&denial.help);
                match pools.first() {
                    Some(pool) => out.report_about(pool.pool, found),
                    None => out.report(found),
                }
            }
        }
    }
}

/// The repositories in whose name the jobs run: a workflow that others call runs in theirs.
fn repositories<'v>(view: &'v View<'_>) -> BTreeSet<&'v str> {
    let starts =
        |workflow: &Workflow| workflow.triggers.iter().any(|trigger| trigger.name.value != "workflow_call");
    let own = view.file.workflow().filter(|workflow| starts(workflow)).and(view.repository.name.as_deref());
    let callers = view.world.callers(view.id).iter();
    let callers = callers.filter_map(|caller| view.world.repository_of(caller.file).name.as_deref());
    own.into_iter().chain(callers).collect()
}

/// Why a pool does not serve a repository.
struct Denial {
    message: String,
    span: Span,
    marked: &'static str,
    help: String,
    severity: Severity,
}

fn denial(view: &View<'_>, pool: PoolView<'_>, repository: &str) -> Option<Denial> {
    let usage = &view.fleet.usage;
    let (name, group) = (pool.pool.name(), group_of(pool));
    let declared = usage.group(group);
    let url = &pool.pool.github.url;
    let owner = repository.split('/').next().unwrap_or("");
    let (of, serves) = match &url.value.scope {
        GithubScope::Organization(name) => (name.clone(), name.eq_ignore_ascii_case(owner)),
        GithubScope::Repository(owner, name) => {
            let name = format!("{owner}/{name}");
            let serves = name.eq_ignore_ascii_case(repository);
            (name, serves)
        }
        GithubScope::Enterprise(name) => (name.clone(), true),
    };
    if !serves {
        return Some(Denial {
            message: format!("pool \"{name}\" serves {of}, and this is {repository}"),
            span: url.span,
            marked: "it is registered here",
            help: format!("name a pool that is registered at {owner}, or register this one there as well"),
            severity: Severity::Error,
        });
    }
    let listed = declared.and_then(|group| group.repositories.as_ref().map(|listed| (group, listed)));
    if let Some((group, _)) =
        listed.filter(|(_, listed)| !listed.patterns.iter().any(|pattern| pattern.admits(repository)))
    {
        return Some(Denial {
            message: format!(
                "runner group \"{}\" does not admit {repository}, and pool \"{name}\" is in it",
                group.name.value
            ),
            span: group.span,
            marked: "it admits others",
            help: format!("admit it at GitHub and here: `repositories \"{repository}\"`"),
            severity: Severity::Error,
        });
    }
    let public = usage.visibility(repository) == Some(Visibility::Public);
    (public && declared.is_none_or(|group| !group.public.value)).then(|| Denial {
        message: format!(
            "{repository} is public, and runner group \"{group}\" of pool \"{name}\" refuses public repositories"
        ),
        span: declared.map_or_else(|| pool.pool.span(), |group| group.span),
        marked: "no word of public repositories",
        help: format!(
            "let workflows of it run on machines of GitHub's; or allow public repositories in the group's settings \
             and write `runner-group \"{group}\" public=#true`"
        ),
        severity: if declared.is_some() { Severity::Error } else { Severity::Warning },
    })
}
