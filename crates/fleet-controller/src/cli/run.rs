//! `fleet-controller run`

use super::Exit;
use clap::Args;
use clap::builder::PossibleValuesParser;
use fleet_controller::functions::FUNCTIONS;
use fleet_controller::operation::{self, Function};
use std::net::SocketAddr;
use std::path::PathBuf;
use tracing::Level;

#[derive(Args)]
pub struct Options {
    /// Only these functions; all where none is named
    #[arg(long = "function", value_name = "NAME", value_parser = PossibleValuesParser::new(FUNCTIONS.iter().map(|function| function.name)))]
    functions: Vec<String>,
    /// Change nothing, anywhere: only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Where /healthz, /readyz and /metrics are
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8080")]
    listen: SocketAddr,
    /// The namespace of the controller's resources; that of its pod where this is absent
    #[arg(long, value_name = "NAME", env = "POD_NAMESPACE")]
    namespace: Option<String>,
    /// The Lease by which replicas agree on one of them
    #[arg(long, value_name = "NAME", default_value = "fleet-controller")]
    lease: String,
    /// Folder with the tokens of the controller's ServiceAccount for Vault: SERVER for each server, or `token` for all
    #[arg(long, value_name = "DIR", default_value = "/var/run/secrets/fleetc.dev/vault")]
    tokens: PathBuf,
    /// How much is logged
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "FLEET_LOG")]
    log: Level,
}

/// Runs until it is told to end.
pub fn run(options: &Options) -> Exit {
    operation::start_logs(options.log);
    let wanted: Vec<Function> = FUNCTIONS
        .iter()
        .filter(|function| {
            options.functions.is_empty() || options.functions.iter().any(|name| name == function.name)
        })
        .copied()
        .collect();
    let settings = operation::Options {
        listen: options.listen,
        dry_run: options.dry_run,
        lease: options.lease.clone(),
        namespace: options.namespace.clone(),
        tokens: options.tokens.clone(),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Exit::Failed(format!("the runtime does not start: {error}")),
    };
    match runtime.block_on(operation::run(settings, &wanted)) {
        Ok(()) => Exit::Fine,
        Err(reason) => Exit::Failed(reason),
    }
}
