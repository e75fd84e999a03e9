//! Vault and OpenBao: servers hold what the custom resources of [`fleet_model::vault`] say.
//!
//! Each server has passes: one every 20 s, and one soon after a resource changes. A pass reads all objects, decides
//! ([`plan`]), enters what it is going to do in the [`ledger`], writes (configuration, policies, roles; each is
//! read back and compared), and deletes (roles, policies) what it has once written and nobody declares any more. A pass over a server that holds
//! everything writes nothing. There are no finalizers: a resource that is deleted is gone at once, and the ledger knows what is left to do.
//!
//! Rights that this takes, in the controller's namespace: `get`, `list`, `watch` on `vaultservers`, `vaultpolicies`,
//! `vaultjwtroles`, `vaultkubernetesroles`, `vaultjwtauths`, `vaultkubernetesauths` of `fleetc.dev`; `patch` on the subresource `status`
//! of each; `get`, `create`, `update` on `configmaps` (the ledgers `fleet-vault-ledger-SERVER`, and certificate authorities). In
//! the pod: a projected token of its ServiceAccount, with the audience of the server's login, at
//! `/var/run/secrets/fleetc.dev/vault/token`, or at `.../vault/SERVER` for each server.

pub mod bootstrap;
pub mod client;
mod conditions;
pub mod differ;
mod keeper;
pub mod ledger;
pub mod object;
pub mod pass;
pub mod plan;
mod publish;
pub mod session;
pub mod waits;
mod watch;

use crate::operation::{Context, Function};
use fleet_model::metrics::controller::{VAULT_FOREIGN_POLICIES, VAULT_OBJECTS, VAULT_SEALED, VAULT_UP};
use futures_util::future::join_all;
use keeper::Keeper;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use watch::Watch;

/// The function.
pub const FUNCTION: Function = Function { name: "vault", start: |context| Box::pin(run(context)) };

/// How long changes of resources are gathered: an apply changes many.
const GATHER: Duration = Duration::from_millis(500);
/// Longest sleep: servers may come.
const LONGEST: Duration = Duration::from_secs(20);

async fn run(context: Context) {
    let watch = Watch::start(&context.client, &context.namespace);
    let recorder = context.recorder();
    let mut stop = context.stop.clone();
    tokio::select! {
        () = watch.ready() => {}
        () = stop.wait() => return,
    }
    let mut keepers: BTreeMap<String, Keeper> = BTreeMap::new();
    while !stop.has_come() {
        let declared = watch.declared();
        keepers.retain(|name, _| {
            let stays = declared.iter().any(|server| server.name == *name);
            if !stays {
                for metric in [VAULT_UP, VAULT_SEALED, VAULT_OBJECTS, VAULT_FOREIGN_POLICIES] {
                    context.metrics.forget(&metric, &[name]);
                }
            }
            stays
        });
        for server in &declared {
            keepers.entry(server.name.clone()).or_default();
        }
        // Both are in order of names, so that each keeper meets its server.
        let passes = keepers.values_mut().zip(&declared);
        join_all(passes.map(|(keeper, server)| keeper.keep(&context, &recorder, &watch, server))).await;

        let due = keepers.values().map(Keeper::due).min();
        let time = due.map_or(LONGEST, |due| due.saturating_duration_since(Instant::now()).min(LONGEST));
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = watch.changed() => { stop.sleep(GATHER).await; }
            () = stop.wait() => {}
        }
    }
    join_all(keepers.values().map(Keeper::end)).await;
}
