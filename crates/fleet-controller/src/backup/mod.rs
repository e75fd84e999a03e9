//! Copies of a Vault server's data: taken, verified, stored in every store, and deleted only where enough
//! verified ones remain.

pub mod archive;
pub mod copies;
pub mod drill;
pub mod key;
pub mod manifest;
pub mod retention;
pub mod run;
pub mod server;
pub mod status;
pub mod store;
mod watch;

pub use watch::FUNCTION;
