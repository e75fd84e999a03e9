//! A pool as data.

use super::text::Node;

/// Where a job's containers run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `dind`
    Dind,
    /// `kubernetes`
    Kubernetes,
    /// `kubernetes-novolume`
    Novolume,
    /// `default`
    Default,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Dind, Self::Kubernetes, Self::Novolume, Self::Default];

    /// The mode's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dind => "dind",
            Self::Kubernetes => "kubernetes",
            Self::Novolume => "kubernetes-novolume",
            Self::Default => "default",
        }
    }

    /// Whether a job gets a pod of its own.
    pub fn has_job_pod(self) -> bool {
        matches!(self, Self::Kubernetes | Self::Novolume)
    }
}

/// What a container is given: cores, and GiB of memory and of disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Cores.
    pub cpu: u32,
    /// GiB of memory.
    pub memory: u32,
    /// GiB of disk.
    pub storage: Option<u32>,
}

impl Size {
    fn node(self, word: &'static str) -> Node {
        Node::new(word)
            .prop("cpu", self.cpu)
            .prop("memory", format!("{}Gi", self.memory))
            .maybe("storage", self.storage.map(|size| format!("{size}Gi")))
    }
}

/// A pool. What is not set is not written.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// The template that it builds on.
    pub from: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its mode, unless its template gives it.
    pub mode: Option<Mode>,
    /// Idle and most runners.
    pub runners: (u32, u32),
    /// Classes with the devices that a job holds.
    pub hardware: Vec<(String, Option<u32>)>,
    /// The runner's container.
    pub runner: Option<Size>,
    /// The job's.
    pub job: Option<Size>,
    /// GiB of the work volume.
    pub work: Option<u32>,
    /// Caches.
    pub caches: Vec<String>,
    /// Variables.
    pub env: Vec<(String, String)>,
    /// Labels that `runs-on` may name.
    pub labels: Vec<String>,
    /// Whatever else.
    pub rest: Vec<Node>,
}

impl Pool {
    /// A pool of this name, not complete.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            from: None,
            namespace: None,
            mode: None,
            runners: (0, 1),
            hardware: Vec::new(),
            runner: None,
            job: None,
            work: None,
            caches: Vec::new(),
            env: Vec::new(),
            labels: Vec::new(),
            rest: Vec::new(),
        }
    }

    /// Its node.
    pub fn node(&self) -> Node {
        let (min, max) = self.runners;
        let hardware = self.hardware.iter();
        let hardware = hardware
            .map(|(class, devices)| Node::new("hardware").arg(class.as_str()).maybe("devices", *devices));
        let list = |word, names: &[String]| {
            (!names.is_empty()).then(|| Node::new(word).args(names.iter().map(String::as_str)))
        };
        let work = |size| Node::new("work").arg(format!("{size}Gi")).prop("storage-class", "block");
        let env = |(name, value): &(String, String)| Node::new("env").arg(name.as_str()).arg(value.as_str());
        Node::new("pool")
            .arg(self.name.as_str())
            .maybe("from", self.from.as_deref())
            .maybe("namespace", self.namespace.as_deref())
            .children(self.mode.map(|mode| Node::new("mode").arg(mode.word())))
            .child(Node::new("runners").prop("min", min).prop("max", max))
            .children(hardware)
            .children(self.runner.map(|size| size.node("runner")))
            .children(self.job.map(|size| size.node("job")))
            .children(self.work.map(work))
            .children(list("cache", &self.caches))
            .children(self.env.iter().map(env))
            .children(list("labels", &self.labels))
            .children(self.rest.iter().cloned())
    }
}
