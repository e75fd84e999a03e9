//! What people can do with a secret, and the requests that it takes.

use crate::model::vault::KvVersion;
use crate::vault::operation::Operation;
use serde::Serialize;
use std::fmt;

/// Something that can be done with a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// Read its values.
    Read,
    /// See its name; of a family, see the names in it.
    List,
    /// Write it where it is not.
    Create,
    /// Write over it.
    Update,
    /// Change some of its fields.
    Patch,
    /// Delete its newest version, so that it can be brought back.
    Delete,
    /// Bring versions back.
    Undelete,
    /// Destroy versions for ever.
    Destroy,
    /// Delete it for ever, with all versions.
    Purge,
    /// Read when it was changed, its metadata and the names of its fields.
    Inspect,
}

impl Deed {
    /// All of them, in the order of columns.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::List,
        Self::Create,
        Self::Update,
        Self::Patch,
        Self::Delete,
        Self::Undelete,
        Self::Destroy,
        Self::Purge,
        Self::Inspect,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Undelete => "undelete",
            Self::Destroy => "destroy",
            Self::Purge => "purge",
            Self::Inspect => "inspect",
        }
    }

    /// The deed of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == word)
    }

    /// Whether it changes what is stored.
    pub const fn changes(self) -> bool {
        !matches!(self, Self::Read | Self::List | Self::Inspect)
    }

    /// The requests that do it, any one of which is enough: the part of the mount, and the operation. None where
    /// the version of the store has no such thing.
    pub(super) const fn requests(self, version: KvVersion) -> &'static [(&'static str, Operation)] {
        match version {
            KvVersion::V2 => match self {
                Self::Read => &[("data", Operation::Read)],
                Self::List => &[("metadata", Operation::List), ("metadata", Operation::Scan)],
                Self::Create => &[("data", Operation::Create)],
                Self::Update => &[("data", Operation::Update)],
                Self::Patch => &[("data", Operation::Patch)],
                Self::Delete => &[("data", Operation::Delete), ("delete", Operation::Update)],
                Self::Undelete => &[("undelete", Operation::Update)],
                Self::Destroy => &[("destroy", Operation::Update)],
                Self::Purge => &[("metadata", Operation::Delete)],
                Self::Inspect => &[("metadata", Operation::Read), ("subkeys", Operation::Read)],
            },
            KvVersion::V1 => match self {
                Self::Read => &[("", Operation::Read)],
                Self::List => &[("", Operation::List), ("", Operation::Scan)],
                Self::Create => &[("", Operation::Create)],
                Self::Update => &[("", Operation::Update)],
                Self::Delete => &[("", Operation::Delete)],
                Self::Patch | Self::Undelete | Self::Destroy | Self::Purge | Self::Inspect => &[],
            },
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How far something can be done. The order is from not at all to in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// It can't.
    #[default]
    No,
    /// With some secrets of a family.
    Partly,
    /// It depends on what stands in the request.
    Conditional,
    /// It can.
    Yes,
}

impl Grade {
    /// `no`, `partly`, `conditional` or `yes`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Partly => "partly",
            Self::Conditional => "conditional",
            Self::Yes => "yes",
        }
    }
}
