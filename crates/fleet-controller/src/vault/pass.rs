//! One pass over a server: everything is read, then decided, then entered in the ledger, then written.

use super::client::{Failure, Identity, data};
use super::ledger::{Books, Entry, Ledger};
use super::object::{Kind, Object};
use super::plan::{self, End, Held, Step, Why};
use super::session::Session;
use super::waits::Waits;
use crate::operation::Stop;
use fleet_model::vault::ServerFlavour;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Reads at a time.
const READS: usize = 4;

/// What a server should hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// What names of roles and policies start with.
    pub prefix: String,
    /// Which program it is.
    pub flavour: ServerFlavour,
    /// How many objects somebody has said may be deleted at once.
    pub allowed_deletion: Option<usize>,
    /// The objects.
    pub objects: Vec<Object>,
}

/// What became of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server holds it.
    Unchanged,
    /// It was written, and read back.
    Written(Why),
    /// It would have been written.
    WouldWrite(Why),
    /// It must not be written.
    Refused(String),
    /// It could not be read or written.
    Failed(Failure),
    /// It was written, and the server holds something else.
    NotKept(String),
    /// The pass ended before its turn.
    Skipped,
}

/// What became of what is declared no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Its path.
    pub path: String,
    /// What it was.
    pub kind: Kind,
    /// Whether it is gone from the server; otherwise it would be.
    pub done: bool,
}

/// What a pass did.
#[derive(Debug, Default)]
pub struct Report {
    /// Of each object, in the order of the wanted ones.
    pub outcomes: Vec<Option<Outcome>>,
    /// What was deleted.
    pub deleted: Vec<Deleted>,
    /// Why nothing was deleted.
    pub deletion_refused: Option<String>,
    /// What ended the pass early.
    pub failure: Option<Failure>,
    /// The server's cluster.
    pub cluster_id: String,
    /// Requests that change something.
    pub writes: usize,
}

/// A pass. `waits` holds what the server rejected before, and is not asked again yet.
pub struct Pass<'a, B> {
    /// The server.
    pub session: &'a Session,
    /// Its ledger.
    pub books: &'a B,
    /// What it should hold.
    pub wanted: &'a Wanted,
    /// Whether nothing may be changed.
    pub dry_run: bool,
    /// When to stop.
    pub stop: Stop,
}

struct Reading {
    held: BTreeMap<String, Result<Held, Failure>>,
    ledger: Ledger,
    identity: Identity,
}

