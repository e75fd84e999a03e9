//! Applications.

use super::{OWN_CLUSTER, Target, controller};
use crate::contract::arc::{OWNED_ANNOTATIONS, OWNED_LABELS};
use crate::emit::companions;
use crate::emit::kinds::{
    Application, ApplicationSource, ApplicationSpec, Automated, Destination, Directory, Helm,
    IgnoreDifference, Retry, SyncPolicy,
};
use crate::emit::meta::{labels, map, meta};
use crate::emit::vault::DEFINITIONS;
use crate::model::Fleet;

/// The annotation that orders what one sync applies.
pub const WAVE: &str = "argocd.argoproj.io/sync-wave";
/// Wave of the project: nothing is possible without it.
pub const PROJECT_WAVE: &str = "-4";
const CRD_WAVE: &str = "-3";
const CLUSTER_WAVE: &str = "-2";
const CONTROLLER_WAVE: &str = "-1";
const OTHER_WAVE: &str = "0";

/// Applies only what differs: a sync of 10,000 pools would else send them all, and an object that is
/// replaced rather than patched would be made anew each time.
const ONLY_CHANGES: &str = "ApplyOutOfSyncOnly=true";

/// Times that a failed sync is tried again: with Argo CD's own pauses (5 seconds, doubled up to
/// three minutes) a quarter of an hour, in which a controller comes up. Without an end Argo CD would
/// hold on to a broken commit while its correction waits.
const RETRIES: i64 = 10;

impl Target<'_> {
    /// The Application of all others.
    pub(super) fn root(&self) -> Application {
        let source = ApplicationSource {
            directory: Some(Directory {
                recurse: false,
                include: None,
                exclude: Some("{root.yaml,root-project.yaml}".to_owned()),
            }),
            ..self.git("argocd")
        };
        let destination = Destination {
            server: OWN_CLUSTER.to_owned(),
            namespace: Some(self.gitops.namespace.to_string()),
        };
        let mut root = self.application(self.name(), None, source, destination);
        root.spec.project = self.root_project_name();
        root
    }

    /// A folder of the output.
    pub(super) fn folder(&self, folder: &str) -> Application {
        let source = ApplicationSource {
            directory: Some(Directory { recurse: true, include: None, exclude: None }),
            ..self.git(folder)
        };
        let wave = match folder {
            DEFINITIONS => CRD_WAVE,
            "cluster" => CLUSTER_WAVE,
            _ => OTHER_WAVE,
        };
        let destination = self.destination(self.fleet.node.namespace.name.as_str());
        let mut folder_app =
            self.application(format!("{}-{folder}", self.name()), Some(wave), source, destination);
        let mut options = vec![ONLY_CHANGES.to_owned()];
        if folder == "pools" {
            folder_app.spec.ignore_differences = Some(vec![owned_by_controller(self.fleet)]);
            // Else a sync takes off what the comparison has passed over.
            options.push("RespectIgnoreDifferences=true".to_owned());
        }
        if folder == DEFINITIONS {
            // Larger than the annotation that client-side apply keeps, as ARC's are.
            options.push("ServerSideApply=true".to_owned());
        } else if self.gitops.replace.value {
            options.push("Replace=true".to_owned());
        }
        folder_app.spec.sync_policy.sync_options = Some(options);
        folder_app
    }

    /// ARC's CRDs. They are larger than the annotation that client-side apply keeps (262,144 bytes),
    /// and pruning one would delete every pool of the cluster.
    pub(super) fn crds(&self) -> Application {
        let source = ApplicationSource {
            repo_url: controller::CRD_REPO.to_owned(),
            target_revision: controller::crd_tag(self.fleet.versions.crds),
            path: Some(controller::CRD_PATH.to_owned()),
            ..ApplicationSource::default()
        };
        let destination = self.destination(self.fleet.controller.namespace.as_str());
        let name = format!("{}-crds", self.name());
        let mut crds = self.application(name, Some(CRD_WAVE), source, destination);
        crds.spec.sync_policy.automated =
            Some(Automated { prune: false, self_heal: self.gitops.self_heal.value });
        crds.spec.sync_policy.sync_options = Some(vec!["ServerSideApply=true".to_owned()]);
        crds
    }

    /// ARC's controller.
    pub(super) fn controller(&self) -> Application {
        let source = ApplicationSource {
            repo_url: controller::CHART_REPO.to_owned(),
            chart: Some(controller::CHART.to_owned()),
            target_revision: self.fleet.versions.arc.version.to_string(),
            helm: Some(Helm {
                release_name: controller::RELEASE_NAME.to_owned(),
                skip_crds: true,
                values_object: controller::values(self.fleet, self.gitops),
            }),
            ..ApplicationSource::default()
        };
        let destination = self.destination(self.fleet.controller.namespace.as_str());
        self.application(format!("{}-controller", self.name()), Some(CONTROLLER_WAVE), source, destination)
    }

    fn application(
        &self,
        name: String,
        wave: Option<&str>,
        source: ApplicationSource,
        destination: Destination,
    ) -> Application {
        let mut metadata = meta(name, Some(self.gitops.namespace.as_str()), labels(self.fleet));
        metadata.annotations = wave.map(|wave| map([(WAVE, wave)]));
        Application {
            api_version: "argoproj.io/v1alpha1".to_owned(),
            kind: "Application".to_owned(),
            metadata,
            spec: ApplicationSpec {
                project: self.name(),
                source,
                destination,
                sync_policy: SyncPolicy {
                    automated: Some(Automated {
                        prune: self.gitops.prune.value,
                        self_heal: self.gitops.self_heal.value,
                    }),
                    sync_options: None,
                    retry: Some(Retry { limit: RETRIES }),
                },
                ignore_differences: None,
            },
        }
    }

    fn git(&self, folder: &str) -> ApplicationSource {
        ApplicationSource {
            repo_url: self.gitops.repo.to_string(),
            target_revision: self.gitops.revision.to_string(),
            path: Some(self.path(folder)),
            ..ApplicationSource::default()
        }
    }

    fn destination(&self, namespace: &str) -> Destination {
        Destination { server: self.cluster.server.clone(), namespace: Some(namespace.to_owned()) }
    }
}

/// What ARC's controller writes into the resources that it is given.
fn owned_by_controller(fleet: &Fleet) -> IgnoreDifference {
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    let annotations = OWNED_ANNOTATIONS.iter().map(|key| format!("/metadata/annotations/{}", escape(key)));
    let labels = OWNED_LABELS.iter().map(|key| format!("/metadata/labels/{}", escape(key)));
    let finalizers = std::iter::once("/metadata/finalizers".to_owned());
    let numbers: &[&str] =
        if companions::guard_enforces(fleet) { &["/spec/maxRunners", "/spec/minRunners"] } else { &[] };
    IgnoreDifference {
        group: "actions.github.com".to_owned(),
        kind: "AutoscalingRunnerSet".to_owned(),
        jq_path_expressions: None,
        json_pointers: Some(
            annotations
                .chain(labels)
                .chain(finalizers)
                .chain(numbers.iter().map(|path| (*path).to_owned()))
                .collect(),
        ),
    }
}
