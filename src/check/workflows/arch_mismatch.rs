//! `arch-mismatch`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::model::{Fleet, Pool};

/// The node label with the architecture.
const LABEL: &str = "kubernetes.io/arch";
/// What images call an architecture in their names and tags.
const WORDS: [(&str, &[&str]); 2] =
    [("amd64", &["amd64", "x86_64", "x86-64"]), ("arm64", &["arm64v8", "arm64", "aarch64"])];

pub static RULE: Rule = Rule {
    code: "arch-mismatch",
    severity: Severity::Warning,
    summary: "a job's image is named after another architecture than its pool's nodes",
    explanation: "\
A pool whose hardware selects `kubernetes.io/arch` runs on machines of that architecture. It is found where the image of a job on it,
or of a service, has another architecture in its name or tag, such as `arm64v8/debian` or `build:1.2-amd64`. What an image really holds
only the registry knows, so images that do not say it are not judged.

Such a container ends at once with \"exec format error\", and the job fails while it is prepared.

Name the image of the pool's architecture, or one that holds several.

Known from: the names of official images for single architectures.
",
    good: r#"
hardware "arm" {
    select "kubernetes.io/arch" "arm64"
    nodes "arm" count=2 cpu=64 memory="256Gi"
}
pool "runner-arm" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "arm"
    job cpu=8 memory="32Gi"
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: runner-arm
    container: ghcr.io/my-org/build:1-arm64
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    bad: r#"
hardware "arm" {
    select "kubernetes.io/arch" "arm64"
    nodes "arm" count=2 cpu=64 memory="256Gi"
}
pool "runner-arm" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "arm"
    job cpu=8 memory="32Gi"
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: runner-arm
    container: ghcr.io/my-org/build:1-amd64
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let Some((pool, target)) = job.pool(|pool| architecture(view.fleet, pool).is_some()) else {
            continue;
        };
        let Some(of_pool) = architecture(view.fleet, pool) else { continue };
        let services = job.job.services.iter().map(|(_, container)| container);
        for container in job.job.container.iter().chain(services) {
            let Some(image) = &container.image else { continue };
            let Some(of_image) = image.text().and_then(named).filter(|of_image| *of_image != of_pool) else {
                continue;
            };
            let found = out
                .found(format!("the image is for {of_image}, and pool \"{}\" runs on {of_pool}", pool.name()))
                .label(image.span, format!("named after {of_image}"))
                .label(target.place(), "runs here")
                .effect("the container ends at once: \"exec format error\"")
                .help(format!("name the image for {of_pool}, or one for several architectures"));
            out.report_about(pool, found);
        }
    }
}

/// The architecture of all nodes that a pool may run on, where the file says it.
fn architecture<'a>(fleet: &'a Fleet, pool: &'a Pool) -> Option<&'a str> {
    let of = |selects: &'a [crate::language::nodes::Select]| {
        selects.iter().find(|select| select.key.as_str() == LABEL).map(|select| select.value.as_str())
    };
    let own = of(&pool.node.select);
    let mut classes = fleet.hardware_of(pool).map(|class| of(&class.node.select));
    let first = classes.next().flatten();
    own.or_else(|| first.filter(|first| classes.all(|other| other == Some(*first))))
}

/// The architecture that an image is named after.
fn named(image: &str) -> Option<&'static str> {
    let lower = image.to_lowercase();
    let has = |word: &&str| {
        lower.match_indices(*word).any(|(at, word)| {
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            !letter(lower[..at].chars().next_back()) && !letter(lower[at + word.len()..].chars().next())
        })
    };
    WORDS.iter().find(|(_, words)| words.iter().any(&has)).map(|(name, _)| *name)
}
