//! `dind-mtu`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use k8s_openapi::api::core::v1::Container;

/// What Docker gives its networks unless it is told otherwise.
const ETHERNET: u32 = 1500;

pub static RULE: Rule = Rule {
    code: "dind-mtu",
    severity: Severity::Warning,
    summary: "Docker's packets are larger than the pod network takes",
    explanation: "\
Docker gives its networks packets of 1500 bytes. Where the pod network takes less (overlays such as
VXLAN or WireGuard leave 1450 or fewer), large packets are dropped without a word: a TLS handshake
hangs, `apt-get` and `npm install` stall in a build, downloads end in `connection reset`. Small requests
work, so this looks like a flaky network.

fleetc passes the cluster's `mtu` to the daemon, and also as the default of new networks: GitHub makes
a network for each job, and those do not inherit the daemon's value. This rule finds pools that state
a larger size themselves, and patches that take one of the two arguments away.

State the size once, as `mtu=` of the cluster, and leave it out of the pool.

Known from: ARC issues 393, 848, 959, 2939, 3691.
",
    good: r#"
cluster "on-premises" mtu=1450

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
cluster "on-premises" mtu=1450

pool "images" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    docker mtu=1500
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let cluster = cx.fleet.cluster_of(view.pool);
    let Some(daemon) = view.objects.dind_container().filter(|_| cluster.mtu < ETHERNET) else { return };
    let (bridge, networks) = sizes(daemon);
    if bridge <= cluster.mtu && networks <= cluster.mtu {
        return;
    }
    let (which, size) = if bridge > cluster.mtu {
        ("the daemon's network", bridge)
    } else {
        ("networks made for jobs", networks)
    };
    let own = view.pool.node.docker.as_ref().and_then(|docker| docker.mtu.as_ref());
    let own = own.filter(|mtu| mtu.value.0 > cluster.mtu).map(|mtu| mtu.span);
    let span = own.unwrap_or_else(|| view.runner_pod_span(view.pool.node.mode.span));
    let mut found = out
        .found(format!("packets of {which} have {size} bytes, the pod network of {} takes {}", cluster.label(), cluster.mtu))
        .label(span, "too large")
        .effect("large packets are dropped: builds hang in TLS handshakes and downloads, small requests work")
        .help(match own {
            Some(_) => "leave `mtu` out: the daemon is given the cluster's",
            None => "keep both arguments, `--mtu=` and `--default-network-opt=bridge=com.docker.network.driver.mtu=`",
        });
    if let Some(mtu) = cluster.node.as_ref().map(|node| node.mtu.span) {
        found = found.label(mtu, "what the network takes");
    }
    out.report(found);
}

/// Packet sizes of the daemon's own network, and of networks that are made for jobs.
fn sizes(daemon: &Container) -> (u32, u32) {
    let arguments = || daemon.command.iter().chain(&daemon.args).flatten();
    let number = |text: &str| text.parse::<u32>().ok();
    let joined = arguments().filter_map(|argument| number(argument.strip_prefix("--mtu=")?));
    let apart = arguments().zip(arguments().skip(1)).filter(|(name, _)| *name == "--mtu");
    let bridge = joined.chain(apart.filter_map(|(_, size)| number(size))).last();
    let mut networks =
        arguments().filter_map(|argument| number(argument.rsplit_once("com.docker.network.driver.mtu=")?.1));
    (bridge.unwrap_or(ETHERNET), networks.next_back().unwrap_or(ETHERNET))
}
