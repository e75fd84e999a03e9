//! `runs-on-group-denied`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::value::GithubScope;
use crate::lint::{View, group_of};

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
    let Some(repository) = view.repository.name.as_deref() else { return };
    for job in &view.jobs {
        // A workflow that others call runs in the name of the caller.
        if job.workflow.triggers.iter().all(|trigger| trigger.name.value == "workflow_call") {
            continue;
        }
        for (pool, target) in job.pools() {
            let group = group_of(pool);
            let declared = view.fleet.usage.group(group);
            let url = &pool.pool.github.url;
            let owner = repository.split('/').next().unwrap_or("");
            let (of, known) = match &url.value.scope {
                GithubScope::Organization(name) => (name.clone(), name.eq_ignore_ascii_case(owner)),
                GithubScope::Repository(owner, name) => {
                    let name = format!("{owner}/{name}");
                    (name.clone(), name.eq_ignore_ascii_case(repository))
                }
                GithubScope::Enterprise(name) => (name.clone(), true),
            };
            let name = pool.pool.name();
            let (message, span, marked, help, severity) = if !known {
                (
                    format!("pool \"{name}\" serves {of}, and this is {repository}"),
                    url.span,
                    "it is registered here",
                    format!("name a pool that is registered at {owner}, or register this one there as well"),
                    Severity::Error,
                )
            } else if let Some(group) = declared.filter(|group| {
                let listed = group.repositories.as_ref();
                listed.is_some_and(|listed| !listed.patterns.iter().any(|pattern| pattern.admits(repository)))
            }) {
                (
                    format!(
                        "runner group \"{}\" does not admit {repository}, and pool \"{name}\" is in it",
                        group.name.value
                    ),
                    group.span,
                    "it admits others",
                    format!("admit it at GitHub and here: `repositories \"{repository}\"`"),
                    Severity::Error,
                )
            } else if view.is_public() && declared.is_none_or(|group| !group.public.value) {
                (
                    format!(
                        "{repository} is public, and runner group \"{group}\" of pool \"{name}\" refuses public repositories"
                    ),
                    declared.map_or_else(|| pool.pool.span(), |group| group.span),
                    "no word of public repositories",
                    format!(
                        "let workflows of it run on machines of GitHub's; or allow public repositories in the group's \
                         settings and write `runner-group \"{group}\" public=#true`"
                    ),
                    if declared.is_some() { Severity::Error } else { Severity::Warning },
                )
            } else {
                continue;
            };
            let found = out
                .found(message)
                .severity(severity)
                .label(target.place(), format!("job \"{}\" asks for it", job.job.id.value))
                .label(span, marked)
                .effect("the job waits in GitHub's queue for 24 hours without a word, and is then cancelled")
                .help(help);
            out.report_about(pool.pool, found);
        }
    }
}
