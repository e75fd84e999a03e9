//! Types of values that can't hold a bad one.

mod choice;
mod github;
mod name;
mod network;
mod number;
mod prometheus;
mod quantity;
mod reference;
mod text;
mod time;
mod vault;

pub(crate) use choice::choice;
pub use github::{CommitSha, RepositoryName};
pub use name::{
    ConfigKey, DeviceName, EnvName, LabelKey, LabelValue, Name, ObjectName, PoolName, RunnerGroup,
    RunnerLabel,
};
pub use network::{GithubScope, GithubUrl, Port, Url};
pub use number::{Count, Dollars, Ratio, Version};
pub use prometheus::{AlertName, LabelName, MetricName};
pub use quantity::{Cpu, Memory};
pub use reference::{FilePath, Glob, ImageRef, MountPath};
pub use text::Text;
pub use time::{Cron, Duration};
pub use vault::{AccountPattern, Cidr, ClaimValue, GithubId, VaultLabel, VaultName, VaultPath};

use super::spec::{JsonShape, TypeSpec};
use crate::syntax::Scalar;

/// Something that stands as an argument or a property.
pub trait Value: Sized + std::fmt::Display {
    /// The type's entry in the vocabulary.
    const TYPE: TypeSpec;

    /// Reads it, or says why not.
    fn read(scalar: &Scalar) -> Result<Self, Mismatch>;
}

/// Why a value could not be read.
pub enum Mismatch {
    /// Not this kind of scalar.
    Type,
    /// None of the allowed words; with the nearest of them.
    Choice(Option<&'static str>),
    /// The right kind of scalar, and still no such value.
    Value {
        /// Code of the diagnostic.
        code: &'static str,
        /// What is wrong, as a sentence.
        message: String,
        /// What would happen in the cluster, where that is known.
        effect: Option<String>,
        /// What to write instead, where the type's example does not say it.
        help: Option<String>,
    },
}

impl Mismatch {
    /// A wrong value of the right kind.
    pub fn value(message: impl Into<String>) -> Self {
        Self::Value { code: "wrong-value", message: message.into(), effect: None, help: None }
    }

    /// Says what to write instead.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        if let Self::Value { help, .. } = &mut self {
            *help = Some(text.into());
        }
        self
    }

    /// Says what would happen in the cluster.
    pub fn effect(mut self, text: impl Into<String>) -> Self {
        if let Self::Value { effect, .. } = &mut self {
            *effect = Some(text.into());
        }
        self
    }

    /// Gives it a code of its own, with a page of its own.
    pub fn code(mut self, own: &'static str) -> Self {
        if let Self::Value { code, .. } = &mut self {
            *code = own;
        }
        self
    }
}

/// The text of a string, or a type mismatch.
fn string(scalar: &Scalar) -> Result<&str, Mismatch> {
    match scalar {
        Scalar::String(text) => Ok(text),
        _ => Err(Mismatch::Type),
    }
}

impl Value for bool {
    const TYPE: TypeSpec = TypeSpec {
        name: "boolean",
        doc: "`#true` or `#false`.",
        examples: &["#true"],
        choices: &[],
        json: JsonShape::Bool,
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        match scalar {
            Scalar::Bool(truth) => Ok(*truth),
            Scalar::String(word) if ["true", "false", "yes", "no"].contains(&word.as_str()) => {
                let written = if word == "true" || word == "yes" { "#true" } else { "#false" };
                Err(Mismatch::value(format!("\"{word}\" is a string, not a boolean"))
                    .help(format!("write {written}")))
            }
            _ => Err(Mismatch::Type),
        }
    }
}
