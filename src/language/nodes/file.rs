//! The file itself.

use super::*;
use crate::language::decode::{Decode, Decoder};
use crate::language::node::node;
use crate::language::spec::NodeSpec;
use crate::language::value::FilePath;
use crate::language::walk::{Facts, Named, Walk};
use crate::syntax::{Node, SourceId, Span};

node! {
    /// A fleet file.
    "" => File {
        /// Another file whose nodes belong to this fleet.
        "include" includes: list Include,
        /// What the whole fleet shares.
        "fleet" fleet: child Fleet,
        /// The releases that the fleet runs.
        "versions" versions: opt_child Versions,
        /// ARC's controller, which serves all pools of a cluster.
        "controller" controller: opt_child Controller,
        /// A Kubernetes cluster. A fleet that names none has one.
        "cluster" clusters: children Cluster,
        /// What a namespace of runners is given beside its pools.
        "namespace" namespaces: children Namespace,
        /// How much more important some pods are than others.
        "priority" priorities: children Priority,
        /// A class of machines.
        "hardware" hardware: children Hardware,
        /// Data that outlives a job.
        "cache" caches: children Cache,
        /// What several pools have in common.
        "template" templates: list Template,
        /// A pool of runners: one runner scale set.
        "pool" pools: children Pool,
        /// A name that workflows may no longer use.
        "retired" retired: children Retired,
        /// What GitHub lets use a runner group.
        "runner-group" runner_groups: children RunnerGroupPolicy,
        /// A repository whose workflows use the fleet.
        "repository" repositories: children Repository,
        /// A configuration variable of GitHub that workflows depend on.
        "variable" variables: list Variable,
        /// Labels of runners that are not this fleet's.
        "other-runners" other_runners: list OtherRunners,
        /// Raises, lowers or silences a rule.
        "rule" rules: list RuleLevel,
        /// A change to an emitted object that the language has no word for.
        "patch" patches: list Patch,
        /// A Kubernetes manifest that is carried along.
        "manifest" manifests: children Manifest,
        /// A server of secrets, and who may read and write them.
        "vault" vaults: list Vault,
        /// What fleet-controller does where a cluster is not as the file says.
        "upkeep" upkeep: opt_child Upkeep,
        /// What fleet-exporter measures.
        "exporter" exporter: opt_child Exporter,
        /// What people are woken for.
        "alerts" alerts: opt_child Alerts,
        /// How alerts, monitors and dashboards reach Prometheus and Grafana.
        "monitoring" monitoring: opt_child Monitoring,
        /// Reusable GitHub workflows.
        "workflows" workflows: opt_child Workflows,
    }
}

node! {
    /// Reads another file as if it stood here.
    "include" => Include {
        /// The file, relative to this one.
        "path" path: arg FilePath,
    }
}

/// What several pools have in common; `from=` names it.
///
/// It holds what a pool holds, need not be complete, and can itself build on a template. Its content
/// reaches the pools before decoding (`language::flatten`), so nothing of it is kept here.
#[derive(Clone, Debug, PartialEq)]
pub struct Template;

impl Decode for Template {
    const SPEC: NodeSpec = NodeSpec {
        word: "template",
        doc: "What several pools have in common. It holds what a pool holds, and need not be complete.\n",
        fields: <Pool as Decode>::SPEC.fields,
    };

    fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Option<Self> {
        decoder.inspect::<Pool>(node);
        Some(Self)
    }
}

/// What a template holds has reached its pools: there is nothing to tell of itself.
impl Walk for Template {
    fn walk(&self, _: &mut Facts) {}
}

impl Named for Template {
    fn own_name(&self) -> Option<String> {
        None
    }

    fn own_span(&self) -> Span {
        Span { source: SourceId(0), start: 0, end: 0 }
    }
}
