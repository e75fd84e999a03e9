//! The thread that writes: one transaction for all that has come.

use super::apply::Applier;
use super::job::Outcome;
use super::observation::{Host, Observation};
use super::tables::{self, META, NOTES, meta};
use super::view::Change;
use super::{Note, Shared, forget};
use crate::time::Second;
use std::sync::PoisonError;
use tokio::sync::{mpsc, oneshot};

/// Observations that one transaction takes: more would make the first wait for the last.
const BATCH: usize = 1_024;

/// Why something was not taken in. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Too much waits to be written.
    Busy,
    /// The disk failed, or is full.
    Disk(String),
    /// The exporter is ending.
    Closed,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy => f.write_str("too much waits to be written"),
            Self::Disk(reason) => write!(f, "the ledger cannot be written: {reason}"),
            Self::Closed => f.write_str("the exporter is ending"),
        }
    }
}

impl std::error::Error for Refused {}

impl<E: Into<redb::Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Disk(error.into().to_string())
    }
}

type Answer<T> = oneshot::Sender<Result<T, Refused>>;

/// What the thread is asked.
pub enum Request {
    /// Take observations in.
    Observe(Vec<Observation>, Answer<Vec<Outcome>>),
    /// Give a server a number.
    Host(String, Answer<Host>),
    /// Keep notes; none is forgotten.
    Notes(Vec<(String, Option<Note>)>, Answer<()>),
    /// Forget what is over for longer than rows are kept, as of now. How many rows that were.
    Forget(Second, Answer<usize>),
    /// Write what waits, and end.
    Close(oneshot::Sender<()>),
}

/// Serves requests until the ledger is closed.
pub fn run(shared: &Shared, mut queue: mpsc::Receiver<Request>) {
    let mut next = queue.blocking_recv();
    while let Some(request) = next.take() {
        let mut batch = Vec::new();
        match request {
            Request::Observe(observations, answer) => {
                let mut size = observations.len();
                batch.push((observations, answer));
                while size < BATCH {
                    match queue.try_recv() {
                        Ok(Request::Observe(observations, answer)) => {
                            size += observations.len();
                            batch.push((observations, answer));
                        }
                        Ok(other) => {
                            next = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
            }
            Request::Host(name, answer) => drop(answer.send(settle(shared, add_host(shared, &name)))),
            Request::Notes(notes, answer) => drop(answer.send(settle(shared, keep(shared, notes)))),
            Request::Forget(now, answer) => drop(answer.send(settle(shared, forget::forget(shared, now)))),
            Request::Close(answer) => {
                shared.drop_database();
                let _ = answer.send(());
                return;
            }
        }
        if !batch.is_empty() {
            observe(shared, batch);
        }
        if next.is_none() {
            next = queue.blocking_recv();
        }
    }
}

fn observe(shared: &Shared, batch: Vec<(Vec<Observation>, Answer<Vec<Outcome>>)>) {
    let requests: Vec<&[Observation]> =
        batch.iter().map(|(observations, _)| observations.as_slice()).collect();
    match settle(shared, write(shared, &requests)) {
        Ok(outcomes) => {
            for ((_, answer), outcomes) in batch.into_iter().zip(outcomes) {
                let _ = answer.send(Ok(outcomes));
            }
        }
        Err(refused) => {
            for (_, answer) in batch {
                let _ = answer.send(Err(refused.clone()));
            }
        }
    }
}

/// After a failure of the disk the database refuses everything until it is opened anew.
fn settle<T>(shared: &Shared, result: Result<T, Refused>) -> Result<T, Refused> {
    if let Err(Refused::Disk(reason)) = &result {
        tracing::error!(reason, "the ledger could not be written");
        if shared.path.is_some() {
            shared.drop_database();
        }
    }
    result
}

fn write(shared: &Shared, requests: &[&[Observation]]) -> Result<Vec<Vec<Outcome>>, Refused> {
    let database = shared.database()?;
    let policy = shared.policy();
    let txn = database.begin_write()?;
    let (outcomes, change) = {
        let view = shared.view();
        let mut applier = Applier::new(&view, &policy, &txn);
        let mut outcomes = Vec::with_capacity(requests.len());
        for observations in requests {
            let each: Result<Vec<Outcome>, redb::Error> =
                observations.iter().map(|observation| applier.apply(observation)).collect();
            outcomes.push(each?);
        }
        (outcomes, applier.settle()?)
    };
    txn.commit()?;
    merge(shared, change);
    Ok(outcomes)
}

fn merge(shared: &Shared, change: Change) {
    shared.view.write().unwrap_or_else(PoisonError::into_inner).merge(change, Second::now());
}

fn add_host(shared: &Shared, name: &str) -> Result<Host, Refused> {
    let mut hosts = shared.hosts.read().unwrap_or_else(PoisonError::into_inner).clone();
    let place = hosts.iter().position(|host| host == name).unwrap_or_else(|| {
        hosts.push(name.to_owned());
        hosts.len() - 1
    });
    let host = Host::try_from(place).map_err(|_| Refused::Disk("too many servers".to_owned()))?;
    let txn = shared.database()?.begin_write()?;
    tables::write(&mut txn.open_table(META)?, meta::HOSTS, &hosts)?;
    txn.commit()?;
    *shared.hosts.write().unwrap_or_else(PoisonError::into_inner) = hosts;
    Ok(host)
}

fn keep(shared: &Shared, notes: Vec<(String, Option<Note>)>) -> Result<(), Refused> {
    let txn = shared.database()?.begin_write()?;
    {
        let mut table = txn.open_table(NOTES)?;
        for (key, note) in notes {
            match note {
                Some(note) => tables::write(&mut table, key.as_str(), &note)?,
                None => drop(table.remove(key.as_str())?),
            }
        }
    }
    txn.commit()?;
    Ok(())
}
