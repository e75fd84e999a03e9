//! `fleetc show`

use super::{Exit, Format, Global, disk, report};
use crate::compile::{self, Compilation};
use crate::emit::hooks::{self, SampleJob};
use crate::language::decode::Decode;
use crate::language::nodes::Pool as PoolNode;
use crate::language::suggest::nearest;
use crate::language::{self, trace};
use crate::model::Fleet;
use crate::output::to_yaml;
use clap::Args;
use serde_json::json;

#[derive(Args)]
#[command(after_help = "\
Examples:
  fleetc show runner-gpu                 every value, and the line that it comes from
  fleetc show runner-gpu --pod           the pod that the container hooks will make for a job
  fleetc show runner-gpu --format json")]
pub struct Options {
    /// The pool
    #[arg(value_name = "POOL")]
    pool: String,
    /// Show the pod of a job, as both generations of container hooks make it
    #[arg(long)]
    pod: bool,
    /// Image that the job names under `container:`
    #[arg(long, requires = "pod", value_name = "IMAGE", default_value = "ubuntu:24.04")]
    image: String,
    /// Image of a service of the job
    #[arg(long, requires = "pod", value_name = "IMAGE")]
    service: Vec<String>,
}

/// Shows what a pool really gets.
pub fn run(global: &Global, options: &Options) -> Exit {
    let run = match disk::load(global) {
        Ok(run) => run,
        Err(reason) => return Exit::Failed(reason),
    };
    let Some(fleet) = &run.fleet else {
        return report::findings(global, &run).err().unwrap_or(Exit::Wrong);
    };
    let Some(at) = fleet.pools.iter().position(|pool| pool.name() == options.pool) else {
        let near = nearest(&options.pool, fleet.pools.iter().map(|pool| pool.name()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
        return Exit::Failed(format!("there is no pool \"{}\"{hint}", options.pool));
    };
    let shown =
        if options.pod { pods(global, options, &run, fleet, at) } else { values(global, &run, fleet, at) };
    match shown {
        Ok(()) => Exit::Fine,
        Err(reason) => Exit::Failed(reason),
    }
}

fn values(global: &Global, run: &Compilation, fleet: &Fleet, at: usize) -> Result<(), String> {
    let pool = &fleet.pools[at];
    let mut again = Compilation::default();
    let nodes = compile::read(&disk::Disk, &disk::name(global), &mut again)?;
    let flat = language::flatten(&nodes, true, &mut again.diagnostics);
    let node = flat.iter().find(|node| node.word.value == "pool" && node.head() == pool.node.span);
    let Some(node) = node else { return Err(format!("pool \"{}\" can't be read", pool.name())) };
    let lines = trace::trace(node, &<PoolNode as Decode>::SPEC, &again.sources);
    if global.format == Format::Json {
        let values: Vec<_> =
            lines.iter().map(|line| json!({"value": line.text, "origin": line.origin})).collect();
        report::say(json!({"pool": pool.name(), "values": values, "resolved": resolved(run, fleet, at)}));
        return Ok(());
    }
    let width =
        lines.iter().map(|line| line.text.chars().count()).filter(|width| *width <= 72).max().unwrap_or(0);
    for line in &lines {
        let pad = " ".repeat(width.saturating_sub(line.text.chars().count()));
        if line.origin.is_empty() {
            report::say(&line.text);
        } else {
            report::say(format_args!("{}{pad}  // {}", line.text, line.origin));
        }
    }
    report::say("");
    let facts = resolved(run, fleet, at);
    let facts = facts.as_object().into_iter().flatten();
    for (name, value) in facts {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        report::say(format_args!("{name:<16}{value}"));
    }
    Ok(())
}

/// The pods that both generations of hooks make for a job, the pool's own first.
fn pods(
    global: &Global,
    options: &Options,
    run: &Compilation,
    fleet: &Fleet,
    at: usize,
) -> Result<(), String> {
    let (pool, objects) = (&fleet.pools[at], &run.objects.pools[at]);
    let mut job = SampleJob::of(pool);
    job.image.clone_from(&options.image);
    job.services.clone_from(&options.service);
    let previews = hooks::previews(pool.mode, objects, &job).map_err(|error| error.to_string())?;
    if previews.is_empty() {
        return Err(format!(
            "jobs of pool \"{}\" get no pod of their own: its mode is {}",
            pool.name(),
            pool.mode
        ));
    }
    if global.format == Format::Json {
        let pods: Vec<_> = previews
            .iter()
            .map(|one| json!({"hooks": one.generation.version, "own": one.own, "pod": one.pod}))
            .collect();
        report::say(json!({"pool": pool.name(), "pods": pods}));
        return Ok(());
    }
    for one in &previews {
        let version = one.generation.version;
        report::say(if one.own {
            format!("# hooks {version}, which pool \"{}\" uses", pool.name())
        } else {
            format!("---\n# hooks {version}, if the pool used them and nothing else were changed")
        });
        report::say(to_yaml(&one.pod).map_err(|error| error.to_string())?.trim_end());
    }
    Ok(())
}

/// What the rest of the fleet decides for the pool.
fn resolved(run: &Compilation, fleet: &Fleet, at: usize) -> serde_json::Value {
    let pool = &fleet.pools[at];
    let objects = emitted_account(run, at);
    let classes: Vec<_> = fleet
        .hardware_of(pool)
        .map(|class| match class.count_in(fleet.cluster_of(pool)) {
            1 => format!("{} (1 node)", class.name()),
            count => format!("{} ({count} nodes)", class.name()),
        })
        .collect();
    json!({
        "cluster": fleet.cluster_of(pool).label(),
        "namespace": pool.namespace.as_str(),
        "registers at": pool.github.url.as_str(),
        "runner group": pool.runner_group.as_deref().unwrap_or("the default group"),
        "runner image": pool.runner_image.as_str(),
        "runner account": objects,
        "hardware": if classes.is_empty() { "any node".to_owned() } else { classes.join(", ") },
        "ARC": fleet.versions.arc.version.to_string(),
    })
}

fn emitted_account(run: &Compilation, at: usize) -> String {
    let pod = run.objects.pools.get(at).and_then(|objects| objects.runner_pod());
    pod.and_then(|pod| pod.service_account_name.clone()).unwrap_or_default()
}
