//! Fleets without errors, in every shape that the language has words for.

use super::generate::{Mode, Node, Pool, Size, text};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// A fleet as data.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Everything but the pools.
    pub surroundings: Vec<Node>,
    /// The pools.
    pub pools: Vec<Pool>,
}

impl Fleet {
    /// Its top-level nodes.
    pub fn nodes(&self) -> Vec<Node> {
        self.surroundings.iter().cloned().chain(self.pools.iter().map(Pool::node)).collect()
    }

    /// Its text.
    pub fn text(&self) -> String {
        text(&self.nodes())
    }

    /// One pool in which the runner's own container does the work.
    pub fn plain() -> Self {
        let mut pool = Pool::new("plain");
        pool.mode = Some(Mode::Default);
        Self { surroundings: vec![header(false)], pools: vec![pool] }
    }
}

fn header(gitops: bool) -> Node {
    let github = Node::new("github").arg("https://github.com/my-org").prop("app-secret", "github-app");
    let gitops = gitops.then(|| Node::new("gitops").prop("repo", "https://github.com/my-org/fleet"));
    Node::new("fleet")
        .arg("random")
        .child(Node::new("namespace").arg("arc-runners"))
        .child(github)
        .children(gitops)
}

/// Strings that readers of YAML, of KDL or of both have stumbled over.
pub fn nasty() -> impl Strategy<Value = String> {
    let words = [
        "yes",
        "NO",
        "on",
        "y",
        "null",
        "~",
        "Null",
        "true",
        "0644",
        "0o7",
        "0x1f",
        "1_000",
        "60:30",
        "1e3",
        ".inf",
        "-.INF",
        ".nan",
        "2001-01-01",
        "12:00:00",
        "=",
        "<<",
        "- a",
        "a: b",
        "a #b",
        "# a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        ">-",
        "---",
        "...",
        "--- a",
        "%YAML 1.1",
        "@a",
        "`a",
        "{a: b}",
        "[a]",
        "a,",
        "",
        " ",
        " a",
        "a ",
        "\n",
        "\n\n",
        "a\n",
        "\na",
        "a\n\n",
        " a\nb",
        "a\n b\n",
        "\ta\n",
        "a\n\tb\n",
        "\t",
        "a\tb",
        "$(A)",
        "${{ a }}",
        "{{ a }}",
        "\u{feff}",
        "\u{feff}a",
        "\u{2028}",
        "a\u{2029}\nb",
        "\u{a0}",
        "\u{fffe}",
        "\u{10ffff}",
        "é\n\u{1f600}\n",
        "'",
        "''",
        "\"",
        "\\",
        "\\n",
        "a\\\nb",
        "/",
        "/*",
        "\"#",
        "\"\"\"",
    ];
    let letters =
        select("aZ09 \n\t-:#'\"\\,.[]{}&*!|>%@`?=~_$()<é\u{2028}\u{feff}😀".chars().collect::<Vec<_>>());
    let mixed = vec(letters, 0..12).prop_map(|letters| letters.into_iter().collect());
    prop_oneof![select(words.to_vec()).prop_map(str::to_owned), mixed]
}

/// Fleets of one to six pools.
pub fn fleet() -> impl Strategy<Value = Fleet> {
    let pools = vec((pool(), name()), 1..=6).prop_map(|pools| {
        let name = |(at, (mut pool, name)): (usize, (Pool, String))| {
            pool.name = format!("{name}{at}");
            pool
        };
        pools.into_iter().enumerate().map(name).collect::<Vec<_>>()
    });
    (pools, any::<bool>(), any::<bool>(), namespaces(), any::<bool>()).prop_map(
        |(pools, gitops, clusters, namespaces, priority_preempts)| {
            let mut surroundings = vec![header(gitops)];
            surroundings.extend(common(priority_preempts));
            surroundings.extend(namespaces);
            if clusters {
                // One name at GitHub is one scale set: each cluster joins a group of its own.
                let cluster = |name: &str| {
                    let server = format!("https://{name}.example.com:6443");
                    Node::new("cluster").arg(name).prop("server", server).prop("runner-group", name)
                };
                surroundings.extend([cluster("east"), cluster("west").prop("mtu", 1400)]);
            }
            Fleet { surroundings, pools }
        },
    )
}

/// What pools name: hardware, caches, templates, priorities.
fn common(preempt: bool) -> Vec<Node> {
    let class = |name: &str, device: Option<&str>| {
        let nodes = Node::new("nodes")
            .arg(name)
            .prop("count", 100)
            .prop("cpu", 128)
            .prop("memory", "1Ti")
            .maybe("devices", device.map(|_| 64));
        Node::new("hardware")
            .arg(name)
            .children(device.map(|device| Node::new("device").arg(device)))
            .child(Node::new("select").arg("example.com/class").arg(name))
            .child(Node::new("tolerate").arg("example.com/ci").prop("effect", "NoSchedule"))
            .child(nodes)
    };
    let mount = |path: &str, env: &str| Node::new("mount").arg(path).prop("env", env);
    let claim = Node::new("claim").arg("models").prop("size", "1Ti").prop("storage-class", "nfs");
    let folder = |name: &str| Node::new("host-path").arg(format!("/var/cache/fleet/{name}"));
    vec![
        Node::new("versions")
            .child(Node::new("arc").arg("0.14.2"))
            .child(Node::new("dind").arg("docker:28-dind"))
            .child(Node::new("kubernetes").arg("1.33")),
        class("cpu", None),
        class("gpu", Some("nvidia.com/gpu")),
        Node::new("priority").arg("high").prop("value", 1000).prop("preempt", preempt),
        Node::new("cache").arg("models").child(claim).child(mount("/mnt/models", "HF_HOME")),
        Node::new("cache")
            .arg("ccache")
            .prop("share", "all")
            .prop("concurrent", true)
            .child(folder("ccache"))
            .child(mount("/mnt/ccache", "CCACHE_DIR")),
        Node::new("cache")
            .arg("uv")
            .prop("share", "runner")
            .child(folder("uv"))
            .child(mount("/mnt/uv", "UV")),
        Node::new("template").arg("base").child(Node::new("trust").prop("config-map", "own-ca")),
        Node::new("template")
            .arg("more")
            .prop("from", "base")
            .child(Node::new("env").arg("FROM_TEMPLATE").arg("yes"))
            .child(Node::new("pod-label").arg("team").arg("ci")),
    ]
}

