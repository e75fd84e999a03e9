//! What the chart `gha-runner-scale-set` makes of values, from 0.9 to 0.14: a model of its templates.

use super::companions;
use super::documents::Document;
use super::ignored;
use super::note::{Kind, Note};
use super::set::{Set, canonical_set, items, metadata, text};
use super::values_pod;
use crate::language::nodes::ContainerMode;
use crate::language::value::Version;
use crate::syntax::Sources;
use serde_json::{Map, Value as Json, json};

/// Values that the chart knows at the top.
pub const KNOWN: [&str; 20] = [
    "annotations",
    "containerMode",
    "controllerServiceAccount",
    "fullnameOverride",
    "githubConfigSecret",
    "githubConfigUrl",
    "githubServerTLS",
    "keyVault",
    "labels",
    "listenerMetrics",
    "listenerTemplate",
    "maxRunners",
    "minRunners",
    "nameOverride",
    "namespaceOverride",
    "proxy",
    "resourceMeta",
    "runnerGroup",
    "runnerScaleSetName",
    "scaleSetLabels",
];

/// The first release of the chart that knows a value. The others are known from 0.9 on.
pub const SINCE: [(&[&str], Version); 8] = [
    (&["annotations"], Version::new(0, 11, 0)),
    (&["labels"], Version::new(0, 11, 0)),
    (&["listenerMetrics"], Version::new(0, 11, 0)),
    (&["namespaceOverride"], Version::new(0, 11, 0)),
    (&["resourceMeta"], Version::new(0, 11, 0)),
    (&["keyVault"], Version::new(0, 12, 0)),
    (&["containerMode", "kubernetesModeAdditionalRoleRules"], Version::new(0, 13, 1)),
    (&["scaleSetLabels"], Version::new(0, 14, 0)),
];

/// The first release with the mode `kubernetes-novolume`, and with names whose `_` become `-`.
const NOVOLUME: Version = Version::new(0, 13, 0);

/// The first release that passes on labels and annotations of what the controller makes.
const METADATA: Version = Version::new(0, 14, 0);

/// The values that a release of the chart looks at.
fn looked_at(values: &Json, arc: Version) -> Json {
    let mut values = values.clone();
    for (path, since) in SINCE {
        if arc < since
            && let Some((last, around)) = path.split_last()
            && let Some(parent) = around.iter().try_fold(&mut values, |at, step| at.get_mut(*step))
            && let Some(fields) = parent.as_object_mut()
        {
            fields.shift_remove(*last);
        }
    }
    values
}

/// Whether a document is values of the chart.
pub fn are_values(document: &Document) -> bool {
    document.kind().is_none()
        && (document.json.get("template").is_some()
            || KNOWN.iter().any(|key| document.json.get(key).is_some()))
}

/// What the chart is told beside its values.
pub struct Release<'a> {
    /// The release's name: the set's, where the values name none.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// The chart's release.
    pub arc: Version,
}

