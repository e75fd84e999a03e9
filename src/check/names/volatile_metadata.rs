//! `volatile-metadata`

use super::stamp::{Stamp, VALUES_HASH, stamp};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::emit::kinds::ResourceMeta;
use crate::emit::meta::POOL_LABEL;
use crate::syntax::Span;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::{BTreeMap, HashMap};

pub static RULE: Rule = Rule {
    code: "volatile-metadata",
    severity: Severity::Error,
    summary: "a label or annotation of a pool changes with every commit",
    explanation: "\
It is found where a label or annotation of a pool or of its pods looks like a Git commit, a date, a point in
time, the release of a chart, or a hash that several pools share. fleetc writes no such thing; it comes in through
`pod-label`, `pod-annotation` or a `patch`.

ARC compares hashes. Any change inside the pool's specification, or of `actions.github.com/values-hash`, deletes the pool's
listener and makes it anew. A change in the runner's pod template also drains the runners and replaces their set. With a commit
in a label, every commit does that to every pool: thousands of listeners start at once, each asks GitHub for a
token, and jobs wait until that is through.

Keep provenance out of pools: put it into a ConfigMap of its own with `manifest`, or read it from Git. A
hash is fine where it is made from this pool alone. A date that never changes may be silenced, with a reason.

Known from: ARC's controller 0.14.2 (`ListenerSpecHash`, `RunnerSetSpecHash`), ARC issues 4200 and 3533.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
    pod-label "team" "platform"
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
    pod-label "example.com/git-sha" "9bb16ae4"
}
"#,
    check: Check::Fleet(check),
};

/// Where a label or annotation stands, by what its change does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On the AutoscalingRunnerSet itself.
    Resource,
    /// In the template of the runner's pod.
    RunnerPod,
    /// Elsewhere in the specification.
    Specification,
}

/// One label or annotation.
struct Entry<'a> {
    place: Place,
    what: &'static str,
    key: &'a str,
    value: &'a str,
}

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut stamped = Vec::new();
    // By key and hash: the pool that had it last, and how many had it.
    let mut sharing: HashMap<(&str, &str), (&str, usize)> = HashMap::new();
    for view in cx.pools() {
        for entry in entries(view) {
            let Some(found) = stamp(entry.key, entry.value, cx.today) else { continue };
            let name = view.pool.name();
            let (last, count) = sharing.entry((entry.key, entry.value)).or_insert(("", 0));
            if *last != name {
                (*last, *count) = (name, *count + 1);
            }
            stamped.push((view, entry, found));
        }
    }
    for (view, entry, found) in stamped {
        let pools = sharing.get(&(entry.key, entry.value)).map_or(0, |(_, count)| *count);
        if found == Stamp::Hash && pools < 2 {
            continue;
        }
        report(view, &entry, found, pools, out);
    }
}

fn report(view: PoolView<'_>, entry: &Entry<'_>, found: Stamp, pools: usize, out: &mut Reporter<'_, '_>) {
    let Entry { place, what, key, value } = entry;
    let many = if found == Stamp::Hash { format!(" that {pools} pools share") } else { String::new() };
    let restarts = *place != Place::Resource || *key == VALUES_HASH;
    let effect = match place {
        Place::RunnerPod => {
            "each change of it drains the pool's runners, replaces their set and restarts the listener"
        }
        _ if restarts => "each change of it restarts the pool's listener",
        _ => {
            "each change of it makes Argo CD write the pool anew and the controller check all it made for it"
        }
    };
    let severity = if restarts && found != Stamp::Date { Severity::Error } else { Severity::Warning };
    let found = out
        .found(format!("{what} \"{key}\" holds {}{many}: \"{value}\"", found.noun()))
        .severity(severity)
        .label(span(view, entry), "changes from commit to commit")
        .effect(format!("{effect}; a commit that changes it everywhere does so to all pools at once"))
        .help("remove it, and keep provenance in a ConfigMap of its own");
    out.report_about(view.pool, found);
}

fn span(view: PoolView<'_>, entry: &Entry<'_>) -> Span {
    let node = &view.pool.node;
    let label =
        node.pod_labels.iter().find(|l| l.key.as_str() == entry.key && l.value.as_str() == entry.value);
    let note =
        node.pod_annotations.iter().find(|n| n.key.as_str() == entry.key && n.value.as_str() == entry.value);
    let own = label.map(|label| label.value.span).or(note.map(|note| note.value.span));
    own.filter(|_| entry.place == Place::RunnerPod).unwrap_or_else(|| view.runner_pod_span(view.pool.span()))
}

