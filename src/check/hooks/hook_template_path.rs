//! `hook-template-path`

use super::environment::{self, TEMPLATE};
use crate::check::findings::Reporter;
use crate::check::pods::volume;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::generation;
use crate::diagnostic::Severity;
use crate::emit::arc::names;
use crate::emit::hooks::{TEMPLATE_KEY, TEMPLATE_PATH};
use k8s_openapi::api::core::v1::{Container, PodSpec, Volume, VolumeMount};

pub static RULE: Rule = Rule {
    code: "hook-template-path",
    severity: Severity::Error,
    summary: "the runner does not find the template of its jobs' pods",
    explanation: "\
The template of a job's pod is a ConfigMap that the runner's pod mounts, and
`ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE` names the file. Three things have to agree: the variable, the
mount, and the ConfigMap's key. A path where nothing is mounted ends every job with `ENOENT: no such file
or directory`; a volume that is not there, or a key that the ConfigMap lacks, keeps the runner itself in
`ContainerCreating`. Without the variable the hook goes on without a template: jobs get no devices, no
limits and no caches.

fleetc makes all three agree; this is found where an `env` with on=\"runner\" or a patch changes one of
them. Remove the change: what you would write into a template of your own, `patch \"HookTemplate\"` adds to
fleetc's. A file that comes from a volume of your own is only warned about, since fleetc does not see what
is in it.

Known from: hooks 0.7.0 and 0.8.1 (`readExtensionFromFile`), hooks issue 174, ARC issue 3641.
",
    good: r##"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    patch "HookTemplate" {
        merge #"""
            spec:
              terminationGracePeriodSeconds: 10
            """#
    }
}
"##,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    env "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE" "/home/runner/pod-templates/default.yml" on="runner"
}
"#,
    check: Check::Pool(check),
};

/// What stands between the runner and its template.
enum Gap {
    /// The variable is not set.
    Unset,
    /// The file is not where the variable says.
    NoFile(String),
    /// The runner's pod can't start.
    NoVolume(String),
    /// The file is not fleetc's.
    Foreign(String),
}

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(_), Some(pod), Some(runner)) =
        (generation(view.pool.mode), view.objects.runner_pod(), view.objects.runner_container())
    else {
        return;
    };
    let Some(gap) = gap(view, pod, runner) else { return };
    let (reason, severity, effect) = match gap {
        Gap::Unset => (
            format!("{TEMPLATE} is not set"),
            Severity::Error,
            "jobs get pods without the pool's devices, limits, caches and placement",
        ),
        Gap::NoFile(reason) => {
            (reason, Severity::Error, "every job fails with \"ENOENT: no such file or directory\"")
        }
        Gap::NoVolume(reason) => (reason, Severity::Error, "runners never start, and jobs queue"),
        Gap::Foreign(reason) => {
            (reason, Severity::Warning, "fleetc has checked its own template, and jobs get another one")
        }
    };
    let found = out
        .found(format!("runners of pool \"{}\" do not find their hook template: {reason}", view.pool.name()))
        .severity(severity)
        .label(environment::span(view, TEMPLATE, view.pool.span()), "changed here")
        .effect(effect)
        .help(format!("leave it at {TEMPLATE_PATH}, and change the template with `patch \"HookTemplate\"`"));
    out.report(found);
}

fn gap(view: PoolView<'_>, pod: &PodSpec, runner: &Container) -> Option<Gap> {
    let Some(path) = environment::value(runner, TEMPLATE) else { return Some(Gap::Unset) };
    let mounts = runner.volume_mounts.iter().flatten();
    let found = mounts.filter_map(|mount| Some((mount, below(mount, path)?)));
    let Some((mount, file)) = found.max_by_key(|(mount, _)| mount.mount_path.len()) else {
        return Some(Gap::NoFile(format!("nothing is mounted at {path}")));
    };
    let Some(volume) = volume(pod, &mount.name) else {
        return Some(Gap::NoVolume(format!("there is no volume \"{}\"", mount.name)));
    };
    let own = names::hook_template(view.pool);
    if volume.config_map.as_ref().is_none_or(|map| map.name != own) {
        return Some(Gap::Foreign(format!("the file comes from volume \"{}\"", volume.name)));
    }
    let missing = key_of(volume, &file).is_none_or(|key| key != TEMPLATE_KEY);
    missing.then(|| Gap::NoFile(format!("ConfigMap \"{own}\" has only the key {TEMPLATE_KEY}, not {file}")))
}

/// Where in the mount's volume a path leads, if it leads there.
fn below(mount: &VolumeMount, path: &str) -> Option<String> {
    let rest = path.strip_prefix(mount.mount_path.trim_end_matches('/'))?;
    let part = mount.sub_path.as_deref().unwrap_or("").trim_end_matches('/');
    match (part, rest.strip_prefix('/')) {
        ("", Some(rest)) => Some(rest.to_owned()),
        (part, Some(rest)) => Some(format!("{part}/{rest}")),
        (part, None) => (rest.is_empty() && !part.is_empty()).then(|| part.to_owned()),
    }
}

/// The ConfigMap's key behind a file of the volume.
fn key_of<'a>(volume: &'a Volume, file: &'a str) -> Option<&'a str> {
    match volume.config_map.as_ref()?.items.as_deref() {
        None | Some([]) => Some(file),
        Some(items) => items.iter().find(|item| item.path == file).map(|item| item.key.as_str()),
    }
}
