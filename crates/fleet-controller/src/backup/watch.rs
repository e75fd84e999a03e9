//! The function `backup` of `fleet-controller run`: exports what runs have left in ConfigMaps.
//!
//! Rights that this takes, in the controller's namespace: `list` on `vaultservers` of `fleetc.dev`; `get` on the ConfigMaps
//! `SERVER-backup-status`.

use super::status;
use crate::operation::{Context, Function, Metrics};
use fleet_model::backup::{BackupStatus, status_name};
use fleet_model::metrics::controller::{
    LAST_RECONCILE, RECONCILE_ERRORS, RESTORE_DRILL_SUCCESS, SNAPSHOT_DURATION, SNAPSHOT_FAILURES,
    SNAPSHOT_LAST_SUCCESS, SNAPSHOT_OBJECTS, SNAPSHOT_OLDEST_GOOD, SNAPSHOT_RAFT_INDEX, SNAPSHOT_SIZE,
};
use fleet_model::vault::VaultServer;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use kube::api::{Api, ListParams};
use std::time::Duration;

/// The function.
pub const FUNCTION: Function = Function { name: NAME, start: |context| Box::pin(run(context)) };

const NAME: &str = "backup";
/// How often they are read. Runs are hours apart.
const PAUSE: Duration = Duration::from_secs(60);

async fn run(context: Context) {
    let mut stop = context.stop.clone();
    while !stop.has_come() {
        match round(&context).await {
            Ok(()) => {
                context.metrics.set(&LAST_RECONCILE, &[NAME], Timestamp::now().as_second() as f64);
            }
            Err(error) => {
                tracing::warn!(%error, "what became of backups can't be read");
                context.metrics.add(&RECONCILE_ERRORS, &[NAME], 1.0);
            }
        }
        stop.sleep(PAUSE).await;
    }
}

async fn round(context: &Context) -> Result<(), kube::Error> {
    let servers: Api<VaultServer> = Api::namespaced(context.client.clone(), &context.namespace);
    let maps: Api<ConfigMap> = Api::namespaced(context.client.clone(), &context.namespace);
    for server in servers.list(&ListParams::default()).await? {
        match maps.get_opt(&status_name(&server.name_any())).await {
            Ok(Some(map)) => export(&context.metrics, &status::read(&map)),
            Ok(None) => {}
            // The rights are for servers that have backups, no others.
            Err(kube::Error::Api(answer)) if answer.code == 403 => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn export(metrics: &Metrics, status: &BackupStatus) {
    for (name, store) in &status.stores {
        let name = name.as_str();
        if let Some(last) = &store.last {
            metrics.set(&SNAPSHOT_LAST_SUCCESS, &[name], last.at as f64);
            metrics.set(&SNAPSHOT_SIZE, &[name], last.size as f64);
            metrics.set(&SNAPSHOT_RAFT_INDEX, &[name], last.index as f64);
            metrics.set(&SNAPSHOT_DURATION, &[name], last.seconds as f64);
            metrics.set(&SNAPSHOT_OBJECTS, &[name, "good"], store.good as f64);
            metrics.set(&SNAPSHOT_OBJECTS, &[name, "unknown"], store.unknown as f64);
        }
        if let Some(oldest) = store.oldest {
            metrics.set(&SNAPSHOT_OLDEST_GOOD, &[name], oldest as f64);
        }
        for (stage, count) in &store.failures {
            metrics.set(&SNAPSHOT_FAILURES, &[name, stage], *count as f64);
        }
        for (scope, at) in &store.drills {
            metrics.set(&RESTORE_DRILL_SUCCESS, &[name, scope], *at as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleet_model::backup::{LastCopy, StoreStatus};

    #[test]
    fn a_store_without_a_copy_has_no_success() {
        let metrics = Metrics::default();
        let good = StoreStatus {
            last: Some(LastCopy { at: 100, size: 7, index: 9, seconds: 4 }),
            good: 2,
            drills: [("full".to_owned(), 90)].into(),
            ..StoreStatus::default()
        };
        let bad = StoreStatus { failures: [("upload".to_owned(), 3)].into(), ..StoreStatus::default() };
        let status = BackupStatus { stores: [("near".to_owned(), good), ("far".to_owned(), bad)].into() };
        export(&metrics, &status);
        assert_eq!(metrics.value(&SNAPSHOT_LAST_SUCCESS, &["near"]), Some(100.0));
        assert_eq!(metrics.value(&SNAPSHOT_LAST_SUCCESS, &["far"]), None);
        assert_eq!(metrics.value(&SNAPSHOT_FAILURES, &["far", "upload"]), Some(3.0));
        assert_eq!(metrics.value(&RESTORE_DRILL_SUCCESS, &["near", "full"]), Some(90.0));
    }
}
