//! `fleet-controller run`: from start to end.

use super::{Context, Election, Function, Health, Metrics, Stop, http, lease};
use fleet_model::metrics::controller::{BUILD, LEADER};
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

/// How long functions may take to come to an end.
const END: Duration = Duration::from_secs(20);
/// How long the API server may take to be found at the start.
const CONNECT: Duration = Duration::from_secs(60);

/// How the controller runs.
pub struct Options {
    /// Where health and metrics are.
    pub listen: SocketAddr,
    /// Whether nothing may be changed.
    pub dry_run: bool,
    /// Name of the Lease.
    pub lease: String,
    /// The namespace; that of the pod where it is absent.
    pub namespace: Option<String>,
    /// Folder with tokens for other systems.
    pub tokens: PathBuf,
}

/// Runs functions until the process is told to end. An error is why they could not run, or not any longer.
pub async fn run(options: Options, functions: &[Function]) -> Result<(), String> {
    let health = Arc::new(Health::default());
    let metrics = Arc::new(Metrics::default());
    metrics.set(&BUILD, &[env!("CARGO_PKG_VERSION")], 1.0);
    metrics.set(&LEADER, &[], 0.0);
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| format!("can't listen at {}: {error}", options.listen))?;
    tracing::info!(address = %listener.local_addr().map_or(options.listen, |address| address), "health and metrics are served");
    let server = tokio::spawn(http::serve(listener, health.clone(), metrics.clone()));

    let (stopper, stop) = Stop::new();
    let ending = ending()?;
    let signals = tokio::spawn(async move {
        ending.await;
        tracing::info!("told to end");
        // Nobody listens any more where everything has ended.
        let _ = stopper.send(true);
    });
    let outcome = lead(&options, functions, &health, &metrics, stop).await;
    signals.abort();
    server.abort();
    outcome
}

/// Until it is told to stop, or was the leader and is it no longer.
async fn lead(
    options: &Options,
    functions: &[Function],
    health: &Health,
    metrics: &Arc<Metrics>,
    mut stop: Stop,
) -> Result<(), String> {
    let config = kube::Config::infer().await.map_err(|error| format!("no cluster: {error}"))?;
    let namespace = options.namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
    let client = kube::Client::try_from(config).map_err(|error| format!("no cluster: {error}"))?;
    let asked = tokio::time::timeout(CONNECT, client.apiserver_version());
    let version = tokio::select! {
        () = stop.wait() => return Ok(()),
        version = asked => version
            .map_err(|_| "the API server does not answer".to_owned())?
            .map_err(|error| format!("the API server: {error}"))?,
    };
    tracing::info!(version = version.git_version, namespace, "the API server answers");

    let identity = identity();
    let mut election = Election::new(client.clone(), &namespace, &options.lease, &identity);
    health.is_ready();
    loop {
        match election.try_lead().await {
            Ok(true) => break,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the Lease can't be asked for"),
        }
        if stop.sleep(lease::RETRY).await {
            return Ok(());
        }
    }
    tracing::info!(identity, "this replica leads");
    metrics.set(&LEADER, &[], 1.0);

    let context = Context {
        client,
        namespace,
        dry_run: options.dry_run,
        metrics: metrics.clone(),
        stop: stop.clone(),
        tokens: options.tokens.clone(),
    };
    let mut running = JoinSet::new();
    for function in functions {
        tracing::info!(function = function.name, dry_run = options.dry_run, "started");
        running.spawn((function.start)(context.clone()));
    }
    let outcome = tokio::select! {
        lease::Lost = election.keep() => Err("the Lease is lost".to_owned()),
        ended = running.join_next(), if !functions.is_empty() => {
            // The kubelet starts the process anew, which is better than one function less.
            Err(match ended {
                Some(Err(error)) if error.is_panic() => "a function failed by a mistake in the program".to_owned(),
                _ => "a function ended".to_owned(),
            })
        }
        () = stop.wait() => Ok(()),
    };
    health.ends();
    metrics.set(&LEADER, &[], 0.0);
    if outcome.is_err() {
        // Another replica may already be at work: not one more step.
        running.abort_all();
    }
    let ended = tokio::time::timeout(END, async { while running.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!("functions were stopped in the middle: the next start takes up what they left");
        running.abort_all();
    }
    if outcome.is_ok() {
        if let Err(error) = election.release().await {
            tracing::warn!(%error, "the Lease was not released: another replica waits for it to run out");
        }
        tracing::info!("ended");
    }
    outcome
}

fn ending() -> Result<impl Future<Output = ()>, String> {
    let listen = |kind| signal(kind).map_err(|error| format!("signals: {error}"));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Unique even where two replicas have one host name: a restarted one must not take the Lease of its forerunner for its own
/// while that may still be at work.
fn identity() -> String {
    let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "fleet-controller".to_owned());
    format!("{host}_{}_{}", std::process::id(), jiff::Timestamp::now().as_millisecond())
}
