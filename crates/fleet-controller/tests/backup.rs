//! Backups of a real OpenBao server into two real S3 servers.

mod servers;

use fleet_controller::backup::archive;
use fleet_controller::backup::copies;
use fleet_controller::backup::drill::{self, DrillError, Keys, Scope};
use fleet_controller::backup::key::{Folder, Key};
use fleet_controller::backup::run::{Report, run};
use fleet_controller::backup::server::Server;
use fleet_controller::backup::store::Store;
use fleet_model::backup::{BackupConfig, BackupServer};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use servers::{Bao, S3};
use std::fs;

const DAY: i64 = 86_400;

struct World {
    bao: Bao,
    stores: [S3; 2],
    spool: tempfile::TempDir,
}

impl World {
    fn start() -> Option<Self> {
        let bao = Bao::start()?;
        let stores = [S3::start()?, S3::start()?];
        assert_eq!(
            bao.ask("POST", "sys/mounts/kv", &json!({"type": "kv", "options": {"version": "2"}})).0,
            204
        );
        Some(Self { bao, stores, spool: tempfile::tempdir().expect("a folder") })
    }

    fn config(&self) -> BackupConfig {
        BackupConfig {
            server: BackupServer {
                url: self.bao.url.clone(),
                auth: "kubernetes".to_owned(),
                role: "fleet-backup".to_owned(),
                certificate: None,
            },
            prefix: "fleet/vault".to_owned(),
            keep_seconds: 6 * DAY as u64,
            keep_min: 2,
            stores: vec![self.stores[0].store("near"), self.stores[1].store("far")],
            status: None,
        }
    }

    fn open(&self) -> Vec<Store> {
        self.config().stores.iter().map(|store| Store::open(store).expect("a store")).collect()
    }

    fn run_at(&self, now: Timestamp) -> Report {
        let config = self.config();
        let server = Server::open(&config.server).expect("a server");
        let identity = server.identity().expect("an identity");
        let session = server.session(&self.bao.token);
        run(&config, &session, &identity, &self.open(), self.spool.path(), now).expect("a run")
    }

    fn folder(&self) -> (String, Folder) {
        let server = Server::open(&self.config().server).expect("a server");
        let id = server.identity().expect("an identity").cluster_id;
        let folder = Folder::new("fleet/vault", &id);
        (id, folder)
    }

    fn good(&self, store: usize) -> Vec<Key> {
        let (id, folder) = self.folder();
        let contents = copies::contents(&self.open()[store], &folder, &id).expect("contents");
        contents.good.keys().copied().collect()
    }

    fn write(&self, value: &str) {
        let (status, _) = self.bao.ask("POST", "kv/data/app", &json!({"data": {"value": value}}));
        assert_eq!(status, 200);
    }
}

#[test]
fn a_copy_reaches_both_stores_and_brings_the_server_back() {
    let Some(world) = World::start() else { return };
    world.write("before");
    let report = world.run_at(Timestamp::now());
    assert!(report.is_complete(), "{report:?}");
    for store in 0..2 {
        assert_eq!(world.good(store).len(), 1);
        assert_eq!(world.stores[store].objects().len(), 2, "an archive and its manifest");
    }
    world.write("after");

    let (id, folder) = world.folder();
    let key = world.good(1)[0];
    let store = &world.open()[1];
    let contents = copies::contents(store, &folder, &id).expect("contents");
    let mut spool = tempfile::tempfile_in(world.spool.path()).expect("a file");
    copies::fetch(store, &folder, &key, &contents.good[&key].manifest, &mut spool).expect("a copy");
    std::io::Seek::rewind(&mut spool).expect("a start");
    let server = Server::open(&world.config().server).expect("a server");
    server.session(&world.bao.token).restore(spool).expect("restored");
    world.bao.unseal(&world.bao.unseal_key);
    let value = world.bao.ask("GET", "kv/data/app", &json!(null)).1;
    assert_eq!(value["data"]["data"]["value"], "before");
}

#[test]
fn a_store_that_was_down_gets_what_it_missed() {
    let Some(mut world) = World::start() else { return };
    let start = Timestamp::now();
    world.stores[1].down();
    let report = world.run_at(start);
    assert!(report.stores[0].failure.is_none() && report.stores[1].failure.is_some(), "{report:?}");
    world.stores[1].up();
    world.write("more");
    let report = world.run_at(start + SignedDuration::from_mins(1));
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(report.stores[1].filled.len(), 1, "{report:?}");
    assert_eq!(world.good(0), world.good(1));
    assert_eq!(world.good(1).len(), 2);
}

