//! What the whole fleet shares.

use crate::language::node::node;
use crate::language::value::{
    ConfigKey, Count, FilePath, GithubUrl, ImageRef, Name, ObjectName, RunnerGroup, Text, Url, Version,
    choice,
};

node! {
    /// What the whole fleet shares.
    "fleet" => Fleet {
        /// The fleet's name: it marks every object that fleetc writes.
        "name" name: arg Name,
        /// The namespace of pools that name no other.
        "namespace" namespace: child NamespaceName,
        /// Where runners register, unless a pool says otherwise.
        "github" github: child Github,
        /// A proxy for all pools.
        "proxy" proxy: opt_child Proxy,
        /// Where Argo CD reads the output.
        "gitops" gitops: opt_child Gitops,
        /// How much one change may interrupt.
        "rollout" rollout: opt_child Rollout,
    }
}

node! {
    /// How much one change of the file may interrupt. `fleetc diff` holds changes to it.
    "rollout" => Rollout {
        /// Most pools whose listener may restart, or whose runners may be replaced, at a time.
        "pools" pools: prop Count,
    }
}

node! {
    /// A namespace of Kubernetes.
    "namespace" => NamespaceName {
        /// Its name.
        "name" name: arg Name => "namespace",
    }
}

node! {
    /// Where runners register and with which credentials. In a pool, it completes the fleet's.
    "github" => Github {
        /// The organization, repository or enterprise.
        "url" url: arg GithubUrl,
        /// Secret with `github_app_id`, `github_app_installation_id` and `github_app_private_key`.
        "app-secret" app_secret: opt_prop ObjectName,
        /// Secret with `github_token`.
        "token-secret" token_secret: opt_prop ObjectName,
        /// The runner group that the scale set joins. It must exist at GitHub.
        "runner-group" runner_group: opt_prop RunnerGroup => "runner-group",
        /// Release of a GitHub Enterprise Server, such as "3.18".
        "server-version" server_version: opt_prop Version,
        /// The server's own certificate authority.
        "certificate" certificate: opt_child Certificate,
    }
}

node! {
    /// A certificate authority that a GitHub Enterprise Server is signed by.
    "certificate" => Certificate {
        /// ConfigMap in the pool's namespace.
        "config-map" config_map: prop ObjectName,
        /// Its key. It ends in `.crt`, or update-ca-certificates does not read it.
        "key" key: prop ConfigKey = "\"ca.crt\"",
    }
}

node! {
    /// A proxy between the cluster and GitHub.
    "proxy" => Proxy {
        /// Proxy for http.
        "http" http: opt_child ProxyServer,
        /// Proxy for https.
        "https" https: opt_child ProxyServer,
        /// Hosts that are reached without it.
        "no-proxy" no_proxy: opt_child NoProxy,
    }
}

node! {
    /// One proxy server.
    "server" => ProxyServer {
        /// Its address.
        "url" url: arg Url,
        /// Secret with the keys `username` and `password`, in the pool's namespace.
        "secret" secret: opt_prop ObjectName,
    }
}

node! {
    /// Hosts that are reached without the proxy.
    "no-proxy" => NoProxy {
        /// Host names, domain suffixes or CIDR blocks.
        "hosts" hosts: args Text,
    }
}

choice! {
    /// How Argo CD marks the objects that it owns.
    "tracking method" Tracking {
        /// By an annotation, which ARC does not copy to the objects that it makes.
        "annotation" => Annotation,
        /// By the label app.kubernetes.io/instance or argocd.argoproj.io/instance.
        "label" => Label,
    }
}

