//! Vault and OpenBao.

pub mod policies;
