//! fleetc compiles one KDL file, `fleet.kdl`, into everything that a fleet of GitHub Actions
//! runners needs on Kubernetes.
//!
//! The pipeline is the module list: text is read by [`syntax`] into a spanned tree, which
//! [`language`] decodes into typed nodes; [`model`] resolves them into a fleet; [`check`] and
//! [`capacity`] find what would go wrong; [`emit`] builds Kubernetes objects; [`output`] writes them.

pub mod capacity;
pub mod check;
pub mod cli;
pub mod compile;
pub mod contract;
pub mod diagnostic;
pub mod diff;
pub mod edit;
pub mod emit;
pub mod import;
pub mod language;
pub mod lint;
pub mod manual;
pub mod model;
pub mod monitoring;
pub mod output;
pub mod schema;
mod svg;
pub mod syntax;
pub mod vault;
pub mod yaml;
