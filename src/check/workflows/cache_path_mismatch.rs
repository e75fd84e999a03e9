//! `cache-path-mismatch`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::Mount;
use crate::lint::View;
use crate::model::{Fleet, Pool};

/// Where tools keep what they download if nothing tells them otherwise, by the variable that does.
const USUAL: [(&str, &str); 9] = [
    ("UV_CACHE_DIR", ".cache/uv"),
    ("PIP_CACHE_DIR", ".cache/pip"),
    ("HF_HOME", ".cache/huggingface"),
    ("CCACHE_DIR", ".cache/ccache"),
    ("CCACHE_DIR", ".ccache"),
    ("SCCACHE_DIR", ".cache/sccache"),
    ("GOMODCACHE", "go/pkg/mod"),
    ("GOCACHE", ".cache/go-build"),
    ("npm_config_cache", ".npm"),
];

pub static RULE: Rule = Rule {
    code: "cache-path-mismatch",
    severity: Severity::Warning,
    summary: "a job keeps its own copy of what the pool has in a cache",
    explanation: "\
A cache of the fleet is mounted into a pool's jobs, and a variable tells tools where (`mount \"/mnt/cache/uv\" env=\"UV_CACHE_DIR\"`). It is
found where a workflow sets that variable to another folder, or saves and restores the tool's usual folder by
`actions/cache`.

The job then downloads everything anew, or carries it to GitHub and back, while the pool's cache lies beside it unused. It costs
minutes for each job, and nothing fails.

Remove the variable or the step.

Known from: reviews of workflows that came from machines of GitHub's to pools with caches.
",
    good: r#"
cache "uv" share="runner" {
    host-path "/var/cache/fleet/uv"
    mount "/mnt/cache/uv" env="UV_CACHE_DIR"
}
pool "runner-cpu" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    cache "uv"
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: runner-cpu
    container: ghcr.io/my-org/build:1
    timeout-minutes: 10
    steps:
      - run: uv sync
"#,
    bad: r#"
cache "uv" share="runner" {
    host-path "/var/cache/fleet/uv"
    mount "/mnt/cache/uv" env="UV_CACHE_DIR"
}
pool "runner-cpu" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    cache "uv"
}

// file .github/workflows/ci.yml
on: push
env:
  UV_CACHE_DIR: /tmp/uv
jobs:
  test:
    runs-on: runner-cpu
    container: ghcr.io/my-org/build:1
    timeout-minutes: 10
    steps:
      - run: uv sync
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        for (pool, target) in job.pools() {
            let pool = pool.pool;
            for (mount, variable) in mounts(view.fleet, pool) {
                let steps = job.job.steps.iter().flat_map(|step| &step.env);
                for entry in job.env(None).chain(steps) {
                    let Some(text) = entry.value.text() else { continue };
                    if entry.name() != Some(variable)
                        || text.contains("${{")
                        || mount.path.value.contains(text.trim_end_matches('/'))
                    {
                        continue;
                    }
                    let found = out
                        .found(format!("`{variable}` leads away from the cache of pool \"{}\"", pool.name()))
                        .label(entry.value.span, format!("the cache is at {}", mount.path.value))
                        .label(target.place(), "on this pool")
                        .effect("the job downloads everything anew, and the pool's cache lies unused")
                        .help(format!("remove it: the pool sets `{variable}` itself"));
                    out.report_about(pool, found);
                }
                for step in &job.job.steps {
                    let Some(uses) = &step.uses else { continue };
                    let is_cache =
                        ["actions/cache", "actions/cache/restore"].iter().any(|action| uses.is(action));
                    let Some(path) = step.input("path").filter(|_| is_cache) else { continue };
                    let Some(scalar) = path.value.scalar() else { continue };
                    let usual = USUAL.iter().filter(|(name, _)| *name == variable);
                    let at = usual
                        .filter_map(|(_, folder)| Some((scalar.text.find(folder)?, folder.len())))
                        .next();
                    let Some((at, length)) = at else { continue };
                    let found = out
                        .found(format!(
                            "the step keeps at GitHub what pool \"{}\" has in a cache",
                            pool.name()
                        ))
                        .label(
                            scalar.place(view.sources, at..at + length),
                            format!("the cache is at {}", mount.path.value),
                        )
                        .label(target.place(), "on this pool")
                        .effect("each job carries it to GitHub and back, and the tool does not look there")
                        .help("remove the step");
                    out.report_about(pool, found);
                }
            }
        }
    }
}

/// Where the pool's jobs see its caches, and the variables that say so.
fn mounts<'a>(fleet: &'a Fleet, pool: &'a Pool) -> impl Iterator<Item = (&'a Mount, &'a str)> {
    let mounts = fleet.caches_of(pool).flat_map(|cache| &cache.node.mounts);
    mounts.filter_map(|mount| Some((mount, mount.env.as_ref()?.as_str())))
}
