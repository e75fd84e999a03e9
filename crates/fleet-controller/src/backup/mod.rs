//! Copies of a Vault server's data: taken, verified, stored in every store, and deleted only where enough
//! verified ones remain.

pub mod archive;
pub mod key;
pub mod manifest;
pub mod retention;
