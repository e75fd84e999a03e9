//! `fleetc import`

use super::{Exit, Format, Global, disk, report};
use crate::diagnostic::Severity;
use crate::import::{self, Comparison, Difference, Imported, Kind};
use crate::language::value::{Name, Version};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "\
What is read: values of the chart gha-runner-scale-set, one file for each set, named after it; rendered manifests; what
`kubectl get -o yaml` prints. ConfigMaps with templates of jobs' pods, claims, Secrets (their keys alone) and nodes say
more about the sets. What the language has no word for becomes a patch.

The fleet file is only written where there is none. The exit code is 1 where the fleet would not be what the sets were.

Examples:
  fleetc import values/
  fleetc import values/gpu.yaml --stdout
  fleetc import live.yaml nodes.yaml, made by
    kubectl get autoscalingrunnersets,configmaps,pvc -n arc-runners -o yaml > live.yaml
    kubectl get nodes -o yaml > nodes.yaml")]
pub struct Options {
    /// Files, and folders of files that end in .yaml or .yml
    #[arg(value_name = "FILE|DIR", required = true)]
    inputs: Vec<PathBuf>,
    /// Name of the fleet
    #[arg(long, default_value = "imported")]
    name: String,
    /// Namespace of sets that name none
    #[arg(long, default_value = "arc-runners")]
    namespace: String,
    /// Release of ARC [default: that of the sets, or the newest]
    #[arg(long, value_name = "RELEASE")]
    arc: Option<String>,
    /// Print the fleet file rather than write it; the comparison goes to the error stream
    #[arg(long)]
    stdout: bool,
    /// Overwrite a fleet file that is there
    #[arg(long)]
    force: bool,
    /// List every field that fleetc adds
    #[arg(long)]
    all: bool,
}

/// Imports what runs today.
pub fn run(global: &Global, options: &Options) -> Exit {
    match import(global, options) {
        Ok(exit) => exit,
        Err(reason) => Exit::Failed(reason),
    }
}

fn import(global: &Global, options: &Options) -> Result<Exit, String> {
    if global.format != Format::Human && global.format != Format::Json {
        return Err("import prints for people or as JSON".to_owned());
    }
    let path = disk::name(global);
    let writes = !options.stdout;
    if writes && !options.force && global.file.exists() {
        return Err(format!(
            "{path} is there already: name another with --file, or overwrite it with --force"
        ));
    }
    let arc = options.arc.as_ref().map(|text| {
        Version::parse(text).ok_or_else(|| format!("--arc {text}: write a release such as 0.14.2"))
    });
    for (flag, name) in [("--name", &options.name), ("--namespace", &options.namespace)] {
        Name::parse(name)
            .ok_or_else(|| format!("{flag} {name}: write lower-case letters, digits and `-`"))?;
    }
    let inputs = read(&options.inputs)?;
    let how = import::Options {
        name: options.name.clone(),
        namespace: options.namespace.clone(),
        arc: arc.transpose()?,
        path: path.clone(),
        today: disk::today(global)?,
    };
    let found = import::import(&inputs, &how)?;
    if writes {
        disk::replace(&global.file, &found.text).map_err(|error| format!("can't write {path}: {error}"))?;
    }
    if global.format == Format::Json {
        report::say(as_json(&found, writes));
    } else {
        print(&found, options);
        if options.stdout {
            report::say(found.text.trim_end());
        }
        if found.run.diagnostics.has_errors() {
            report::findings(global, &found.run).map_err(|_| "can't print".to_owned())?;
        } else {
            let summary = summary(&found, &path, writes);
            if options.stdout { eprintln!("{summary}") } else { report::say(summary) }
        }
    }
    Ok(if found.is_equivalent() { Exit::Fine } else { Exit::Wrong })
}

/// The files, and those of folders, in the order of their names.
fn read(inputs: &[PathBuf]) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for input in inputs {
        if input.is_dir() {
            collect(input, &mut files)?;
        } else {
            files.push(input.clone());
        }
    }
    if files.is_empty() {
        return Err("there is no .yaml file in the input".to_owned());
    }
    let read = |path: &PathBuf| {
        let name = path.to_string_lossy().replace('\\', "/");
        disk::read(path)
            .map(|text| (name.clone(), text))
            .map_err(|reason| format!("can't read {name}: {reason}"))
    };
    files.iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("can't read {}: {error}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(wrong)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    paths.sort();
    for path in paths {
        let is_yaml = path.extension().is_some_and(|ext| ext == "yaml" || ext == "yml");
        if path.is_dir() {
            collect(&path, files)?;
        } else if is_yaml {
            files.push(path);
        }
    }
    Ok(())
}

