//! Accounts and roles of sets: fleetc makes them anew, with what people added to them.

use super::documents::Document;
use super::live::Surroundings;
use super::note::{Kind, Note};
use super::set::{Companion, Set, is_empty, items, metadata, text};
use super::values::{is_true, own_metadata};
use crate::language::nodes::ContainerMode;
use serde_json::{Value as Json, json};

/// What values add to the accounts and roles that the chart makes in this mode.
pub fn of_values(values: &Json, mode: ContainerMode, name: &str) -> Vec<(&'static str, String, Companion)> {
    let own_account = values.pointer("/template/spec/serviceAccountName").is_some_and(is_true);
    let (manager, hooks, plain) = ("manager", "kube-mode", "no-permission");
    let has = |suffix: &str| match suffix {
        "kube-mode" => mode.has_workflow_pod() && !own_account,
        "no-permission" => !mode.has_workflow_pod() && !own_account,
        _ => true,
    };
    let mut all = Vec::new();
    for (of, kind, suffix) in [
        ("managerRole", "Role", manager),
        ("managerRoleBinding", "RoleBinding", manager),
        ("kubernetesModeRole", "Role", hooks),
        ("kubernetesModeRoleBinding", "RoleBinding", hooks),
        ("kubernetesModeServiceAccount", "ServiceAccount", hooks),
        ("noPermissionServiceAccount", "ServiceAccount", plain),
    ] {
        let mut meta = own_metadata(values, of);
        let of_mode = values.pointer("/containerMode/kubernetesModeServiceAccount/annotations");
        for (key, value) in of_mode.and_then(Json::as_object).into_iter().flatten() {
            if (kind, suffix) == ("ServiceAccount", hooks) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                meta["annotations"][key] = text.into();
            }
        }
        if has(suffix) && !is_empty(&meta) {
            all.push((kind, format!("{name}-gha-rs-{suffix}"), Companion::Merge(json!({"metadata": meta}))));
        }
    }
    let rules =
        values.get("containerMode").map_or(&[][..], |mode| items(mode, "kubernetesModeAdditionalRoleRules"));
    if !rules.is_empty() && has(hooks) {
        all.push(("Role", format!("{name}-gha-rs-{hooks}"), Companion::Operations(added(rules.iter()))));
    }
    all
}

/// Operations that add rules to a role.
fn added<'j>(rules: impl Iterator<Item = &'j Json>) -> Json {
    rules.map(|rule| json!({"op": "add", "path": "/rules/-", "value": rule})).collect()
}

/// Accounts and roles of a set are made anew; the binding of the controller says who that is.
pub fn take(document: &Document, kind: &str, around: &mut Surroundings, line: &str, notes: &mut Vec<Note>) {
    let name = document.metadata("name").unwrap_or("");
    if kind == "RoleBinding" && name.ends_with("-manager") {
        let subjects = items(&document.json, "subjects");
        let subject = subjects.iter().find(|subject| text(subject, "kind") == Some("ServiceAccount"));
        let found = subject.and_then(|subject| Some((text(subject, "namespace")?, text(subject, "name")?)));
        if let Some((namespace, name)) = found {
            around.controller = Some((namespace.to_owned(), name.to_owned()));
        }
    }
    let kinds = ["Role", "RoleBinding", "ServiceAccount"];
    if let Some(kind) = kinds.into_iter().find(|known| *known == kind) {
        let namespace = document.metadata("namespace").unwrap_or("default").to_owned();
        around.companions.push((kind, namespace, document.json.clone()));
    }
    if !["-manager", "-kube-mode", "-no-permission"].iter().any(|end| name.ends_with(end)) {
        let said = format!("{kind} {name:?} is none that the chart makes: `manifest` carries a file along");
        notes.push(Note::new(Kind::NotCarried, line, said));
    }
}

/// What people added to accounts and roles of sets: labels, annotations, and rules of the hooks' role.
pub fn of_live(sets: &mut [Set], around: &Surroundings) {
    for set in sets {
        for (kind, namespace, object) in &around.companions {
            let meta = metadata(object, &mut Vec::new());
            let name = text(&meta, "name").unwrap_or("").to_owned();
            let own = name.strip_prefix(set.name.as_str()).is_some_and(|rest| rest.starts_with("-gha-rs-"));
            // A manifest that is applied with `--namespace` names none.
            if !own || (*namespace != set.namespace && namespace != "default") {
                continue;
            }
            let mut marked = meta;
            if let Some(fields) = marked.as_object_mut() {
                fields.retain(|key, _| key == "labels" || key == "annotations");
            }
            for field in ["labels", "annotations"] {
                if let Some(marks) = marked.get_mut(field).and_then(Json::as_object_mut) {
                    marks.retain(|key, _| !key.contains("fleetc") && !key.starts_with("argocd.argoproj.io/"));
                }
            }
            if !is_empty(&marked) {
                set.companions.push((kind, name.clone(), Companion::Merge(json!({"metadata": marked}))));
            }
            let more = added(items(object, "rules").iter().filter(|rule| *kind == "Role" && !is_known(rule)));
            if !is_empty(&more) {
                set.companions.push((kind, name, Companion::Operations(more)));
            }
        }
    }
}

/// Whether the chart gives a rule by itself, for the controller or for the hooks.
fn is_known(rule: &Json) -> bool {
    let known = [
        "pods",
        "pods/exec",
        "pods/log",
        "pods/status",
        "jobs",
        "secrets",
        "serviceaccounts",
        "roles",
        "rolebindings",
        "configmaps",
    ];
    let resources = items(rule, "resources");
    !resources.is_empty()
        && resources
            .iter()
            .all(|resource| resource.as_str().is_some_and(|resource| known.contains(&resource)))
}
