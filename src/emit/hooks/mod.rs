//! The template by which the container hooks make the pod of a job.

pub mod preview;
mod template;

pub use preview::{Preview, SampleJob, preview, previews};
pub use template::template;

/// Volume of the runner's pod that the template is in.
pub const TEMPLATE_VOLUME: &str = "hook-template";
/// Where the runner sees it.
pub const TEMPLATE_FOLDER: &str = "/home/runner/hook-template";
/// Key of the ConfigMap.
pub const TEMPLATE_KEY: &str = "pod.yaml";
/// What the hooks are told: the folder and the key.
pub const TEMPLATE_PATH: &str = "/home/runner/hook-template/pod.yaml";
