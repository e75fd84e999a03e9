//! What policies of Vault and OpenBao grant: a model of them that answers as the servers do.
//!
//! [`hcl`] reads and prints policies, [`policy`] holds them as data, and [`acl`] answers requests by a set of them.
//! [`access`] asks it of a fleet: who can do what with which secret, and what a change of the fleet changes there.

pub mod access;
pub mod acl;
pub mod builtin;
pub mod capability;
pub mod hcl;
pub mod limits;
pub mod of_fleet;
pub mod operation;
pub mod path;
pub mod policy;

pub use acl::{Acl, Answer, Joined, Source, Verdict};
pub use capability::{Capabilities, Capability, Flavour};
pub use limits::Limits;
pub use operation::Operation;
pub use path::{Pattern, RulePath};
pub use policy::{PathRule, Policy};
