//! Each way of merging, and two whole pods.

use super::{Preview, SampleJob, previews};
use crate::check::example;
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec};

/// The pods of the only pool of a fleet, the pool's own first.
fn pods(fleet: &str, service: Option<&str>) -> Vec<Preview> {
    let run = example::run(fleet);
    let pool = &run.fleet.as_ref().expect("a fleet").pools[0];
    let mut job = SampleJob::of(pool);
    job.services.extend(service.map(str::to_owned));
    previews(pool.mode, &run.objects.pools[0], &job).expect("typed objects")
}

fn kubernetes(more: &str) -> Vec<Preview> {
    let pool =
        format!("pool \"build\" {{\n mode \"kubernetes\"\n runners max=2\n work \"20Gi\"\n{more}\n}}\n");
    pods(&pool, Some("docker.io/library/redis:7"))
}

fn novolume(more: &str) -> Vec<Preview> {
    let pool = format!("pool \"build\" {{\n mode \"kubernetes-novolume\"\n runners max=2\n{more}\n}}\n");
    pods(&pool, Some("docker.io/library/redis:7"))
}

fn template(yaml: &str) -> String {
    let indented: Vec<_> = yaml.lines().map(|line| format!("  {line}")).collect();
    format!("patch \"HookTemplate\" {{ merge #\"\"\"\n{}\n  \"\"\"#\n}}", indented.join("\n"))
}

fn spec(pod: &Pod) -> &PodSpec {
    pod.spec.as_ref().expect("a spec")
}

fn container<'a>(pod: &'a Pod, name: &str) -> &'a Container {
    spec(pod).containers.iter().find(|container| container.name == name).expect("the container")
}

fn mounts(container: &Container) -> Vec<&str> {
    container.volume_mounts.iter().flatten().map(|mount| mount.mount_path.as_str()).collect()
}

fn names(containers: &[Container]) -> Vec<&str> {
    containers.iter().map(|container| container.name.as_str()).collect()
}

#[test]
fn a_pools_own_generation_comes_first() {
    let of = |list: &[Preview]| list.iter().map(|p| (p.generation.version, p.own)).collect::<Vec<_>>();
    assert_eq!(of(&kubernetes("")), [("0.7.0", true), ("0.8.1", false)]);
    assert_eq!(of(&novolume("")), [("0.8.1", true), ("0.7.0", false)]);
    assert!(pods("pool \"build\" {\n mode \"dind\"\n runners max=2\n}", None).is_empty());
}

#[test]
fn pods_are_named_and_labelled_by_their_runner() {
    let pod = &kubernetes("")[0].pod;
    assert_eq!(pod.metadata.name.as_deref(), Some("build-abcde-runner-fghij-workflow"));
    let label = pod.metadata.labels.as_ref().and_then(|labels| labels.get("runner-pod"));
    assert_eq!(label.map(String::as_str), Some("build-abcde-runner-fghij"));
    assert_eq!(pod.metadata.namespace.as_deref(), Some("arc-runners"));
}

#[test]
fn a_long_name_loses_what_tells_runners_apart() {
    let runner = "a".repeat(39) + "-abcde-runner-fghij";
    assert!(super::workflow_name(&runner).ends_with("-runner-f-workflow"));
    assert_eq!(super::workflow_name(&runner).len(), 63);
}

#[test]
fn hooks_0_7_pin_by_affinity_or_by_name() {
    let scheduled = kubernetes("");
    assert!(spec(&scheduled[0].pod).affinity.is_some() && spec(&scheduled[0].pod).node_name.is_none());
    let named = kubernetes("hooks scheduler=#false");
    assert!(spec(&named[0].pod).affinity.is_none());
    assert_eq!(spec(&named[0].pod).node_name.as_deref(), Some("node-of-the-runner"));
}

#[test]
fn hooks_0_7_claim_the_runners_work_volume() {
    let claim = |list: &[Preview]| {
        let volumes = spec(&list[0].pod).volumes.as_ref().expect("volumes");
        volumes[0].persistent_volume_claim.as_ref().map(|claim| claim.claim_name.clone())
    };
    assert_eq!(claim(&kubernetes("")).as_deref(), Some("build-abcde-runner-fghij-work"));
    let named = kubernetes("env \"ACTIONS_RUNNER_CLAIM_NAME\" \"shared\" on=\"runner\"");
    assert_eq!(claim(&named).as_deref(), Some("shared"));
}

#[test]
fn services_see_less_than_jobs_in_0_7_and_the_same_in_0_8() {
    let more = template(
        "spec:\n  containers:\n  - name: $job\n    volumeMounts:\n    - {name: shm, mountPath: /extra}",
    );
    let list = kubernetes(&more);
    let (old, new) = (&list[0].pod, &list[1].pod);
    assert_eq!(mounts(container(old, "job")), ["/__w", "/__e", "/github/home", "/github/workflow", "/extra"]);
    assert_eq!(mounts(container(old, "redis")), ["/__w"]);
    assert_eq!(mounts(container(new, "job")), ["/__e", "/__w", "/github", "/extra"]);
    assert_eq!(mounts(container(new, "redis")), mounts(container(new, "job")));
}

