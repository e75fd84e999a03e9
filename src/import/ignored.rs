//! What stands in values and has never had an effect: the chart drops it without a word.

use super::documents::Document;
use super::note::{Kind, Note};
use super::set::{items, text};
use super::values::{KNOWN, SINCE, is_true, mode};
use super::values_pod::containers;
use crate::language::nodes::ContainerMode;
use crate::language::suggest::nearest;
use crate::language::value::Version;
use crate::syntax::Sources;
use serde_json::Value as Json;

/// Notes all of it.
pub fn report(document: &Document, arc: Version, sources: &Sources, notes: &mut Vec<Note>) {
    let mut report = Report { document, arc, sources, notes };
    report.later();
    report.unknown_keys();
    report.numbers();
    report.containers();
    report.mode();
    report.others();
}

struct Report<'a> {
    document: &'a Document,
    arc: Version,
    sources: &'a Sources,
    notes: &'a mut Vec<Note>,
}

impl Report<'_> {
    fn note(&mut self, path: &[&str], text: impl Into<String>) {
        let line = self.document.line(self.sources, path);
        self.notes.push(Note::new(Kind::Ignored, line, text));
    }

    fn keys(&self, path: &[&str]) -> Vec<String> {
        let value = path.iter().try_fold(&self.document.json, |value, step| value.get(*step));
        value.and_then(Json::as_object).into_iter().flatten().map(|(key, _)| key.clone()).collect()
    }

    fn unknown(&mut self, path: &[&str], known: &[&str]) {
        for key in self.keys(path) {
            if known.contains(&key.as_str()) {
                continue;
            }
            let at: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
            let shown = at.join(".");
            let near = nearest(&key, known.iter().copied());
            let hint = near.map_or_else(String::new, |near| format!("; it was probably meant as `{near}`"));
            self.note(&at, format!("the chart knows no `{shown}`{hint}"));
        }
    }

    /// Values that later releases know.
    fn later(&mut self) {
        for (path, since) in SINCE {
            let value = path.iter().try_fold(&self.document.json, |value, step| value.get(*step));
            if self.arc < since && value.is_some_and(is_true) {
                let said = format!(
                    "the chart of {} knows no `{}` yet: {since} was the first",
                    self.arc,
                    path.join(".")
                );
                self.note(path, said);
            }
        }
    }

    fn unknown_keys(&mut self) {
        let known: Vec<&str> = KNOWN.iter().copied().chain(["template", "global"]).collect();
        self.unknown(&[], &known);
        self.unknown(&["template"], &["metadata", "spec"]);
        self.unknown(&["template", "metadata"], &["labels", "annotations"]);
        let of_mode = [
            "type",
            "kubernetesModeWorkVolumeClaim",
            "kubernetesModeServiceAccount",
            "kubernetesModeAdditionalRoleRules",
        ];
        self.unknown(&["containerMode"], &of_mode);
        self.unknown(&["proxy"], &["http", "https", "noProxy"]);
    }

    fn numbers(&mut self) {
        for field in ["minRunners", "maxRunners"] {
            let value = self.document.json.get(field);
            if let Some(value) = value.filter(|value| !value.is_number() && is_true(value)) {
                let effect =
                    if field == "maxRunners" { "the set has no maximum" } else { "no runner is kept ready" };
                let said =
                    format!("{field} is {value}, which is no number: the chart leaves it out, and {effect}");
                self.note(&[field], said);
            }
        }
    }

    fn containers(&mut self) {
        let values = &self.document.json;
        let spec = values.pointer("/template/spec").unwrap_or(&Json::Null);
        let given = containers(spec);
        let dind = mode(values, self.arc) == ContainerMode::Dind;
        for (at, container) in given.iter().enumerate() {
            let at = at.to_string();
            let path = ["template", "spec", "containers", at.as_str()];
            match text(container, "name") {
                Some("dind") if dind => self.note(
                    &path,
                    "a container `dind` in values with containerMode dind: the chart drops it for its own, so its image, \
                     arguments and resources never applied (dind-custom-dropped)",
                ),
                _ => {}
            }
        }
        if !given.iter().any(|container| text(container, "name") == Some("runner")) {
            self.note(
                &["template", "spec", "containers"],
                "no container is called `runner`: the runner's configuration is put into that one alone, so no job ever ran",
            );
        }
        let listener =
            values.get("listenerTemplate").and_then(|template| template.get("spec")).unwrap_or(&Json::Null);
        for (at, container) in items(listener, "containers").iter().enumerate() {
            let name = text(container, "name").unwrap_or("");
            if name != "listener" {
                let at = at.to_string();
                let said = format!(
                    "container {name:?} of listenerTemplate is not called `listener`: it runs beside the listener, and its \
                     settings are not the listener's (listener-container-name)"
                );
                self.note(&["listenerTemplate", "spec", "containers", at.as_str()], said);
            }
        }
    }

    fn mode(&mut self) {
        let values = &self.document.json;
        let known = ["dind", "kubernetes", "kubernetes-novolume"];
        if let Some(written) = values.pointer("/containerMode/type").filter(|written| is_true(written)) {
            let name = written.as_str().unwrap_or("");
            if name == "kubernetes-novolume" && mode(values, self.arc) == ContainerMode::Default {
                let said =
                    format!("the chart of {} knows no mode {name:?} yet: it sets no mode up", self.arc);
                self.note(&["containerMode", "type"], said);
            } else if !known.contains(&name) {
                let near = nearest(name, known);
                let hint =
                    near.map_or_else(String::new, |near| format!("; it was probably meant as {near:?}"));
                let path = ["containerMode", "type"];
                self.note(
                    &path,
                    format!("the chart knows no containerMode {written}: it sets no mode up{hint}"),
                );
            }
        }
        let mode = mode(values, self.arc);
        let claim = values.pointer("/containerMode/kubernetesModeWorkVolumeClaim").is_some_and(is_true);
        if claim && mode != ContainerMode::Kubernetes {
            let path = ["containerMode", "kubernetesModeWorkVolumeClaim"];
            self.note(&path, format!("kubernetesModeWorkVolumeClaim has no effect in mode {mode}"));
        }
        let spec = values.pointer("/template/spec").unwrap_or(&Json::Null);
        let own: &[&str] = if mode == ContainerMode::Dind { &["dind-sock", "dind-externals"] } else { &[] };
        for (at, volume) in items(spec, "volumes").iter().enumerate() {
            let name = text(volume, "name").unwrap_or("");
            if own.contains(&name) {
                let at = at.to_string();
                let said = format!(
                    "volume {name:?} is the chart's own too: the API server refuses the pod for two of one name"
                );
                self.note(&["template", "spec", "volumes", at.as_str()], said);
            }
        }
    }

    fn others(&mut self) {
        let values = &self.document.json;
        let no_proxy = values.pointer("/proxy/noProxy");
        if no_proxy.is_some_and(|hosts| !hosts.is_array() && is_true(hosts)) {
            self.note(&["proxy", "noProxy"], "noProxy is no list: the chart leaves it out");
        }
        if text(values, "githubConfigUrl").is_some_and(|url| url.ends_with('/')) {
            self.note(&["githubConfigUrl"], "the chart cuts the slash off the end of githubConfigUrl");
        }
        for field in ["fullnameOverride", "nameOverride"] {
            if values.get(field).is_some_and(is_true) {
                self.note(&[field], format!("{field} has no effect on the runner set"));
            }
        }
        if values.pointer("/githubServerTLS/runnerMountPath").is_some_and(is_true)
            && let Some(key) =
                values.pointer("/githubServerTLS/certificateFrom/configMapKeyRef/key").and_then(Json::as_str)
            && !key.ends_with(".crt")
        {
            let said =
                format!("key {key:?} does not end in .crt: update-ca-certificates passes over it (ca-key)");
            self.note(&["githubServerTLS", "certificateFrom", "configMapKeyRef", "key"], said);
        }
    }
}
