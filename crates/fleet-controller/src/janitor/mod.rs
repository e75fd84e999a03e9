//! The janitor: what ARC and its hooks leave behind, and what holds up everything else until somebody takes it away.
//!
//! | kind | what it is | what is done |
//! |---|---|---|
//! | `stuck_runner` | an EphemeralRunner that ARC takes for running, whose pod has ended or is gone | it is deleted |
//! | `failed_runner` | an EphemeralRunner that ARC has given up, and that holds a place of its pool | it is deleted |
//! | `orphan_pod`, `orphan_secret` | of a job, whose runner is gone | it is deleted |
//! | `leaked_volume` | the work volume of a pod that is gone | its claim is deleted |
//! | `outdated_scale_set` | a pool that ARC switched off for its runner's age, and whose pod template is another now | it is switched on |
//! | `hanging_finalizer` | a companion of a pool that is gone, which only its finalizer holds | that finalizer is taken off |
//!
//! It reports unless the `Fleet` resource says `janitor: Remove`, and whatever it does is an event and a counter.
//!
//! # Never a running job
//!
//! A runner's process is the job's: as long as it may run, so may a job, whatever any status says. So nothing of a runner is
//! touched unless the API server shows that its process has ended: the container has terminated, or there is neither a pod nor
//! an EphemeralRunner of its name. Names of runners are random and never used again. A pod that is pending, running, unknown or failed
//! without a word of its container counts as running. Right before the deletion that is asked again, and the
//! deletion itself is bound to the very version of the object that was judged. An EphemeralRunner is only ever deleted, never
//! stripped of its finalizers: with them ARC asks GitHub once more whether a job still runs.
//!
//! [`judge`] decides and does nothing; [`pace`] limits how much is done; [`act`] does it.
//!
//! # Rights
//!
//! In each namespace of pools:
//!
//! - to report: `pods`, `secrets` (its labels and owners; it asks for metadata alone), `persistentvolumeclaims`, `serviceaccounts`,
//!   `rbac.authorization.k8s.io/roles` and `rolebindings`, `actions.github.com/ephemeralrunners` and `autoscalingrunnersets`:
//!   get, list; `events.k8s.io/events` create, patch
//! - to remove, also: delete of `pods`, `secrets`, `persistentvolumeclaims`, `actions.github.com/ephemeralrunners`; patch of
//!   `secrets`, `serviceaccounts`, `roles`, `rolebindings` and `actions.github.com/autoscalingrunnersets`; patch of
//!   `actions.github.com/autoscalingrunnersets/status`
//!
//! And in its own namespace: `fleetc.dev/fleets` get, list; `fleetc.dev/fleets/status` patch.

pub mod act;
pub mod judge;
pub mod look;
pub mod pace;
pub mod run;
pub mod world;
