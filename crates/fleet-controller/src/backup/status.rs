//! What became of runs, in a ConfigMap: a run is over long before anybody scrapes it, so it leaves there what
//! `fleet-controller run` exports.

use super::drill::Scope;
use super::run::{Report, RunError};
use fleet_model::backup::{BackupStatus, LastCopy, STATUS_KEY};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, Patch, PatchParams};
use serde_json::json;

/// Enters a run that took copies. `seconds` is how long it took.
pub fn enter_report(status: &mut BackupStatus, report: &Report, now: Timestamp, seconds: u64) {
    for store in &report.stores {
        let entry = status.stores.entry(store.store.clone()).or_default();
        if store.failure.is_none() {
            entry.last =
                Some(LastCopy { at: now.as_second(), size: report.size, index: report.index, seconds });
            entry.good = store.good as u64;
            entry.unknown = store.unknown as u64;
            entry.oldest = store.oldest.map(Timestamp::as_second);
        }
        if let Some(stage) = store.stage {
            *entry.failures.entry(stage.to_owned()).or_default() += 1;
        }
    }
}

/// Enters a run that took no copy at all: none of these stores has it.
pub fn enter_failure<'a>(status: &mut BackupStatus, stores: impl Iterator<Item = &'a str>, error: &RunError) {
    for store in stores {
        let entry = status.stores.entry(store.to_owned()).or_default();
        *entry.failures.entry(error.stage().to_owned()).or_default() += 1;
    }
}

/// Enters a drill that went well.
pub fn enter_drill(status: &mut BackupStatus, store: &str, scope: Scope, now: Timestamp) {
    let entry = status.stores.entry(store.to_owned()).or_default();
    entry.drills.insert(scope.word().to_owned(), now.as_second());
}

/// Changes the status in the ConfigMap of this name, in the namespace of the process.
pub fn update(name: &str, change: impl FnOnce(&mut BackupStatus)) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let client = kube::Client::try_default().await.map_err(|error| error.to_string())?;
        let api: Api<ConfigMap> = Api::default_namespaced(client);
        let map = api.get(name).await.map_err(|error| format!("ConfigMap {name}: {error}"))?;
        let mut status = read(&map);
        change(&mut status);
        let text = serde_json::to_string(&status).map_err(|error| error.to_string())?;
        let patch = Patch::Merge(json!({"data": {STATUS_KEY: text}}));
        api.patch(name, &PatchParams::default(), &patch)
            .await
            .map(drop)
            .map_err(|error| format!("ConfigMap {name}: {error}"))
    })
}

/// The status in a ConfigMap. One that was never written, or that can't be read, says nothing.
pub fn read(map: &ConfigMap) -> BackupStatus {
    let text = map.data.as_ref().and_then(|data| data.get(STATUS_KEY));
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::archive::Refusal;
    use crate::backup::run::StoreReport;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn report() -> Report {
        let good = StoreReport { store: "near".to_owned(), good: 3, ..StoreReport::default() };
        let bad = StoreReport {
            store: "far".to_owned(),
            failure: Some("down".to_owned()),
            stage: Some("upload"),
            ..StoreReport::default()
        };
        Report { copy: "c".to_owned(), size: 7, index: 9, stores: vec![good, bad] }
    }

    #[test]
    fn a_failure_leaves_the_last_success_alone() {
        let mut status = BackupStatus::default();
        enter_report(&mut status, &report(), at(100), 4);
        let broken = RunError::Snapshot(Refusal::Trailing);
        enter_failure(&mut status, ["near", "far"].into_iter(), &broken);
        let near = &status.stores["near"];
        assert_eq!(near.last, Some(LastCopy { at: 100, size: 7, index: 9, seconds: 4 }));
        assert_eq!((near.good, near.failures["verify"]), (3, 1));
        let far = &status.stores["far"];
        assert_eq!((far.last.is_none(), far.failures["upload"], far.failures["verify"]), (true, 1, 1));
    }

    #[test]
    fn what_is_written_is_read() {
        let mut status = BackupStatus::default();
        enter_report(&mut status, &report(), at(100), 4);
        enter_drill(&mut status, "near", Scope::Full, at(200));
        let text = serde_json::to_string(&status).expect("text");
        let map = ConfigMap { data: Some([(STATUS_KEY.to_owned(), text)].into()), ..ConfigMap::default() };
        assert_eq!(read(&map), status);
        assert_eq!(read(&ConfigMap::default()), BackupStatus::default());
    }
}
