//! The truth about runs and jobs: what was seen, what it was worth counting, and nothing twice.
//!
//! Every source tells the ledger [`Observation`]s. One thread takes them in, as many at once as have come, and
//! stores rows and counters in one transaction before anybody is answered. Memory follows the disk, never the
//! other way round: a transaction that fails changes nothing.

mod apply;
pub mod bounds;
mod count;
mod forget;
pub mod history;
pub mod job;
pub mod labels;
mod load;
mod migrate;
pub mod native;
mod notes;
pub mod observation;
pub mod policy;
pub mod run;
pub mod series;
mod settle;
mod stats;
pub mod status;
mod tables;
pub mod view;
mod writer;

pub use forget::Stuck;
pub use job::Outcome;
pub use load::OpenError;
pub use notes::Note;
pub use observation::Observation;
pub use policy::Policy;
pub use stats::{Branch, Workflow};
pub use tables::Repo;
pub use view::View;
pub use writer::Refused;

use observation::Host;
use redb::Database;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::{mpsc, oneshot};
use writer::Request;

/// Requests that may wait for the thread that writes. Whoever comes while so many wait is refused: GitHub
/// keeps the delivery, and it is asked for again.
const WAITING: usize = 4_096;

/// A database and what is in memory of it. Clones are the same ledger.
#[derive(Clone, Debug)]
pub struct Ledger {
    shared: Arc<Shared>,
    requests: mpsc::Sender<Request>,
}

#[derive(Debug)]
struct Shared {
    path: Option<PathBuf>,
    /// None between a failure of the disk and the next attempt to open it.
    database: RwLock<Option<Arc<Database>>>,
    view: RwLock<View>,
    policy: RwLock<Arc<Policy>>,
    hosts: RwLock<Vec<String>>,
}

impl Ledger {
    /// Opens a database, or makes one.
    pub fn open(path: &Path, policy: Policy) -> Result<Self, OpenError> {
        let database = load::open(path)?;
        Self::start(database, Some(path.to_owned()), policy)
    }

    /// A ledger that is gone with the process, for tests and trials.
    pub fn in_memory(policy: Policy) -> Result<Self, OpenError> {
        Self::start(load::in_memory()?, None, policy)
    }

    fn start(database: Database, path: Option<PathBuf>, policy: Policy) -> Result<Self, OpenError> {
        let (view, hosts) = load::load(&database, &policy)?;
        let shared = Arc::new(Shared {
            path,
            database: RwLock::new(Some(Arc::new(database))),
            view: RwLock::new(view),
            policy: RwLock::new(Arc::new(policy)),
            hosts: RwLock::new(hosts),
        });
        let (requests, queue) = mpsc::channel(WAITING);
        let worker = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("ledger".to_owned());
        thread
            .spawn(move || writer::run(&worker, queue))
            .map_err(|error| OpenError::Thread(error.to_string()))?;
        Ok(Self { shared, requests })
    }

    /// Takes observations in. They are on disk, and so is what they count for, once this returns.
    pub async fn submit(&self, observations: Vec<Observation>) -> Result<Vec<Outcome>, Refused> {
        let (answer, answered) = oneshot::channel();
        let request = Request::Observe(observations, answer);
        self.requests.try_send(request).map_err(|_| Refused::Busy)?;
        answered.await.unwrap_or(Err(Refused::Closed))
    }

    /// As [`submit`](Self::submit), for a caller that is no task; waits for its turn.
    pub fn submit_now(&self, observations: Vec<Observation>) -> Result<Vec<Outcome>, Refused> {
        let (answer, answered) = oneshot::channel();
        self.requests.blocking_send(Request::Observe(observations, answer)).map_err(|_| Refused::Closed)?;
        answered.blocking_recv().unwrap_or(Err(Refused::Closed))
    }

    /// Writes what waits and closes the database. Afterwards everything is refused.
    pub fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.requests.blocking_send(Request::Close(answer)).is_ok() {
            let _ = answered.blocking_recv();
        }
    }

    /// What is in memory. Held only for as long as it takes to read: while it is, nothing is taken in.
    pub fn view(&self) -> RwLockReadGuard<'_, View> {
        self.shared.view()
    }

    /// The decisions that hold now.
    pub fn policy(&self) -> Arc<Policy> {
        self.shared.policy()
    }

    /// Other pools, or other branches, from now on. What was counted stays as it was counted.
    pub fn set_policy(&self, policy: Policy) {
        *self.shared.policy.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
    }

    /// Bytes on disk.
    pub fn size(&self) -> u64 {
        let file = self.shared.path.as_deref().and_then(|path| std::fs::metadata(path).ok());
        file.map_or(0, |file| file.len())
    }

    /// The number of a server; the same for ever.
    pub fn host(&self, name: &str) -> Result<Host, Refused> {
        let known = |hosts: &[String]| hosts.iter().position(|host| host == name);
        let hosts = self.shared.hosts.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(place) = known(&hosts) {
            return Ok(place as Host);
        }
        let (answer, answered) = oneshot::channel();
        let request = Request::Host(name.to_owned(), answer);
        self.requests.blocking_send(request).map_err(|_| Refused::Closed)?;
        answered.blocking_recv().unwrap_or(Err(Refused::Closed))
    }

    /// The server of a number.
    pub fn host_name(&self, host: Host) -> Option<String> {
        self.shared.hosts.read().unwrap_or_else(PoisonError::into_inner).get(usize::from(host)).cloned()
    }
}

impl Shared {
    fn view(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The database; opened anew after a failure of the disk.
    fn database(&self) -> Result<Arc<Database>, Refused> {
        if let Some(database) = &*self.database.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(database));
        }
        let Some(path) = &self.path else { return Err(Refused::Closed) };
        let mut slot = self.database.write().unwrap_or_else(PoisonError::into_inner);
        let database = Arc::new(load::open(path).map_err(|error| Refused::Disk(error.to_string()))?);
        *slot = Some(Arc::clone(&database));
        Ok(database)
    }

    fn drop_database(&self) {
        *self.database.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
