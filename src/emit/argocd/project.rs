//! What the Applications of a fleet may touch: exactly what the output holds.

use super::{OWN_CLUSTER, Target, application, controller};
use crate::emit::arc::COMPANION_KINDS;
use crate::emit::kinds::{AppProject, AppProjectSpec, Destination, GroupKind};
use crate::emit::object::{Body, Object, PoolObjects};
use crate::model::Fleet;
use std::collections::BTreeSet;

/// What the output holds for one cluster, as far as Argo CD cares.
#[derive(Default)]
pub struct Contents {
    /// Folders of concerns, such as `pools`.
    pub folders: BTreeSet<String>,
    cluster_kinds: BTreeSet<GroupKind>,
    namespaced_kinds: BTreeSet<GroupKind>,
    namespaces: BTreeSet<String>,
}

impl Contents {
    /// Looks through all objects of a cluster.
    pub fn of(fleet: &Fleet, cluster: usize, pools: &[PoolObjects], others: &[Object]) -> Self {
        let mut contents = Self::default();
        // Objects without a namespace go to the fleet's.
        contents.namespaces.insert(fleet.node.namespace.name.to_string());
        for (pool, objects) in fleet.pools.iter().zip(pools).filter(|(pool, _)| pool.cluster == cluster) {
            contents.folders.insert("pools".to_owned());
            contents.namespaces.insert(pool.namespace.to_string());
            contents.namespaced_kinds.insert(kind("actions.github.com", "AutoscalingRunnerSet"));
            if objects.hook_template.is_some() {
                contents.namespaced_kinds.insert(kind("", "ConfigMap"));
            }
            // They are of the same kinds in nearly every pool.
            if !COMPANION_KINDS
                .iter()
                .all(|(group, name)| contents.namespaced_kinds.contains(&kind(group, name)))
            {
                let kinds = objects.companions(fleet, pool);
                let kinds = kinds.iter().map(|object| kind(object.body.group(), &object.body.kind()));
                contents.namespaced_kinds.extend(kinds);
            }
        }
        let folder = fleet.clusters[cluster].folder();
        for object in others {
            if let Some((concern, _)) =
                object.path.strip_prefix(&folder).and_then(|rest| rest.split_once('/'))
            {
                contents.folders.insert(concern.to_owned());
                contents.add(&object.body);
            }
        }
        if fleet.controller.managed {
            contents.add_controller(fleet);
        }
        contents
    }

    fn add(&mut self, body: &Body) {
        let found = kind(body.group(), &body.kind());
        match (body.metadata().namespace, body) {
            (Some(namespace), _) => {
                self.namespaces.insert(namespace);
                self.namespaced_kinds.insert(found);
            }
            (None, Body::Manifest(_)) => {
                // Its kind may have a namespace, and be put into the fleet's.
                self.namespaced_kinds.insert(found.clone());
                self.cluster_kinds.insert(found);
            }
            (None, _) => {
                self.cluster_kinds.insert(found);
            }
        }
    }

    /// What the chart of the controller and ARC's CRDs hold (release 0.14.2).
    fn add_controller(&mut self, fleet: &Fleet) {
        let rbac = "rbac.authorization.k8s.io";
        self.cluster_kinds.extend([
            kind("apiextensions.k8s.io", "CustomResourceDefinition"),
            kind(rbac, "ClusterRole"),
            kind(rbac, "ClusterRoleBinding"),
        ]);
        self.namespaced_kinds.extend([
            kind("", "ServiceAccount"),
            kind("apps", "Deployment"),
            kind(rbac, "Role"),
            kind(rbac, "RoleBinding"),
        ]);
        self.namespaces.insert(fleet.controller.namespace.to_string());
        let watched = fleet.controller.node.as_ref().and_then(|node| node.watch_namespace.as_ref());
        self.namespaces.extend(watched.map(|name| name.to_string()));
    }
}

fn kind(group: &str, kind: &str) -> GroupKind {
    GroupKind { group: group.to_owned(), kind: kind.to_owned() }
}

impl Target<'_> {
    /// The project of all Applications but the root.
    pub(super) fn project(&self, contents: &Contents) -> AppProject {
        let mut repos = vec![self.gitops.repo.to_string()];
        if self.fleet.controller.managed {
            repos.extend([controller::CRD_REPO.to_owned(), controller::CHART_REPO.to_owned()]);
        }
        let destination = |namespace: &String| Destination {
            server: self.cluster.server.clone(),
            namespace: Some(namespace.clone()),
        };
        let mut project = self.project_object(self.name(), Some(application::PROJECT_WAVE));
        project.spec = AppProjectSpec {
            description: format!("Runners of the fleet {}", self.fleet.node.name.value),
            source_repos: repos,
            destinations: contents.namespaces.iter().map(destination).collect(),
            cluster_resource_whitelist: contents.cluster_kinds.iter().cloned().collect(),
            namespace_resource_whitelist: contents.namespaced_kinds.iter().cloned().collect(),
        };
        project
    }

    /// The project of the root, which makes Applications and nothing else. Who may make an Application may
    /// name any project in it, so this right is kept away from the others.
    pub(super) fn root_project(&self) -> AppProject {
        let mut project = self.project_object(self.root_project_name(), None);
        project.spec = AppProjectSpec {
            description: format!("Applications of the fleet {}", self.fleet.node.name.value),
            source_repos: vec![self.gitops.repo.to_string()],
            destinations: vec![Destination {
                server: OWN_CLUSTER.to_owned(),
                namespace: Some(self.gitops.namespace.to_string()),
            }],
            cluster_resource_whitelist: Vec::new(),
            namespace_resource_whitelist: vec![
                kind("argoproj.io", "AppProject"),
                kind("argoproj.io", "Application"),
            ],
        };
        project
    }

    pub(super) fn root_project_name(&self) -> String {
        format!("{}-root", self.name())
    }
}
