//! What policies of Vault and OpenBao grant: a model of them that answers as the servers do.
//!
//! [`hcl`] reads and prints policies, [`policy`] holds them as data, and [`acl`] answers requests by a set of them.

pub mod acl;
pub mod capability;
pub mod hcl;
pub mod limits;
pub mod operation;
pub mod path;
pub mod policy;

pub use acl::{Acl, Answer, Joined, Source, Verdict};
pub use capability::{Capabilities, Capability, Flavour};
pub use limits::Limits;
pub use operation::Operation;
pub use path::{Pattern, RulePath};
pub use policy::{PathRule, Policy};
