//! Caches, certificates and shared memory: volumes, where they are mounted, and variables that say so.

use super::container::{field, variable};
use crate::language::nodes::Share;
use crate::model::{Cache, CacheKind, Fleet, Pool};
use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, EmptyDirVolumeSource, EnvVar, HostPathVolumeSource, KeyToPath,
    PersistentVolumeClaimVolumeSource, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// The variable that per-runner folders are named by.
const RUNNER_VARIABLE: &str = "FLEETC_RUNNER";

/// Volumes, their mounts, and the variables that go with them.
#[derive(Clone, Debug, Default)]
pub struct Volumes {
    /// The volumes.
    pub volumes: Vec<Volume>,
    /// Where a container sees them.
    pub mounts: Vec<VolumeMount>,
    /// What tells its tools.
    pub env: Vec<EnvVar>,
}

impl Volumes {
    /// Adds all of another.
    pub fn extend(&mut self, other: Volumes) {
        self.volumes.extend(other.volumes);
        self.mounts.extend(other.mounts);
        self.env.extend(other.env);
    }
}

/// What the container that does the work sees: caches, trusted certificates, shared memory.
pub fn volumes(fleet: &Fleet, pool: &Pool) -> Volumes {
    let mut all = Volumes::default();
    for cache in fleet.caches_of(pool) {
        all.extend(of_cache(cache, pool));
    }
    if let Some(shm) = pool.node.job.as_ref().and_then(|job| job.shm.as_ref()) {
        all.volumes.push(Volume {
            name: "shm".to_owned(),
            empty_dir: Some(EmptyDirVolumeSource {
                medium: Some("Memory".to_owned()),
                size_limit: Some(Quantity(shm.to_string())),
            }),
            ..Volume::default()
        });
        all.mounts.push(mount("shm", "/dev/shm"));
    }
    all
}

fn of_cache(cache: &Cache, pool: &Pool) -> Volumes {
    let name = format!("cache-{}", cache.node.name.value);
    let mut volume = Volume { name: name.clone(), ..Volume::default() };
    match &cache.kind {
        CacheKind::Claim(claim) => {
            volume.persistent_volume_claim = Some(PersistentVolumeClaimVolumeSource {
                claim_name: claim.name.to_string(),
                read_only: None,
            });
        }
        CacheKind::HostPath(path) => {
            volume.host_path = Some(HostPathVolumeSource {
                path: path.path.to_string(),
                type_: Some("DirectoryOrCreate".to_owned()),
            });
        }
    }
    let mut all = Volumes { volumes: vec![volume], ..Volumes::default() };
    if cache.share == Share::Runner {
        all.env.push(field(RUNNER_VARIABLE, "metadata.name"));
    }
    for place in &cache.node.mounts {
        let mut at = mount(&name, place.path.as_str());
        at.read_only = place.read_only.value.then_some(true);
        match cache.share {
            Share::All => {}
            Share::Pool => at.sub_path = Some(pool.name().to_owned()),
            Share::Runner => at.sub_path_expr = Some(format!("$({RUNNER_VARIABLE})")),
        }
        all.mounts.push(at);
        if let Some(env) = &place.env {
            all.env.push(variable(env.as_str(), place.path.to_string()));
        }
    }
    all
}

/// Where a container finds the certificates that the pool trusts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrustStore {
    /// In the runner's image: the runner itself adds them to the system's store.
    Runner,
    /// In any image: Go and node read them there, and nothing has to run.
    Plain,
}

/// ConfigMaps and keys of the certificates that the pool trusts: its own, and that of its GitHub
/// Enterprise Server. ARC gives the latter to the listener only, and runners talk to the server too.
fn certificates(pool: &Pool) -> Vec<(&str, &str)> {
    let own = pool.node.trust.iter().map(|trust| (trust.config_map.as_str(), trust.key.as_str()));
    let server = pool.github.certificate.iter().map(|cert| (cert.config_map.as_str(), cert.key.as_str()));
    let mut all = Vec::new();
    for certificate in own.chain(server) {
        if !all.contains(&certificate) {
            all.push(certificate);
        }
    }
    all
}

/// The certificates that the pool trusts, for one kind of container.
pub fn trust(pool: &Pool, store: TrustStore) -> Volumes {
    let mut all = Volumes::default();
    for (config_map, key) in certificates(pool) {
        let plain = format!("trust-{config_map}").replace('.', "-");
        let twins = all.volumes.iter().filter(|volume: &&Volume| volume.name.starts_with(&plain)).count();
        // One ConfigMap may hold several certificates.
        let name = if twins == 0 { plain } else { format!("{plain}-{twins}") };
        let folder = match store {
            TrustStore::Runner => "/usr/local/share/ca-certificates",
            TrustStore::Plain => "/etc/ssl/certs",
        };
        let path = format!("{folder}/{}.crt", name);
        let item = KeyToPath { key: key.to_owned(), path: "ca.crt".to_owned(), mode: None };
        all.volumes.push(Volume {
            name: name.clone(),
            config_map: Some(ConfigMapVolumeSource {
                name: config_map.to_owned(),
                items: Some(vec![item]),
                ..ConfigMapVolumeSource::default()
            }),
            ..Volume::default()
        });
        let mut at = mount(&name, &path);
        at.sub_path = Some("ca.crt".to_owned());
        at.read_only = Some(true);
        all.mounts.push(at);
        if all.env.is_empty() {
            all.env.push(variable("NODE_EXTRA_CA_CERTS", path));
        }
    }
    if store == TrustStore::Runner && !all.mounts.is_empty() {
        // The runner's start script then runs update-ca-certificates, so .NET and git trust them too.
        all.env.push(variable("RUNNER_UPDATE_CA_CERTS", "1"));
    }
    all
}

/// A mount at a path.
pub fn mount(name: &str, path: &str) -> VolumeMount {
    VolumeMount { name: name.to_owned(), mount_path: path.to_owned(), ..VolumeMount::default() }
}
