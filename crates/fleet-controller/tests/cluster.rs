//! The guard and the janitor in a real cluster: an etcd and a kube-apiserver, ARC's definitions, and exactly the rights that the
//! modules ask for. Nothing of ARC runs, so what changes was changed by the controller.

#[path = "../../../tests/real/api.rs"]
#[allow(dead_code, reason = "not all tests need all of it")]
mod api;
#[path = "../../../tests/real/cluster.rs"]
#[allow(dead_code, reason = "not all tests need all of it")]
mod cluster;
#[path = "cluster/guard.rs"]
mod guard;
#[path = "cluster/janitor.rs"]
mod janitor;
#[path = "../../../tests/real/manifest.rs"]
#[allow(dead_code, reason = "not all tests need all of it")]
mod manifest;
#[path = "../../../tests/real/needs.rs"]
#[allow(dead_code, reason = "not all tests need all of it")]
mod needs;
#[path = "cluster/place.rs"]
mod place;
#[path = "../../../tests/real/process.rs"]
#[allow(dead_code, reason = "not all tests need all of it")]
mod process;
#[path = "../../../tests/real/wait.rs"]
#[allow(dead_code, reason = "not all tests need all of it")]
mod wait;
