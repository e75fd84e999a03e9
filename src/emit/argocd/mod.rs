//! How Argo CD installs the fleet.
//!
//! A person applies `root-project.yaml` and `root.yaml` once. The root is an Application of the other
//! files beside it (an app of apps), and each of those is an Application of one folder or chart:
//!
//! | wave | Application | what |
//! |---|---|---|
//! | -4 | (project) | what the others may touch |
//! | -3 | `crds` | ARC's CRDs, from the Git tag of the release |
//! | -3 | `definitions` | CRDs of fleetc's own, of fleets that have a Vault |
//! | -2 | `cluster` | namespaces, their guards, cache claims, priorities |
//! | -1 | `controller` | ARC's controller, from its chart |
//! | 0 | `pools` and every other folder of the output | |
//!
//! The controller comes after `cluster` because its namespace is made there. Argo CD waits for one wave before it
//! goes on to the next only where it knows the health of Applications; since 1.8 it must be told how
//! (`resource.customizations.health.argoproj.io_Application` in `argocd-cm`). Without that all are
//! applied at once and come right by being tried again.
//!
//! What can't happen: no Application has the finalizer with which Argo CD deletes what an Application
//! installed, so when one leaves the output, or is deleted, its objects stay. Namespaces and claims are
//! never deleted at all ([`KEEP`](super::meta::KEEP)), CRDs never pruned: with a CRD would go all
//! pools of the cluster. Argo CD does not prune an Application down to nothing (`allowEmpty` is off).
//! What does happen with `prune`: a pool that leaves the file is deleted, its accounts and roles last.
//!
//! The root's own two files are left out of what it syncs: it would wait for its own health, and a
//! commit could widen what the root may do.

mod application;
mod controller;
mod project;

pub use controller::{TRACKING_LABELS, Values, covers, crd_tag, excluded, is_controller, is_crds};

use super::kinds::AppProject;
use super::meta::{labels, map, meta};
use super::object::{Body, Object, PoolObjects};
use crate::language::nodes::Gitops;
use crate::model::{Cluster, Fleet};
use project::Contents;

/// Where Argo CD runs, as itself knows it.
const OWN_CLUSTER: &str = "https://kubernetes.default.svc";

/// The Applications and projects of all clusters; none without `gitops`.
pub fn objects(fleet: &Fleet, pools: &[PoolObjects], others: &[Object]) -> Vec<Object> {
    let Some(gitops) = &fleet.node.gitops else { return Vec::new() };
    let mut all = Vec::new();
    for (at, cluster) in fleet.clusters.iter().enumerate() {
        let target = Target { fleet, gitops, cluster };
        let contents = Contents::of(fleet, at, pools, others);
        let mut add = |file: &str, body| {
            all.push(Object::new(format!("{}argocd/{file}.yaml", cluster.folder()), body));
        };
        add("root-project", Body::AppProject(target.root_project()));
        add("root", Body::Application(Box::new(target.root())));
        add("project", Body::AppProject(target.project(&contents)));
        if fleet.controller.managed {
            add("crds", Body::Application(Box::new(target.crds())));
            add("controller", Body::Application(Box::new(target.controller())));
        }
        for folder in &contents.folders {
            add(folder, Body::Application(Box::new(target.folder(folder))));
        }
    }
    all
}

/// One cluster of the fleet, as Argo CD's target.
struct Target<'a> {
    fleet: &'a Fleet,
    gitops: &'a Gitops,
    cluster: &'a Cluster,
}

impl Target<'_> {
    /// Name of the root and of the project, and start of all other names.
    fn name(&self) -> String {
        match &self.cluster.name {
            Some(cluster) => format!("{}-{cluster}", self.fleet.node.name.value),
            None => self.fleet.node.name.to_string(),
        }
    }

    /// A folder of the output in the Git repository.
    fn path(&self, folder: &str) -> String {
        format!("{}/{}{folder}", self.gitops.path.value, self.cluster.folder())
    }

    fn project_object(&self, name: String, wave: Option<&str>) -> AppProject {
        let mut metadata = meta(name, Some(self.gitops.namespace.as_str()), labels(self.fleet));
        metadata.annotations = wave.map(|wave| map([(application::WAVE, wave)]));
        AppProject {
            api_version: "argoproj.io/v1alpha1".to_owned(),
            kind: "AppProject".to_owned(),
            metadata,
            ..AppProject::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::example;
    use std::collections::BTreeMap;

    const HEADER: &str = "fleet \"f\" {\nnamespace \"runners\"\ngithub \"https://github.com/o\" app-secret=\"s\"\ngitops repo=\"https://github.com/o/f\"\n}\n";

    fn pool(name: &str, max: u32) -> String {
        format!(
            "pool \"{name}\" {{\nmode \"dind\"\nrunners max={max}\njob cpu=1 memory=\"1Gi\" storage=\"1Gi\"\n}}\n"
        )
    }

    /// All objects that are no pool's, by path.
    fn others(fleet: &str) -> BTreeMap<String, String> {
        let run = example::run(&format!("{HEADER}{fleet}"));
        let text = |body| serde_json::to_string(body).unwrap_or_default();
        run.objects.others.iter().map(|object| (object.path.clone(), text(&object.body))).collect()
    }

    #[test]
    fn pools_change_nothing_here() {
        let one = others(&pool("a", 1));
        assert_eq!(one, others(&format!("{}{}", pool("a", 2), pool("b", 3))));
        let files: Vec<_> = one.keys().filter_map(|path| path.strip_prefix("argocd/")).collect();
        let wanted = ["cluster", "controller", "crds", "pools", "project", "root-project", "root"];
        assert_eq!(files, wanted.map(|file| format!("{file}.yaml")));
    }

    #[test]
    fn a_controller_of_others_is_left_alone() {
        let controller = "controller managed=#false service-account=\"arc\"\n";
        let files = others(&format!("{controller}{}", pool("a", 1)));
        assert!(!files.contains_key("argocd/controller.yaml") && !files.contains_key("argocd/crds.yaml"));
        let project = files.get("argocd/project.yaml").map_or("", String::as_str);
        for never in ["ClusterRole", "CustomResourceDefinition", "ghcr.io"] {
            assert!(!project.contains(never), "{never} in {project}");
        }
    }

    #[test]
    fn nothing_that_argo_cd_installs_is_deleted_with_an_application() {
        let files = others(&format!("cluster \"x\"\ncluster \"y\"\n{}", pool("a", 1)));
        assert!(files.keys().any(|path| path.starts_with("x/argocd/")), "{files:?}");
        assert!(files.values().all(|text| !text.contains("finalizers\":[")), "{files:?}");
    }
}
