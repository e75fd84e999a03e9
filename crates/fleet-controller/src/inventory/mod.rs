//! The inventory guard: no pool may have more runners than the healthy hardware holds.
//!
//! A pool's `maxRunners` is right while all hardware is there: the compiler has proved it. Once a node is cordoned or a
//! device fails, ARC still hands out that many jobs, their pods wait for a place that does not exist, and after ten minutes
//! the jobs fail instead of queueing. The guard compares the nodes with what the file declares, says on the `Fleet`
//! resource what is missing, and in mode `Enforce` lowers `maxRunners` (and `minRunners`, which may not exceed it, or ARC
//! never makes a listener) to what there is room for. When the hardware is back, so is the number. It is never above the
//! file's.
//!
//! Everything that decides is pure: [`node`] reads a node, [`judge`] says what each pool may have, [`settle`] when to act on
//! it. [`run`] talks to the API server.
//!
//! What is not counted: pods that are not the fleet's, such as those of DaemonSets. The file's `reserve` is for them.
//!
//! # Rights
//!
//! - everywhere: `nodes` get, list, watch
//! - in its own namespace: `fleetc.dev/fleets` get, list, watch; `fleetc.dev/fleets/status` patch;
//!   `events.k8s.io/events` create, patch
//! - in each namespace of pools: `actions.github.com/autoscalingrunnersets` get, list, watch, and in mode `Enforce` also patch;
//!   `events.k8s.io/events` create, patch

pub mod judge;
pub mod node;
pub mod pack;
pub mod quantity;
pub mod report;
pub mod run;
pub mod settle;
