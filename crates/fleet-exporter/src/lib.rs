//! fleet-exporter: what GitHub Actions does, as metrics that stay true.
//!
//! Sources (webhooks, polling) see GitHub and tell the [`ledger`] what they saw. The ledger counts each thing
//! once and stores what it counted. A scrape reads memory and never waits for the network.

pub mod app;
pub mod check;
pub mod cli;
pub mod github;
pub mod ledger;
pub mod metrics;
pub mod poll;
pub mod pools;
pub mod run;
pub mod server;
pub mod time;
pub mod why;
