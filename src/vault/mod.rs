//! What policies of Vault and OpenBao grant: a model of them that answers as the servers do.
//!
//! [`policy`] holds a policy as data and [`capability`] what a rule may grant; [`path`] knows which requests a
//! rule's path is about.

pub mod capability;
pub mod hcl;
pub mod path;
pub mod policy;

pub use capability::{Capabilities, Capability, Flavour};
pub use path::{Pattern, RulePath};
pub use policy::{Limits, PathRule, Policy};