#[test]
fn what_is_old_goes_and_what_others_put_there_stays() {
    let Some(world) = World::start() else { return };
    let (_, folder) = world.folder();
    // Copies of earlier weeks: their manifests say when they were stored, which for the store is now.
    let store = &world.open()[0];
    store.write_small(&format!("{}notes.txt", folder.path()), b"of somebody").expect("written");
    store
        .write_small("fleet/vault/other-cluster/20200101T000000Z-1.snap", b"of another server")
        .expect("written");
    let now = Timestamp::now();
    let first = world.run_at(now);
    assert_eq!(first.stores[0].unknown, 1, "{first:?}");
    for week in 1..4 {
        world.write("more");
        let report = world.run_at(now + SignedDuration::from_secs(week));
        assert!(report.stores.iter().all(|store| store.deleted.is_empty()), "{report:?}");
    }
    // Ten days on, by our clock; the store's own says that the copies are of today, which is no contradiction:
    // their manifests say so too. The copy of that day itself is put in question by it, so nothing goes.
    let late = world.run_at(now + SignedDuration::from_secs(10 * DAY));
    assert!(late.stores.iter().all(|store| store.deleted.is_empty()), "{late:?}");
    assert!(late.stores[0].notes.iter().any(|note| note.contains("clock")), "{late:?}");
    let objects = world.stores[0].objects();
    assert!(objects.iter().any(|object| object.ends_with("notes.txt")), "{objects:?}");
    assert!(objects.iter().any(|object| object.contains("other-cluster")), "{objects:?}");
}

#[test]
fn a_copy_that_rots_in_a_store_is_noticed_and_counts_for_nothing() {
    let Some(world) = World::start() else { return };
    world.run_at(Timestamp::now());
    let (_, folder) = world.folder();
    let key = world.good(0)[0];
    let file = world.stores[0].file(&folder.archive_of(&key));
    let mut bytes = fs::read(&file).expect("the archive");
    assert!(archive::verify(bytes.as_slice()).is_ok());
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).expect("written");
    let read = world.open()[0].read(&folder.archive_of(&key)).expect("read");
    assert!(archive::verify(read).is_err());
    bytes.truncate(middle);
    fs::write(&file, &bytes).expect("written");
    assert!(world.good(0).is_empty(), "a copy of another length than its manifest says is no copy");
}

#[test]
fn a_sealed_server_is_said_to_be_sealed() {
    let Some(world) = World::start() else { return };
    assert_eq!(world.bao.ask("PUT", "sys/seal", &json!({})).0, 204);
    let config = world.config();
    let server = Server::open(&config.server).expect("a server");
    let mut nothing = Vec::new();
    let error = server.session(&world.bao.token).snapshot(&mut nothing).unwrap_err();
    assert_eq!(error.to_string(), "the server is sealed: unseal it");
}

#[test]
fn a_role_that_may_not_read_snapshots_is_told_what_it_lacks() {
    let Some(world) = World::start() else { return };
    let made = world.bao.ask("POST", "auth/token/create", &json!({"policies": ["default"]})).1;
    let token = made["auth"]["client_token"].as_str().expect("a token").to_owned();
    let config = world.config();
    let server = Server::open(&config.server).expect("a server");
    let error = server.session(&token).snapshot(&mut Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the role may not: it needs the capability read on sys/storage/raft/snapshot"
    );
}

#[test]
fn a_drill_opens_the_copy_with_the_keys_of_the_server() {
    let Some(world) = World::start() else { return };
    world.write("before");
    assert!(world.run_at(Timestamp::now()).is_complete());
    let program = servers::tool("python/bin/bao").expect("it runs already");
    let (id, folder) = world.folder();
    let store = &world.open()[1];
    let contents = copies::contents(store, &folder, &id).expect("contents");
    let (key, stored) = contents.newest().expect("a copy");
    let drill = |keys: &Keys| {
        let mut spool = tempfile::tempfile_in(world.spool.path()).expect("a file");
        copies::fetch(store, &folder, key, &stored.manifest, &mut spool).expect("a copy");
        std::io::Seek::rewind(&mut spool).expect("a start");
        drill::drill(&program, world.spool.path(), spool, keys)
    };
    assert_eq!(drill(&Keys::default()).expect("a drill"), Scope::Structure);

    let canary = |path: &str| Keys {
        unseal: vec![world.bao.unseal_key.clone()],
        canary: Some((path.to_owned(), world.bao.token.clone())),
    };
    assert_eq!(drill(&canary("kv/data/app")).expect("a drill"), Scope::Full);
    let absent = drill(&canary("kv/data/none")).unwrap_err();
    assert!(matches!(absent, DrillError::Canary(_)), "{absent}");
    assert!(!absent.to_string().contains(&world.bao.token), "{absent}");

    // Nothing of the drills stays, and the server that was copied has not been touched.
    assert_eq!(fs::read_dir(world.spool.path()).expect("a folder").count(), 0);
    assert_eq!(world.bao.ask("GET", "kv/data/app", &json!(null)).0, 200);
}