fn namespaces() -> impl Strategy<Value = Vec<Node>> {
    let label = Node::new("label").arg("team").arg("ci");
    let limits = Node::new("limits");
    let network = Node::new("network");
    let parts = subsequence(vec![label, limits, network], 0..=3);
    option::of(parts).prop_map(|parts| {
        parts.map(|parts| Node::new("namespace").arg("team-a").children(parts)).into_iter().collect()
    })
}

fn name() -> impl Strategy<Value = String> {
    "[a-z]([-a-z0-9]{0,20}[a-z])?".prop_filter("a label of GitHub's own", |name| !name.contains("--"))
}

fn size() -> impl Strategy<Value = Size> {
    (1..=4_u32, 1..=16_u32, option::of(10..=20_u32)).prop_map(|(cpu, memory, storage)| Size {
        cpu,
        memory,
        storage,
    })
}

fn env() -> impl Strategy<Value = Vec<(String, String)>> {
    vec(nasty(), 0..4).prop_map(|values| {
        let named = values.into_iter().enumerate();
        named.map(|(at, value)| (format!("SETTING_{at}"), value)).collect()
    })
}

fn pool() -> impl Strategy<Value = Pool> {
    let base = (
        select(Mode::ALL.to_vec()),
        option::of(select(vec!["base", "more"])),
        option::of(Just("team-a")),
        (0..=1_u32, 1..=4_u32),
        option::of(any::<bool>()),
    );
    let sizes = (option::of(size()), size(), 10..=50_u32);
    let parts = (subsequence(vec!["models", "ccache", "uv"], 0..=3), env());
    (base, sizes, parts).prop_flat_map(|(base, sizes, (caches, env))| {
        let (mode, from, namespace, runners, hardware) = base;
        let (runner, job, work) = sizes;
        let mut pool = Pool::new("");
        pool.mode = Some(mode);
        pool.from = from.map(str::to_owned);
        pool.namespace = namespace.map(str::to_owned);
        // An idle runner that holds a device is a finding, though no error.
        pool.runners = runners;
        pool.hardware = hardware
            .map(|gpu| if gpu { ("gpu".to_owned(), Some(1)) } else { ("cpu".to_owned(), None) })
            .into_iter()
            .collect();
        pool.runner = runner;
        pool.job = Some(job);
        pool.work = (mode == Mode::Kubernetes).then_some(work);
        pool.caches = caches.into_iter().map(str::to_owned).collect();
        pool.env = env;
        rest(mode).prop_map(move |rest| Pool { rest, ..pool.clone() })
    })
}

/// The words that a pool may do without, those that its mode has a meaning for.
fn rest(mode: Mode) -> impl Strategy<Value = Vec<Node>> {
    let secret = Node::new("env").arg("TOKEN").prop("secret", "tokens").prop("key", "token");
    let server = |word| Node::new(word).arg("http://proxy.example.com:3128");
    let mut words = vec![
        Node::new("env").arg("BOTH").arg("b").prop("on", if mode.has_job_pod() { "both" } else { "runner" }),
        secret,
        Node::new("pod-label").arg("example.com/team").arg("infra"),
        Node::new("pod-annotation").arg("example.com/note").arg("a: b\n# c"),
        Node::new("priority").arg("high"),
        Node::new("select").arg("example.com/zone").arg("a"),
        Node::new("tolerate").arg("example.com/spot").prop("value", "yes"),
        Node::new("pull-secrets").args(["registry", "mirror.example"]),
        Node::new("listener").prop("cpu", "20m").child(Node::new("tolerate").arg("example.com/system")),
        Node::new("proxy")
            .child(server("http"))
            .child(server("https").prop("secret", "proxy"))
            .child(Node::new("no-proxy").args([".svc", "10.0.0.0/8"])),
        Node::new("rule")
            .arg("name-shadows-hosted")
            .prop("level", "off")
            .prop("reason", "this fleet is random"),
        Node::new("patch")
            .arg("AutoscalingRunnerSet")
            .child(Node::new("merge").arg("spec: {template: {spec: {terminationGracePeriodSeconds: 60}}}")),
    ];
    if mode == Mode::Dind {
        words.push(Node::new("docker").prop("mtu", 1400).prop("mirror", "https://mirror.example.com"));
    }
    if mode.has_job_pod() {
        words.push(Node::new("hooks").prop("prepare-timeout", "20m"));
        let json = r#"[{"op": "add", "path": "/spec/dnsPolicy", "value": "Default"}]"#;
        words.push(Node::new("patch").arg("HookTemplate").child(Node::new("json").arg(json)));
    }
    let most = words.len();
    subsequence(words, 0..=most)
}
