//! A fleet of any size, the same for the same seed.

use super::{Mode, Node, Numbers, Pool, Size, text};

/// Pools that share a namespace, a runner group and hardware.
const ZONE: usize = 25;

/// The text of a fleet with this many pools. From some fifty on, `fleetc check` finds nothing to say
/// about it; smaller ones do not use all that is declared.
pub fn fleet(pools: usize, seed: u64) -> String {
    let mut numbers = Numbers::new(seed);
    let mut nodes = header();
    for first in (0..pools).step_by(ZONE) {
        let zone = Zone { name: format!("zone-{:03}", first / ZONE) };
        let members = (first..pools.min(first + ZONE)).map(|at| zone.pool(at, &mut numbers));
        let members: Vec<_> = members.collect();
        nodes.extend(zone.surroundings(&members));
        nodes.extend(members.iter().map(|member| member.pool.node()));
    }
    text(&nodes)
}

fn header() -> Vec<Node> {
    let github = Node::new("github").arg("https://github.com/generated").prop("app-secret", "github-app");
    let claim = Node::new("claim").arg("models").prop("size", "1Ti").prop("storage-class", "nfs");
    let mount = |path: &str, env: &str| Node::new("mount").arg(path).prop("env", env);
    let folder = |path: &str| Node::new("host-path").arg(path);
    vec![
        Node::new("fleet")
            .arg("generated")
            .child(Node::new("namespace").arg("arc-runners"))
            .child(github)
            .child(Node::new("gitops").prop("repo", "https://github.com/generated/fleet")),
        Node::new("versions")
            .child(Node::new("arc").arg("0.14.2"))
            .child(Node::new("runner").arg("ghcr.io/actions/actions-runner:2.336.0"))
            .child(Node::new("dind").arg("docker:28-dind"))
            .child(Node::new("kubernetes").arg("1.33")),
        Node::new("controller").prop("concurrent-reconciles", 20).prop("api-qps", 200).prop("api-burst", 400),
        Node::new("priority").arg("release").prop("value", 1000),
        Node::new("rule")
            .arg("hook-mount-leak")
            .prop("level", "off")
            .prop("reason", "no workflow of these repositories has services"),
        Node::new("cache").arg("models").child(claim).child(mount("/mnt/models", "HF_HOME")),
        Node::new("cache")
            .arg("ccache")
            .prop("share", "all")
            .prop("concurrent", true)
            .child(folder("/var/cache/fleet/ccache"))
            .child(mount("/mnt/ccache", "CCACHE_DIR")),
        Node::new("cache")
            .arg("uv")
            .prop("share", "runner")
            .child(folder("/var/cache/fleet/uv"))
            .child(mount("/mnt/uv", "UV_CACHE_DIR")),
        Node::new("template")
            .arg("shared-volume")
            .child(Node::new("mode").arg("kubernetes"))
            .child(Node::new("runner").prop("cpu", "500m").prop("memory", "1Gi"))
            .child(Node::new("work").arg("20Gi").prop("storage-class", "block"))
            .child(Node::new("cache").args(["models", "ccache", "uv"])),
        Node::new("template")
            .arg("copied-folder")
            .child(Node::new("mode").arg("kubernetes-novolume"))
            .child(Node::new("runner").prop("cpu", "750m").prop("memory", "1Gi").prop("storage", "20Gi"))
            .child(Node::new("cache").args(["models"])),
    ]
}

/// What a pool is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A Docker daemon, or a copied work folder.
    Loose,
    /// A work volume: the job follows its runner to one node, so they have a class of their own.
    Pinned,
    Gpu,
    Scripts,
}

struct Member {
    pool: Pool,
    kind: Kind,
}

struct Zone {
    name: String,
}

impl Zone {
    fn pool(&self, at: usize, numbers: &mut Numbers) -> Member {
        let kind = *numbers.pick(&[Kind::Loose, Kind::Loose, Kind::Pinned, Kind::Gpu, Kind::Scripts]);
        let word = *numbers.pick(&["build", "test", "lint", "train", "deploy"]);
        let mut pool = Pool::new(format!("{word}-{at:05}"));
        let max = 1 + numbers.below(4) as u32;
        pool.runners = (0, max);
        pool.namespace = Some(self.name.clone());
        let cpu = *numbers.pick(&[1, 2, 4]);
        pool.job = Some(Size { cpu, memory: 4 * cpu, storage: Some(20) });
        let class = |kind: &str| format!("{}-{kind}", self.name);
        match kind {
            Kind::Loose if numbers.chance(60) => {
                pool.mode = Some(Mode::Dind);
                pool.runner = Some(Size { cpu: 2, memory: 8, storage: Some(10) });
                pool.hardware.push((class("loose"), None));
            }
            Kind::Loose => {
                pool.from = Some("copied-folder".to_owned());
                pool.hardware.push((class("loose"), None));
            }
            Kind::Pinned => {
                pool.from = Some("shared-volume".to_owned());
                pool.hardware.push((class("pinned"), None));
            }
            Kind::Gpu => {
                pool.from = Some("shared-volume".to_owned());
                pool.hardware.push((class("gpu"), Some(1)));
            }
            Kind::Scripts => pool.mode = Some(Mode::Default),
        }
        for variable in 0..numbers.below(4) {
            pool.env.push((format!("SETTING_{variable}"), format!("value {} of {at}", numbers.below(1000))));
        }
        if numbers.chance(10) {
            pool.env.push(("BANNER".to_owned(), "first line\nsecond: line\n".to_owned()));
        }
        if numbers.chance(20) {
            pool.rest.push(Node::new("pod-label").arg("team").arg(format!("team-{}", numbers.below(20))));
        }
        if numbers.chance(10) {
            pool.rest.push(Node::new("priority").arg("release"));
        }
        let own = Node::new("github")
            .arg("https://github.com/generated")
            .prop("app-secret", "github-app")
            .prop("runner-group", self.name.as_str());
        pool.rest.push(own);
        Member { pool, kind }
    }

    /// The namespace, and hardware with room for all runners at once.
    fn surroundings(&self, members: &[Member]) -> Vec<Node> {
        let runners = |kind| -> u32 {
            members.iter().filter(|member| member.kind == kind).map(|member| member.pool.runners.1).sum()
        };
        let mut nodes = vec![Node::new("namespace").arg(self.name.as_str())];
        let class = |kind: &str, count: u32, devices: Option<u32>| {
            let name = format!("{}-{kind}", self.name);
            let machines = Node::new("nodes")
                .arg(name.as_str())
                .prop("count", count)
                .prop("cpu", 128)
                .prop("memory", "1Ti")
                .prop("storage", "4Ti")
                .maybe("devices", devices);
            Node::new("hardware")
                .arg(name.as_str())
                .children(devices.map(|_| Node::new("device").arg("nvidia.com/gpu")))
                .child(Node::new("select").arg("fleet.example/class").arg(name.as_str()))
                .child(machines)
        };
        // A job holds at most 4 cores and its runner 2: twenty pairs fill a node. Four nodes of pinned
        // jobs hold one runner of each pool each.
        let classes = [
            ("loose", runners(Kind::Loose), 16, None),
            ("pinned", runners(Kind::Pinned), 4, None),
            ("gpu", runners(Kind::Gpu), 4, Some(16)),
        ];
        for (kind, runners, a_node, devices) in classes {
            if runners > 0 {
                nodes.push(class(kind, runners.div_ceil(a_node).max(4), devices));
            }
        }
        nodes
    }
}