#[test]
fn fs_init_uses_the_image_that_the_runner_is_told() {
    let image = |list: &[Preview], at: usize| {
        spec(&list[at].pod).init_containers.as_ref().and_then(|init| init[0].image.clone())
    };
    let told = novolume("hooks copy-image=\"example.com/runner:1\"");
    assert_eq!(image(&told, 0).as_deref(), Some("example.com/runner:1"));
    assert_eq!(image(&kubernetes(""), 1).as_deref(), Some("ghcr.io/actions/actions-runner:latest"));
}

#[test]
fn variables_are_appended_and_name_and_image_stay() {
    let more = template(
        "spec:\n  containers:\n  - name: $job\n    image: other:1\n    workingDir: /tmp\n    env:\n    - {name: A, value: b}",
    );
    let list = novolume(&more);
    let job = container(&list[0].pod, "job");
    let env: Vec<_> = job.env.iter().flatten().map(|variable| variable.name.as_str()).collect();
    assert_eq!(env, ["GITHUB_ACTIONS", "CI", "A"]);
    assert_eq!(job.image.as_deref(), Some("ubuntu:24.04"));
    assert_eq!(job.working_dir.as_deref(), Some("/tmp"), "any other key replaces");
}

#[test]
fn a_job_waits_and_a_service_runs_its_own_program() {
    let list = novolume("");
    assert_eq!(container(&list[0].pod, "job").command.as_deref(), Some(["tail".to_owned()].as_slice()));
    assert_eq!(container(&list[0].pod, "redis").command, None);
}

#[test]
fn sidecars_are_added_and_extensions_are_not() {
    let more = template(
        "spec:\n  containers:\n  - {name: metrics, image: metrics:1}\n  - {name: $nobody, image: nobody:1}",
    );
    assert_eq!(names(&spec(&novolume(&more)[0].pod).containers), ["job", "redis", "metrics"]);
}

#[test]
fn every_other_key_of_the_pod_is_replaced() {
    let more = template(
        "spec:\n  initContainers: []\n  securityContext: {runAsUser: 1001}\n  restartPolicy: Always",
    );
    let list = novolume(&more);
    let spec = spec(&list[0].pod);
    assert!(spec.init_containers.as_ref().is_some_and(Vec::is_empty), "fs-init is gone");
    assert_eq!(spec.security_context.as_ref().and_then(|context| context.fs_group), None);
    assert_eq!(spec.restart_policy.as_deref(), Some("Always"));
}

#[test]
fn affinity_of_the_template_drops_the_pin() {
    let list = kubernetes(&template("spec:\n  affinity: {podAntiAffinity: {}}"));
    let affinity = spec(&list[0].pod).affinity.as_ref().expect("the template's");
    assert!(affinity.node_affinity.is_none() && affinity.pod_anti_affinity.is_some());
}

#[test]
fn labels_of_the_template_win() {
    let list = novolume(&template("metadata:\n  labels: {runner-pod: mine, a: b}"));
    let labels = list[0].pod.metadata.labels.as_ref().expect("labels");
    assert_eq!(labels.get("runner-pod").map(String::as_str), Some("mine"));
    assert_eq!(labels.get("a").map(String::as_str), Some("b"));
}

#[test]
fn services_are_called_by_the_last_part_of_their_image() {
    let pool = "pool \"build\" {\n mode \"kubernetes-novolume\"\n runners max=2\n}\n";
    let called = |image: &str| names(&spec(&pods(pool, Some(image))[0].pod).containers)[1].to_owned();
    assert_eq!(called("redis"), "redis");
    assert_eq!(called("registry:5000/team/postgres:16"), "postgres");
}

const WHOLE: &str = r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    tolerate "nvidia.com/gpu" effect="NoSchedule"
    nodes "gpu" count=1 cpu=96 memory="768Gi" devices=3
}
cache "huggingface" {
    claim "huggingface" size="1Ti"
    mount "/mnt/cache/huggingface" env="HF_HOME"
}
pool "train" {
    mode "MODE"
    runners max=2
    hardware "gpu" devices=1
    job cpu=16 memory="64Gi" shm="8Gi"
    cache "huggingface"
    WORK
}
"#;

#[test]
fn whole_pod_of_a_kubernetes_pool() {
    let fleet = WHOLE.replace("MODE", "kubernetes").replace("WORK", "work \"15Gi\"");
    insta::assert_json_snapshot!(pods(&fleet, None)[0].pod);
}

#[test]
fn whole_pod_of_a_novolume_pool() {
    let fleet = WHOLE.replace("MODE", "kubernetes-novolume").replace("WORK", "");
    insta::assert_json_snapshot!(pods(&fleet, None)[0].pod);
}
