//! Examples of words, for their pages. A test compiles each.

/// An example of a word.
pub struct Example {
    /// Path of the word.
    pub word: &'static str,
    /// A part of a fleet.
    pub kdl: &'static str,
}

/// All examples.
pub static EXAMPLES: &[Example] = &[
    Example {
        word: "include",
        kdl: r#"
include "pools/docs.kdl"

// file pools/docs.kdl
pool "docs" {
    mode "dind"
    runners max=1
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}
"#,
    },
    Example {
        word: "fleet",
        kdl: r#"
fleet "my-fleet" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app" runner-group="default"
}
"#,
    },
    Example {
        word: "fleet.proxy",
        kdl: r#"
fleet "my-fleet" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    proxy {
        https "http://proxy.example.com:3128" secret="proxy-login"
        no-proxy "10.0.0.0/8" ".svc" ".example.com"
    }
}
"#,
    },
    Example {
        word: "fleet.gitops",
        kdl: r#"
fleet "my-fleet" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    gitops repo="https://github.com/my-org/ci-fleet" path="out" revision="main"
}
"#,
    },
    Example {
        word: "fleet.rollout",
        kdl: r#"
fleet "my-fleet" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
    rollout pools=20
}
"#,
    },
    Example {
        word: "versions",
        kdl: r#"
versions {
    arc "0.14.2"
    runner "ghcr.io/actions/actions-runner:2.336.0"
    dind "docker:28-dind"
    fleet-controller "ghcr.io/my-org/fleet-controller:0.1.0"
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
    kubernetes "1.33"
}
"#,
    },
    Example {
        word: "controller",
        kdl: r#"
controller namespace="arc-systems" update-strategy="eventual" replicas=2
"#,
    },
    Example {
        word: "cluster",
        kdl: r#"
cluster "east" server="https://east.example.com" runner-group="east"
cluster "west" server="https://west.example.com" runner-group="west"
"#,
    },
    Example {
        word: "namespace",
        kdl: r#"
namespace "arc-runners" {
    quota cpu=512 memory="2Ti" pods=200
    network ingress=#false metadata=#false
    label "team" "ci"
}
"#,
    },
    Example {
        word: "priority",
        kdl: r#"
priority "release" value=1000 description="Jobs that a release waits for"
"#,
    },
    Example {
        word: "hardware",
        kdl: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    tolerate "nvidia.com/gpu" effect="NoSchedule"
    nodes "a100" count=4 cpu=96 memory="768Gi" devices=8 {
        taint "nvidia.com/gpu"
        reserve cpu=2 memory="8Gi"
    }
    overcommit cpu="warn"
}
"#,
    },
    Example {
        word: "cache",
        kdl: r#"
cache "huggingface" {
    claim "huggingface" size="1Ti" storage-class="nfs" access="ReadWriteMany"
    mount "/mnt/cache/huggingface" env="HF_HOME"
}
cache "uv" share="runner" {
    host-path "/var/cache/fleet/uv"
    mount "/mnt/cache/uv" env="UV_CACHE_DIR"
}
"#,
    },
    Example {
        word: "template",
        kdl: r#"
template "in-container" {
    mode "kubernetes"
    work "15Gi" storage-class="fast"
}
pool "build" from="in-container" {
    runners max=10
    job cpu=8 memory="32Gi"
}
"#,
    },
    Example {
        word: "pool",
        kdl: r#"
pool "build" {
    mode "dind"
    runners min=1 max=10
    runner cpu=1 memory="2Gi"
    job cpu=8 memory="32Gi" storage="60Gi"
    env "NODE_OPTIONS" "--max-old-space-size=8192"
}
"#,
    },
    Example {
        word: "pool.without",
        kdl: r#"
cache "ccache" share="all" concurrent=#true {
    host-path "/var/cache/fleet/ccache"
    mount "/mnt/cache/ccache" env="CCACHE_DIR"
}
template "base" {
    mode "dind"
    cache "ccache"
}
pool "clean-build" from="base" {
    without "cache"
    runners max=2
}
"#,
    },
    Example {
        word: "pool.hardware",
        kdl: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "a100" count=4 cpu=96 memory="768Gi" devices=8
}
pool "train" {
    mode "dind"
    runners max=4
    hardware "gpu" devices=2
    job cpu=16 memory="128Gi"
}
"#,
    },
    Example {
        word: "pool.hooks",
        kdl: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="32Gi"
    hooks prepare-timeout="20m" copy-image="ghcr.io/actions/actions-runner:2.336.0"
}
"#,
    },
    Example {
        word: "pool.trust",
        kdl: r#"
pool "build" {
    mode "dind"
    runners max=4
    trust config-map="company-ca"
}
"#,
    },
    Example {
        word: "pool.env",
        kdl: r#"
pool "build" {
    mode "dind"
    runners max=4
    env "CI_REGION" "east"
    env "SENTRY_TOKEN" secret="sentry" key="token"
}
"#,
    },
    Example {
        word: "retired",
        kdl: r#"
retired "runner-v100" use="runner-gpu" reason="its nodes went back"
pool "runner-gpu" {
    mode "dind"
    runners max=4
}
"#,
    },
    Example {
        word: "runner-group",
        kdl: r#"
runner-group "default" public=#false {
    repositories "my-org/app" "my-org/tools-*"
}
"#,
    },
    Example {
        word: "repository",
        kdl: r#"
repository "my-org/app" visibility="private"
repository "my-org/website" visibility="public"
"#,
    },
    Example {
        word: "variable",
        kdl: r#"
variable "GPU_POOL" "runner-gpu"
variable "GPU_POOL" "runner-gpu-large" repository="my-org/train"
"#,
    },
    Example {
        word: "other-runners",
        kdl: r#"
other-runners "ubuntu-latest-*-cores" "macos-lab"
"#,
    },
    Example {
        word: "rule",
        kdl: r#"
rule "name-too-long" level="error" reason="names are part of our interface"
"#,
    },
    Example {
        word: "patch",
        kdl: r#"
pool "build" {
    mode "dind"
    runners max=4
    patch "AutoscalingRunnerSet" {
        merge """
            spec:
              template:
                spec:
                  terminationGracePeriodSeconds: 600
            """
    }
}
"#,
    },
    Example {
        word: "manifest",
        kdl: r#"
manifest "manifests/extra.yaml"

// file manifests/extra.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: extra
  namespace: arc-runners
data:
  a: b
"#,
    },
    Example {
        word: "vault",
        kdl: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry" {
        key "url"
        key "password" sensitive=#true
    }
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
    backup schedule="0 3 * * 0" keep="6d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
        s3 "vault-backups" endpoint="https://s3.example.com" name="own" secret="backup-own"
    }
}
"#,
    },
    Example {
        word: "vault.role",
        kdl: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567 {
        repository "app" id=812345678
    }
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "deploy-key" path="secret/app/deploy"
    secret "image-tags" path="secret/image-tags/*"
    role "deploy" auth="github" ttl="10m" {
        repository "my-org/app" ref="refs/heads/main"
        environment "production"
        runner-environment "self-hosted"
        read "deploy-key"
        record "image-tags"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        read "image-tags"
        list "image-tags"
    }
}
"#,
    },
    Example {
        word: "vault.policy",
        kdl: r#"
vault "https://vault.example.com:8200" {
    policy "pki" {
        path "pki/issue/runners" "update" {
            required-parameters "common_name"
        }
    }
    policy "audit-read" external=#true
}
"#,
    },
    Example {
        word: "upkeep",
        kdl: r#"
upkeep guard="enforce" janitor="remove"
"#,
    },
    Example {
        word: "exporter",
        kdl: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
pool "build" {
    mode "dind"
    runners max=4
}
exporter size="10Gi" keep="60d" {
    organization "my-org" {
        repositories "app" "lib-*"
        exclude "lib-old"
    }
    branches "main" "release/*"
    webhook "fleet-exporter-webhook"
    price "build" per-minute=0.004
    hosted "ubuntu-latest" per-minute=0.008
}
"#,
    },
    Example {
        word: "alerts",
        kdl: r#"
pool "build" {
    mode "dind"
    runners max=4
}
exporter {
    organization "my-org"
}
alerts {
    failure-rate over=0.2 severity="warning"
    queue-wait over="60s"
    consecutive-failures at-least=3
    queue-oldest over="30m" severity="critical" name="BuildsStand" {
        pools "build"
    }
    pool-saturated
    jobs-unmatched
    listener-down
    alert "PoolIdle" severity="info" for="1d" {
        expr "sum(gha_busy_runners{name=\"build\"}) == 0"
        summary "No job in a day"
    }
}
"#,
    },
    Example {
        word: "monitoring",
        kdl: r#"
monitoring namespace="monitoring" runbooks="https://runbooks.example.com/ci" folder="CI" {
    label "release" "kube-prometheus-stack"
    metric "DCGM_FI_DEV_GPU_UTIL" type="gauge" {
        labels "gpu" "Hostname"
    }
}
"#,
    },
    Example {
        word: "workflows",
        kdl: r#"
workflows {
    fleetc "my-org/fleetc" sha="0123456789abcdef0123456789abcdef01234567" version="v0.1.0"
    track-versions schedule="0 0 * * 1"
    fleet-check
}
"#,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::example;
    use crate::diagnostic::Severity;
    use crate::manual::vocabulary::words;

    #[test]
    fn examples_compile_and_show_their_word() {
        let words = words();
        for Example { word, kdl } in EXAMPLES {
            assert!(words.iter().any(|known| known.path == *word), "{word} is no word");
            let last = word.rsplit('.').next().unwrap_or("");
            assert!(kdl.lines().any(|line| line.split_whitespace().next() == Some(last)), "{word}: {kdl}");
            let run = example::run(kdl);
            let errors: Vec<_> = run.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{word}: {errors:?}");
        }
    }
}
