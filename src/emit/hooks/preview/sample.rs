//! A job that stands for all jobs of a pool.

use crate::model::Pool;

/// What a hook is told of a job, and where its runner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleJob {
    /// Image that the workflow names under `container:`.
    pub image: String,
    /// Images of its services.
    pub services: Vec<String>,
    /// Variables that the runner passes on to all containers of the job.
    pub env: Vec<(String, String)>,
    /// Name of the runner's pod.
    pub runner: String,
    /// Namespace of the runner's pod.
    pub namespace: String,
    /// Node that the runner's pod is on.
    pub node: String,
    /// Name of the repository: the job's folder is `/__w/NAME/NAME`.
    pub repository: String,
}

/// Longest part of a generated name that is not random (`names.SimpleNameGenerator` of Kubernetes).
const LONGEST_BASE: usize = 58;

impl SampleJob {
    /// A job of the pool, in `ubuntu:24.04` and without services.
    pub fn of(pool: &Pool) -> Self {
        let set = generated(&format!("{}-", pool.name()), "abcde");
        Self {
            image: "ubuntu:24.04".to_owned(),
            services: Vec::new(),
            env: proxy(pool),
            runner: generated(&format!("{set}-runner-"), "fghij"),
            namespace: pool.namespace.to_string(),
            node: "node-of-the-runner".to_owned(),
            repository: "repository".to_owned(),
        }
    }
}

/// A name that the API server generates; ARC names a pool's set and its runners so.
fn generated(base: &str, random: &str) -> String {
    let kept: String = base.chars().take(LONGEST_BASE).collect();
    format!("{kept}{random}")
}

/// The runner tells every container the proxy that it uses itself (`UpdateWebProxyEnv` of its release
/// 2.336.0). Where a Secret completes the address, that is left out here.
fn proxy(pool: &Pool) -> Vec<(String, String)> {
    let Some(proxy) = &pool.proxy else { return Vec::new() };
    let server = |server: &crate::language::nodes::ProxyServer| server.url.to_string();
    let hosts: Vec<_> =
        proxy.no_proxy.iter().flat_map(|none| &none.hosts).map(|host| host.to_string()).collect();
    let hosts = (!hosts.is_empty()).then(|| hosts.join(","));
    let pairs = [
        ("HTTP_PROXY", proxy.http.as_ref().map(server)),
        ("HTTPS_PROXY", proxy.https.as_ref().map(server)),
        ("NO_PROXY", hosts),
    ];
    let mut env = Vec::new();
    for (name, value) in pairs {
        let Some(value) = value else { continue };
        env.push((name.to_owned(), value.clone()));
        env.push((name.to_lowercase(), value));
    }
    env
}