/// Everything that ARC hashes, and the resource's own labels and annotations.
fn entries<'a>(view: PoolView<'a>) -> Vec<Entry<'a>> {
    let set = &view.objects.runner_set;
    let spec = &set.spec;
    let mut entries = Vec::new();
    of_object(Place::Resource, Some(&set.metadata), &mut entries);
    of_object(Place::RunnerPod, spec.template.metadata.as_ref(), &mut entries);
    let listener = spec.listener_template.as_ref().and_then(|template| template.metadata.as_ref());
    of_object(Place::Specification, listener, &mut entries);
    let children: [&Option<ResourceMeta>; 8] = [
        &spec.autoscaling_listener,
        &spec.listener_service_account_metadata,
        &spec.listener_role_metadata,
        &spec.listener_role_binding_metadata,
        &spec.listener_config_secret_metadata,
        &spec.ephemeral_runner_set_metadata,
        &spec.ephemeral_runner_metadata,
        &spec.ephemeral_runner_config_secret_metadata,
    ];
    for child in children.into_iter().flatten() {
        of_map(Place::Specification, "label", child.labels.as_ref(), &mut entries);
        of_map(Place::Specification, "annotation", child.annotations.as_ref(), &mut entries);
    }
    // Names are what they are, even where one looks like a date.
    let names = [view.pool.name(), view.pool.namespace.as_str()];
    entries.retain(|entry| entry.key != POOL_LABEL && !names.contains(&entry.value));
    entries
}

fn of_object<'a>(place: Place, metadata: Option<&'a ObjectMeta>, entries: &mut Vec<Entry<'a>>) {
    let Some(metadata) = metadata else { return };
    of_map(place, "label", metadata.labels.as_ref(), entries);
    of_map(place, "annotation", metadata.annotations.as_ref(), entries);
}

fn of_map<'a>(
    place: Place,
    what: &'static str,
    map: Option<&'a BTreeMap<String, String>>,
    entries: &mut Vec<Entry<'a>>,
) {
    entries.extend(map.into_iter().flatten().map(|(key, value)| Entry { place, what, key, value }));
}

#[cfg(test)]
mod tests {
    use crate::check::example;
    use crate::diagnostic::Severity;

    fn found(text: &str) -> Vec<Severity> {
        let run = example::run(text);
        run.diagnostics.iter().filter(|d| d.code == super::RULE.code).map(|d| d.severity).collect()
    }

    fn pool(name: &str, patch: &str) -> String {
        format!(
            "pool \"{name}\" {{\n mode \"dind\"\n runners max=1\n patch \"AutoscalingRunnerSet\" {{\n merge \"{patch}\"\n }}\n}}\n"
        )
    }

    #[test]
    fn a_hash_is_volatile_where_pools_share_it() {
        let hash =
            |text: &str| format!("{{metadata: {{annotations: {{actions.github.com/values-hash: {text}}}}}}}");
        let fleet = |a: &str, b: &str| pool("a", &hash(a)) + &pool("b", &hash(b));
        assert_eq!(found(&fleet("abc", "abd")), []);
        assert_eq!(found(&fleet("abc", "abc")), [Severity::Error, Severity::Error]);
    }

    #[test]
    fn the_place_decides_how_bad_it_is() {
        let commit = "9bb16ae4c0ffee00112233445566778899aabbcc";
        let on_resource = format!("{{metadata: {{labels: {{commit: {commit}}}}}}}");
        assert_eq!(found(&pool("a", &on_resource)), [Severity::Warning]);
        let on_listener =
            format!("{{spec: {{listenerTemplate: {{metadata: {{labels: {{commit: {commit}}}}}}}}}}}");
        assert_eq!(found(&pool("a", &on_listener)), [Severity::Error]);
    }

    #[test]
    fn a_template_of_many_pools_is_said_once() {
        let template =
            "template \"t\" {\n mode \"dind\"\n runners max=1\n pod-label \"commit\" \"9bb16ae4\"\n}\n";
        let pools = "pool \"a\" from=\"t\"\npool \"b\" from=\"t\"\n";
        assert_eq!(found(&format!("{template}{pools}")), [Severity::Error]);
    }
}