impl<B: Books> Pass<'_, B> {
    /// Does it.
    pub async fn run(&self, waits: &mut Waits) -> Report {
        let mut report = Report { outcomes: vec![None; self.wanted.objects.len()], ..Report::default() };
        if let Err(failure) = self.try_run(waits, &mut report).await {
            report.failure = Some(failure);
        }
        report
    }

    async fn try_run(&self, waits: &mut Waits, report: &mut Report) -> Result<(), Failure> {
        let identity = self.session.client().identity().await?;
        report.cluster_id.clone_from(&identity.cluster_id);
        let unusable = |reason| Failure::Unusable(format!("the ledger: {reason}"));
        let ledger = self.books.load().await.map_err(unusable)?;
        let mut reading = self.read(identity, ledger).await?;

        let steps = self.decide(&reading, waits, report);
        let ends = self.ends(&reading, report);
        if self.dry_run {
            for (at, step) in steps {
                if let Step::Write(why) = step {
                    report.outcomes[at] = Some(Outcome::WouldWrite(why));
                }
            }
            report.deleted.extend(ends.into_iter().filter(|(_, end)| *end == End::Delete).filter_map(
                |(path, _)| Some(Deleted { kind: reading.ledger.0.get(&path)?.kind, path, done: false }),
            ));
            return Ok(());
        }

        let before = reading.ledger.clone();
        self.intend(&steps, &mut reading);
        if reading.ledger != before {
            self.books.save(&reading.ledger).await.map_err(unusable)?;
        }
        let intended = reading.ledger.clone();
        let mut done = self.write(steps, &mut reading, waits, report).await;
        if done.is_ok() {
            done = self.delete(ends, &mut reading, report).await;
        }
        // What was done is entered even where the rest could not be.
        if reading.ledger != intended {
            self.books.save(&reading.ledger).await.map_err(unusable)?;
        }
        done
    }

    /// Everything that is wanted or in the ledger. It ends where the server as a whole fails.
    async fn read(&self, identity: Identity, ledger: Ledger) -> Result<Reading, Failure> {
        let wanted =
            self.wanted.objects.iter().filter(|object| object.objection(&self.wanted.prefix).is_none());
        let mut paths: BTreeSet<String> = wanted.map(Object::path).collect();
        let ours = ledger.0.keys().filter(|path| ledger.of(path, &identity.cluster_id).is_some());
        paths.extend(ours.cloned());
        let mut reads = stream::iter(paths)
            .map(|path| async move {
                let answer = self.session.ask("GET", &path, None).await;
                (path, answer.map(held))
            })
            .buffer_unordered(READS);
        let mut held = BTreeMap::new();
        while let Some((path, answer)) = reads.next().await {
            match answer {
                Err(failure) if failure.is_of_server() => return Err(failure),
                answer => drop(held.insert(path, answer)),
            }
        }
        Ok(Reading { held, ledger, identity })
    }

    /// What is to be done about each object, in the order in which it is done. What needs no doing is in the report.
    fn decide(&self, reading: &Reading, waits: &mut Waits, report: &mut Report) -> Vec<(usize, Step)> {
        let mut steps = Vec::new();
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        for (at, object) in self.wanted.objects.iter().enumerate() {
            let path = object.path();
            let objection = object.objection(&self.wanted.prefix).or_else(|| {
                let other = taken.insert(path.clone(), &object.origin.name)?;
                Some(format!("the resource {other} says already what {path} holds"))
            });
            let outcome = match (objection, reading.held.get(&path)) {
                (Some(objection), _) => Outcome::Refused(objection),
                (None, None) => Outcome::Skipped,
                (None, Some(Err(failure))) => Outcome::Failed(failure.clone()),
                (None, Some(Ok(held))) => {
                    match plan::step(object, held, &reading.ledger, &reading.identity.cluster_id) {
                        Step::Keep => Outcome::Unchanged,
                        Step::Refuse(reason) => Outcome::Refused(reason),
                        step => match waits.last(&path, &object.hash(), Instant::now()) {
                            Some(outcome) => outcome,
                            None => {
                                steps.push((at, step));
                                continue;
                            }
                        },
                    }
                }
            };
            report.outcomes[at] = Some(outcome);
        }
        steps.sort_by_key(|(at, _)| self.wanted.objects[*at].kind);
        steps
    }

    /// What becomes of objects that nobody declares any more, roles first.
    fn ends(&self, reading: &Reading, report: &mut Report) -> Vec<(String, End)> {
        let cluster_id = &reading.identity.cluster_id;
        let declared: BTreeSet<String> = self.wanted.objects.iter().map(Object::path).collect();
        let mut ends: Vec<(String, End)> = Vec::new();
        for path in reading.ledger.0.keys().filter(|path| !declared.contains(*path)) {
            // What could not be read is left for the next pass.
            if let Some(Ok(held)) = reading.held.get(path) {
                ends.push((
                    path.clone(),
                    plan::end(path, held, &reading.ledger, cluster_id, &self.wanted.prefix),
                ));
            }
        }
        let deleted = ends.iter().filter(|(_, end)| *end == End::Delete).count();
        let owned =
            reading.ledger.0.iter().filter(|(path, entry)| {
                !entry.kind.is_config() && reading.ledger.of(path, cluster_id).is_some()
            });
        let wanted = self.wanted.objects.iter().filter(|object| !object.kind.is_config()).count();
        report.deletion_refused =
            plan::mass_deletion(deleted, owned.count(), wanted, self.wanted.allowed_deletion);
        if report.deletion_refused.is_some() {
            ends.retain(|(_, end)| *end != End::Delete);
        }
        ends.sort_by_key(|(path, _)| std::cmp::Reverse(reading.ledger.0.get(path).map(|entry| entry.kind)));
        ends
    }

    /// Enters what is going to be written, and what resources say of the end of what is there.
    fn intend(&self, steps: &[(usize, Step)], reading: &mut Reading) {
        for (at, step) in steps {
            let object = &self.wanted.objects[*at];
            if matches!(step, Step::Write(_)) && !object.kind.is_config() {
                self.enter(object, false, reading);
            }
        }
        for object in &self.wanted.objects {
            if let Some(entry) = reading.ledger.0.get_mut(&object.path()) {
                entry.deletion = object.deletion;
                // It was begun before this process, or by hand since: the server holds it.
                let held = reading.held.get(&object.path());
                let keeps = matches!(held, Some(Ok(Held::Present(body, _))) if super::differ::differences(&object.body, body).is_empty());
                if keeps && entry.cluster_id == reading.identity.cluster_id {
                    entry.hash = object.hash();
                    entry.confirmed = true;
                }
            }
        }
    }

    fn enter(&self, object: &Object, confirmed: bool, reading: &mut Reading) {
        let entry = Entry {
            kind: object.kind,
            hash: object.hash(),
            cluster_id: reading.identity.cluster_id.clone(),
            confirmed,
            deletion: object.deletion,
        };
        reading.ledger.0.insert(object.path(), entry);
    }

    async fn write(
        &self,
        steps: Vec<(usize, Step)>,
        reading: &mut Reading,
        waits: &mut Waits,
        report: &mut Report,
    ) -> Result<(), Failure> {
        for (at, step) in steps {
            let object = &self.wanted.objects[at];
            let Step::Write(why) = step else { continue };
            if self.stop.has_come() {
                report.outcomes[at] = Some(Outcome::Skipped);
                continue;
            }
            let version = match reading.held.get(&object.path()) {
                Some(Ok(Held::Present(_, version))) => *version,
                _ => None,
            };
            report.writes += 1;
            let outcome = match self.put(object, version).await {
                Ok(Held::Present(body, _)) => {
                    let differences = super::differ::differences(&object.body, &body);
                    if differences.is_empty() {
                        self.enter(object, true, reading);
                        Outcome::Written(why)
                    } else {
                        let fields: Vec<_> =
                            differences.into_iter().map(|difference| difference.field).collect();
                        Outcome::NotKept(format!(
                            "the server took it and holds something else in: {}",
                            fields.join(", ")
                        ))
                    }
                }
                Ok(Held::Absent) => Outcome::NotKept("the server took it and does not hold it".to_owned()),
                Err(failure) if failure.is_of_server() => return Err(failure),
                Err(failure) => Outcome::Failed(failure),
            };
            waits.note(&object.path(), &object.hash(), &outcome, Instant::now());
            report.outcomes[at] = Some(outcome);
        }
        Ok(())
    }

    /// Writes an object and reads it back.
    async fn put(&self, object: &Object, version: Option<i64>) -> Result<Held, Failure> {
        let mut body = object.body.clone();
        if object.kind == Kind::Policy && self.wanted.flavour == ServerFlavour::OpenBao {
            // Refused where somebody else wrote since it was read, or made one of this name.
            body.insert("cas".to_owned(), json!(version.unwrap_or(-1)));
        }
        let path = object.path();
        if self.session.ask("POST", &path, Some(&Value::Object(body))).await?.is_none() {
            return Err(Failure::Rejected { status: 404, said: format!("there is no {path}") });
        }
        self.session.ask("GET", &path, None).await.map(held)
    }

    async fn delete(
        &self,
        ends: Vec<(String, End)>,
        reading: &mut Reading,
        report: &mut Report,
    ) -> Result<(), Failure> {
        for (path, end) in ends {
            match end {
                End::Leave => continue,
                End::Release => {}
                End::Delete if self.stop.has_come() => continue,
                End::Delete => {
                    report.writes += 1;
                    match self.session.ask("DELETE", &path, None).await {
                        Ok(_) => {}
                        Err(failure) if failure.is_of_server() => return Err(failure),
                        Err(failure) => {
                            report.deletion_refused = Some(format!("{path} can't be deleted: {failure}"));
                            continue;
                        }
                    }
                    if let Some(entry) = reading.ledger.0.get(&path) {
                        report.deleted.push(Deleted { path: path.clone(), kind: entry.kind, done: true });
                    }
                }
            }
            reading.ledger.0.remove(&path);
        }
        Ok(())
    }
}

fn held(answer: Option<Value>) -> Held {
    match answer {
        None => Held::Absent,
        Some(answer) => {
            let body = data(&answer);
            let version = body.get("version").and_then(Value::as_i64);
            Held::Present(body, version)
        }
    }
}
