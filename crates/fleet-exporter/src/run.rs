//! The exporter as a process: what runs at once, and how it ends.

use crate::app::{App, policy};
use crate::poll;
use crate::server::serve;
use crate::time::{HOUR, Second};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How often the file with the pools is looked at.
const POOLS: Duration = Duration::from_secs(15);

/// Runs until the process is told to end, and then ends what has begun.
pub fn run(app: Arc<App>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(16)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let (stop, stopped) = watch::channel(false);
    let mut threads = housekeeper(Arc::clone(&app), stopped.clone());
    threads.extend(poll::start(&app, &stopped));
    let served = runtime.block_on(async {
        let address = app.config.listen.clone();
        let listener = TcpListener::bind(&address).await.map_err(|error| format!("{address}: {error}"))?;
        tracing::info!(address, "serving");
        let server = tokio::spawn(serve(listener, Arc::clone(&app), stopped.clone()));
        told_to_end().await;
        tracing::info!("ending");
        let _ = stop.send(true);
        let _ = server.await;
        Ok(())
    });
    let _ = stop.send(true);
    for thread in threads {
        let _ = thread.join();
    }
    app.ledger.close();
    served
}

async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Reads the pools again when their file changes, and forgets what is old once an hour.
fn housekeeper(app: Arc<App>, stop: watch::Receiver<bool>) -> Vec<std::thread::JoinHandle<()>> {
    let modified = |app: &App| -> Option<SystemTime> {
        std::fs::metadata(app.config.pools.as_ref()?).ok()?.modified().ok()
    };
    let work = move || {
        let mut known = modified(&app);
        let mut forget_at = Second::now().plus(60);
        while !*stop.borrow() {
            wait(POOLS, &stop);
            let now = modified(&app);
            if now != known {
                known = now;
                match policy(&app.config) {
                    Ok(policy) => app.ledger.set_policy(policy),
                    Err(error) => tracing::error!(error, "the pools cannot be read; the old ones stay"),
                }
            }
            if Second::now() >= forget_at {
                forget_at = Second::now().plus(HOUR);
                match app.ledger.forget(app.process.now()) {
                    Ok(rows) => tracing::debug!(rows, "forgotten"),
                    Err(error) => tracing::error!(%error, "old rows could not be forgotten"),
                }
            }
        }
    };
    std::thread::Builder::new().name("housekeeper".to_owned()).spawn(work).into_iter().collect()
}

/// Sleeps, but not beyond the end of the process.
pub fn wait(time: Duration, stop: &watch::Receiver<bool>) {
    let step = Duration::from_millis(100);
    let mut left = time;
    while !left.is_zero() && !*stop.borrow() {
        let now = left.min(step);
        std::thread::sleep(now);
        left = left.saturating_sub(now);
    }
}