node! {
    /// Where Argo CD reads the output.
    "gitops" => Gitops {
        /// The Git repository of the fleet file.
        "repo" repo: prop Url,
        /// The folder of the output in it.
        "path" path: prop FilePath = "\"out\"",
        /// Branch, tag or commit.
        "revision" revision: prop Text = "\"main\"",
        /// Namespace of Argo CD.
        "namespace" namespace: prop Name = "\"argocd\"",
        /// How Argo CD marks what it owns.
        "tracking" tracking: prop Tracking = "\"annotation\"",
        /// Whether Argo CD deletes what leaves the output.
        "prune" prune: prop bool = "#true",
        /// Whether Argo CD undoes changes made by hand.
        "self-heal" self_heal: prop bool = "#true",
        /// Whether Argo CD replaces objects rather than patching them.
        "replace" replace: prop bool = "#false",
    }
}

node! {
    /// The releases that the fleet runs.
    "versions" => Versions {
        /// Release of ARC: its controller, its CRDs and the contract that the output honours.
        "arc" arc: opt_child ArcVersion,
        /// Image of the runner.
        "runner" runner: opt_child Image,
        /// Image of the Docker daemon in `dind` pools.
        "dind" dind: opt_child Image,
        /// Image of fleet-controller. None is published: without this word it is not installed, and no backup is made.
        "fleet-controller" fleet_controller: opt_child Image,
        /// Release of Kubernetes, of the clusters that name no other.
        "kubernetes" kubernetes: opt_child KubernetesVersion,
    }
}

node! {
    /// Release of ARC.
    "arc" => ArcVersion {
        /// The release of the controller.
        "version" version: arg Version,
        /// Release of the CRDs, where another than the controller's is installed.
        "crds" crds: opt_prop Version,
        /// `app.kubernetes.io/version` of the pools, where another than the controller's is wanted.
        "label" label: opt_prop Text,
    }
}

node! {
    /// A container image.
    "image" => Image {
        /// The image.
        "image" image: arg ImageRef,
        /// Release of the runner in it, where the tag does not say it.
        "version" version: opt_prop Version,
    }
}

node! {
    /// Release of Kubernetes.
    "kubernetes" => KubernetesVersion {
        /// Such as "1.33".
        "version" version: arg Version,
    }
}

choice! {
    /// What becomes of running jobs when a pool's pod template changes.
    "update strategy" UpdateStrategy {
        /// New runners start at once, beside the old ones.
        "immediate" => Immediate,
        /// New runners start when the old ones are done.
        "eventual" => Eventual,
    }
}

node! {
    /// ARC's controller, which serves all pools of a cluster.
    "controller" => Controller {
        /// Its namespace; listeners run there too.
        "namespace" namespace: prop Name = "\"arc-systems\"" => "namespace",
        /// Its ServiceAccount, which every pool's Roles are bound to.
        "service-account" service_account: opt_prop Name,
        /// Whether fleetc emits the Argo CD Application that installs it.
        "managed" managed: prop bool = "#true",
        /// Replicas; more than one elect a leader.
        "replicas" replicas: prop Count = "1",
        /// The only namespace that it looks at; all of them where this is absent.
        "watch-namespace" watch_namespace: opt_prop Name => "namespace",
        /// What becomes of running jobs when a pool's pod template changes.
        "update-strategy" update_strategy: prop UpdateStrategy = "\"eventual\"",
        /// Runners that are reconciled at the same time.
        "concurrent-reconciles" concurrent_reconciles: opt_prop Count,
        /// Requests a second that it may send to the API server.
        "api-qps" api_qps: opt_prop Count,
        /// Requests that it may send to the API server at once.
        "api-burst" api_burst: opt_prop Count,
        /// Whether controller and listeners export metrics.
        "metrics" metrics: prop bool = "#true",
        /// Prefixes of labels that are not copied from a pool to the objects made for it.
        "exclude-label-propagation" exclude_labels: opt_child LabelPrefixes,
    }
}

node! {
    /// Prefixes of labels that ARC does not copy from a pool to the objects that it makes.
    "exclude-label-propagation" => LabelPrefixes {
        /// The prefixes.
        "prefixes" prefixes: args Text,
    }
}
