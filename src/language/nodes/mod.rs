//! The words of the language, by what they are about.

mod alerts;
mod alerts_typed;
mod cache;
mod cluster;
mod escape;
mod exporter;
mod file;
mod fleet;
mod hardware;
mod monitoring;
mod pool;
mod pool_parts;
mod repositories;
mod vault;
mod vault_auth;
mod vault_policy;
mod vault_role;
mod workflows;

pub use alerts::*;
pub use alerts_typed::*;
pub use cache::*;
pub use cluster::*;
pub use escape::*;
pub use exporter::*;
pub use file::*;
pub use fleet::*;
pub use hardware::*;
pub use monitoring::*;
pub use pool::*;
pub use pool_parts::*;
pub use repositories::*;
pub use vault::*;
pub use vault_auth::*;
pub use vault_policy::*;
pub use vault_role::*;
pub use workflows::*;