fn print(found: &Imported, options: &Options) {
    let say = |line: String| if options.stdout { eprintln!("{line}") } else { report::say(line) };
    for pool in &found.pools {
        say(format!("pool {} ({})", pool.name, pool.line));
        part(&say, "AutoscalingRunnerSet", &pool.runner_set, options.all);
        if let Some(template) = &pool.hook_template {
            part(&say, "pods of jobs", template, options.all);
        }
        if pool.patched > 0 {
            say(format!("  {} by a patch, for want of a word", counted(pool.patched, "field")));
        }
        for code in &pool.lowered {
            say(format!("  broke rule {code} before: the rule is lowered to a warning in this pool"));
        }
        say(String::new());
    }
    for code in &found.lowered {
        say(format!("broke rule {code} before: the rule is lowered to a warning in the fleet"));
    }
    for kind in Kind::ALL {
        let notes: Vec<_> = found.notes.iter().filter(|note| note.kind == kind).collect();
        if notes.is_empty() {
            continue;
        }
        say(format!("{}:", kind.heading()));
        for note in notes {
            let line = if note.line.is_empty() { String::new() } else { format!("{}: ", note.line) };
            say(format!("  {line}{}", note.text));
        }
        say(String::new());
    }
}

fn part(say: &dyn Fn(String), what: &str, found: &Comparison, all: bool) {
    let added: Vec<_> = found.added().collect();
    say(format!("  {what}: {} equal, {} added by fleetc", counted(found.equal, "field"), added.len()));
    for one in found.lost() {
        let after = one.after.as_ref().map_or_else(|| "nothing".to_owned(), short);
        say(format!(
            "    DIFFERS {}: it was {}, it is {after}",
            one.path,
            one.before.as_ref().map_or_else(String::new, short)
        ));
    }
    if all {
        added.iter().for_each(|one| {
            say(format!("    + {}: {}", one.path, one.after.as_ref().map_or_else(String::new, short)))
        });
    } else if !added.is_empty() {
        say(format!("    + {}", added.iter().map(|one| last(one)).collect::<Vec<_>>().join(", ")));
    }
}

/// A path without what all of them start with.
fn last(one: &Difference) -> &str {
    one.path
        .strip_prefix("spec.template.spec.")
        .or_else(|| one.path.strip_prefix("spec.template."))
        .unwrap_or(&one.path)
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        text
    } else {
        format!("{}…", text.chars().take(59).collect::<String>())
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn summary(found: &Imported, path: &str, written: bool) -> String {
    let warnings = found.run.diagnostics.count(Severity::Warning);
    let after = if warnings == 0 {
        String::new()
    } else {
        format!("; `fleetc check` has {}", counted(warnings, "warning"))
    };
    let verb = if written { format!("{path} written") } else { "not written".to_owned() };
    format!("{verb}: {}{after}", counted(found.pools.len(), "pool"))
}

fn as_json(found: &Imported, written: bool) -> Value {
    let part = |found: &Comparison| {
        let list = |list: Vec<&Difference>| -> Vec<Value> {
            list.iter()
                .map(|one| json!({"path": one.path, "before": one.before, "after": one.after}))
                .collect()
        };
        json!({"equal": found.equal, "added": list(found.added().collect()), "differs": list(found.lost().collect())})
    };
    let pool = |pool: &import::Pool| {
        json!({
            "name": pool.name, "line": pool.line, "runnerSet": part(&pool.runner_set),
            "hookTemplate": pool.hook_template.as_ref().map(part), "patched": pool.patched, "lowered": pool.lowered,
        })
    };
    let errors = found.run.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|found| json!({"code": found.code, "message": found.message})).collect();
    json!({
        "equivalent": found.is_equivalent(), "written": written,
        "lowered": found.lowered, "pools": found.pools.iter().map(pool).collect::<Vec<_>>(),
        "notes": found.notes, "errors": errors, "fleet": found.text,
    })
}
