//! A real OpenBao for tests, whom to log in to it as, and what it asks others.
//!
//! A test that has it takes it in with
//!
//! ```ignore
//! #[path = "openbao/mod.rs"]
//! mod openbao;
//! ```
//!
//! and starts with `let Some(bao) = OpenBao::start() else { return };`, which says why it skips where there is
//! no OpenBao, and fails there under `CI=true`.

// Each test binary uses a part of this.
#![allow(dead_code, unused_imports)]

mod client;
mod issuer;
mod kubernetes;
#[path = "../real/needs.rs"]
pub mod needs;
#[path = "../real/process.rs"]
pub mod process;
mod server;
mod web;

pub use client::{Client, Reply};
pub use issuer::Issuer;
pub use kubernetes::Kubernetes;
pub use server::OpenBao;
pub use web::{Request, Web};
