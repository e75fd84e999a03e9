//! What a scrape shows.
//!
//! Counters and histograms are the ledger's. Gauges are made from its live rows at each scrape. What the
//! exporter does itself is kept in [`Process`] and begins anew with it. The catalogue in fleet-model says
//! what there is; nothing else can be exported.

mod encode;
mod gauges;
mod process;
mod protobuf;
mod text;
mod wire;

pub use encode::{Format, Sources, encode};
pub use gauges::{Gauges, gauges};
pub use process::Process;