/// The set that the chart makes of values.
///
/// # Errors
/// The chart or the API server refuses them; why.
pub fn render(
    document: &Document,
    release: &Release<'_>,
    sources: &Sources,
    notes: &mut Vec<Note>,
) -> Result<Set, String> {
    let values = &looked_at(&document.json, release.arc);
    ignored::report(document, release.arc, sources, notes);
    let line = |path: &[&str]| document.line(sources, path);
    let written = text(values, "runnerScaleSetName").filter(|name| !name.is_empty());
    let scale_set = written.unwrap_or(release.name);
    if scale_set.len() > 45 {
        return Err(format!("the chart refuses the name {scale_set:?}: it has more than 45 characters"));
    }
    let name = scale_set.replace('_', "-");
    if name != scale_set && release.arc < NOVOLUME {
        return Err(format!(
            "the API server refuses the name {scale_set:?}, which the chart of {} leaves as it is",
            release.arc
        ));
    }
    let namespace = text(values, "namespaceOverride")
        .filter(|name| !name.is_empty())
        .unwrap_or(release.namespace)
        .to_owned();
    if name != scale_set {
        let said = format!(
            "the chart writes `_` of {scale_set:?} as `-` in some names and not in others; the pool is called {name:?}"
        );
        notes.push(Note::new(Kind::Changed, line(&["runnerScaleSetName"]), said));
    }
    let mode = mode(values, release.arc);
    let mut spec = Map::new();
    let url = text(values, "githubConfigUrl").filter(|url| !url.is_empty());
    let Some(url) = url else { return Err("the chart refuses values without githubConfigUrl".to_owned()) };
    spec.insert("githubConfigUrl".to_owned(), url.strip_suffix('/').unwrap_or(url).into());
    let (secret, token) = secret(values, &name, &line(&["githubConfigSecret"]), notes)?;
    spec.insert("githubConfigSecret".to_owned(), secret.into());
    let mut copy = |from: &str, to: &str| {
        if let Some(value) = values.get(from).filter(|value| is_true(value)) {
            spec.insert(to.to_owned(), value.clone());
        }
    };
    copy("runnerGroup", "runnerGroup");
    copy("listenerTemplate", "listenerTemplate");
    copy("listenerMetrics", "listenerMetrics");
    if written.is_some_and(|written| written != name) {
        copy("runnerScaleSetName", "runnerScaleSetName");
    }
    if items(values, "scaleSetLabels").iter().any(|label| label.is_string())
        && release.arc >= Version::new(0, 14, 0)
    {
        copy("scaleSetLabels", "runnerScaleSetLabels");
    }
    for field in ["minRunners", "maxRunners"] {
        if let Some(number) = values.get(field).and_then(Json::as_f64) {
            spec.insert(field.to_owned(), Json::from(number as i64));
        }
    }
    let (min, max) =
        (spec.get("minRunners").and_then(Json::as_i64), spec.get("maxRunners").and_then(Json::as_i64));
    if min.zip(max).is_some_and(|(min, max)| min > max) || min.or(max).is_some_and(|number| number < 0) {
        return Err("the chart refuses these minRunners and maxRunners".to_owned());
    }
    if let Some(reference) = values.pointer("/githubServerTLS/certificateFrom/configMapKeyRef") {
        let source = json!({"certificateFrom": {"configMapKeyRef": reference}});
        spec.insert("githubServerTLS".to_owned(), source);
    }
    if let Some(proxy) = values.get("proxy").filter(|proxy| is_true(proxy)) {
        spec.insert("proxy".to_owned(), self::proxy(proxy));
    }
    if let Some(vault) =
        values.get("keyVault").filter(|vault| text(vault, "type").is_some_and(|kind| !kind.is_empty()))
    {
        spec.insert("vaultConfig".to_owned(), vault.clone());
    }
    for (from, to) in [
        ("autoscalingListener", "autoscalingListener"),
        ("listenerServiceAccount", "listenerServiceAccountMetadata"),
        ("listenerRole", "listenerRoleMetadata"),
        ("listenerRoleBinding", "listenerRoleBindingMetadata"),
        ("listenerConfigSecret", "listenerConfigSecretMetadata"),
        ("ephemeralRunnerSet", "ephemeralRunnerSetMetadata"),
        ("ephemeralRunner", "ephemeralRunnerMetadata"),
        ("ephemeralRunnerConfigSecret", "ephemeralRunnerConfigSecretMetadata"),
    ] {
        let meta = values.get("resourceMeta").and_then(|meta| meta.get(from));
        if let Some(meta) = meta.filter(|meta| is_true(meta) && release.arc >= METADATA) {
            spec.insert(to.to_owned(), meta.clone());
        }
    }
    spec.insert("template".to_owned(), values_pod::template(values, mode, &name, release.arc));
    let own = own_metadata(values, "autoscalingRunnerSet");
    let mut meta = json!({"name": name, "namespace": namespace});
    for field in ["labels", "annotations"] {
        if let Some(value) = own.get(field) {
            meta[field] = value.clone();
        }
    }
    let object = json!({
        "apiVersion": "actions.github.com/v1alpha1", "kind": "AutoscalingRunnerSet", "metadata": meta, "spec": spec,
    });
    let start = line(&[]);
    let runner_set = canonical_set(object, &start, notes)?;
    Ok(Set {
        companions: companions::of_values(values, mode, &name),
        name,
        namespace,
        line: start,
        mode,
        runner_set,
        hook_template: None,
        hook_config_map: None,
        token,
    })
}

/// What templates of Go take for true.
pub fn is_true(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(truth) => *truth,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(fields) => !fields.is_empty(),
    }
}

/// A type that the chart does not know is no mode to it.
pub fn mode(values: &Json, arc: Version) -> ContainerMode {
    match values.pointer("/containerMode/type").and_then(Json::as_str) {
        Some("dind") => ContainerMode::Dind,
        Some("kubernetes") => ContainerMode::Kubernetes,
        Some("kubernetes-novolume") if arc >= NOVOLUME => ContainerMode::KubernetesNovolume,
        _ => ContainerMode::Default,
    }
}

/// The name of the Secret, and whether it holds a token. Credentials in values are never carried: they are no matter for a
/// file in Git.
fn secret(
    values: &Json,
    name: &str,
    line: &str,
    notes: &mut Vec<Note>,
) -> Result<(String, Option<bool>), String> {
    match values.get("githubConfigSecret") {
        Some(Json::String(secret)) if !secret.is_empty() => Ok((secret.clone(), None)),
        Some(Json::Object(inline)) => {
            let secret = format!("{name}-gha-rs-github-secret");
            let said = format!(
                "credentials stand in the values, of which the chart makes the Secret {secret:?}; the fleet only names it: \
                 keep that Secret when the Helm release goes, or make another"
            );
            notes.push(Note::new(Kind::NotCarried, line, said));
            Ok((secret, Some(inline.get("github_token").is_some_and(is_true))))
        }
        _ => Err("the chart refuses values without githubConfigSecret".to_owned()),
    }
}

fn proxy(values: &Json) -> Json {
    let mut proxy = Map::new();
    for scheme in ["http", "https"] {
        if let Some(server) = values.get(scheme).filter(|server| is_true(server)) {
            proxy.insert(scheme.to_owned(), server.clone());
        }
    }
    if let Some(hosts) = values.get("noProxy").filter(|hosts| hosts.is_array() && is_true(hosts)) {
        proxy.insert("noProxy".to_owned(), hosts.clone());
    }
    Json::Object(proxy)
}

/// Labels and annotations that values put on an object; those that the chart keeps for itself can't be. `of` is its part of
/// `resourceMeta`.
pub fn own_metadata(values: &Json, of: &str) -> Json {
    let mut own = json!({});
    let meta = values.get("resourceMeta").and_then(|meta| meta.get(of));
    for from in [Some(values), meta].into_iter().flatten() {
        for field in ["labels", "annotations"] {
            for (key, value) in from.get(field).and_then(Json::as_object).into_iter().flatten() {
                if !(field == "labels" && key.starts_with("actions.github.com/")) {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    own[field][key] = text.into();
                }
            }
        }
    }
    metadata(&json!({"metadata": own}), &mut Vec::new())
}
