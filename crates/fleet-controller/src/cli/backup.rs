//! `fleet-controller backup`

use super::Exit;
use clap::{Args, Subcommand};
use fleet_controller::backup::archive;
use fleet_controller::backup::copies::{self, Contents};
use fleet_controller::backup::drill::{self, Keys, Scope};
use fleet_controller::backup::key::{Folder, Key};
use fleet_controller::backup::run;
use fleet_controller::backup::server::{Server, Session};
use fleet_controller::backup::status;
use fleet_controller::backup::store::Store;
use fleet_model::backup::{BackupConfig, BackupStatus};
use jiff::Timestamp;
use serde_json::json;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take a copy, verify it, bring it to every store, and delete what is old
    Run(RunOptions),
    /// Say what copies each store has
    List(Place),
    /// Read copies back to their last byte
    #[command(after_help = "\
Examples:
  fleet-controller backup verify --config backup.json     the newest copy of each store
  fleet-controller backup verify vault.snap               a file")]
    Verify(VerifyOptions),
    /// Put a copy in place of all that a server holds
    Restore(RestoreOptions),
    /// Restore the newest copy of each store into a server that is thrown away
    #[command(after_help = "\
Examples:
  fleet-controller backup drill --config backup.json --program /usr/bin/bao
  fleet-controller backup drill --config backup.json --program /usr/bin/bao --unseal-keys keys.txt \\
      --canary kv/data/fleet/canary --token token.txt")]
    Drill(DrillOptions),
}

#[derive(Args)]
struct Place {
    /// What fleetc wrote of the backup
    #[arg(long, value_name = "FILE", env = "FLEET_BACKUP_CONFIG")]
    config: PathBuf,
    /// Id of the server's cluster, where the server can't be asked
    #[arg(long, value_name = "ID")]
    cluster_id: Option<String>,
}

#[derive(Args)]
struct Login {
    /// File with the token of the ServiceAccount
    #[arg(long, value_name = "FILE", default_value = "/var/run/secrets/fleetc.dev/vault/token")]
    account_token: PathBuf,
    /// File with a token of the server itself, rather than of a ServiceAccount
    #[arg(long, value_name = "FILE", conflicts_with = "account_token")]
    token: Option<PathBuf>,
}

#[derive(Args)]
struct RunOptions {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    login: Login,
    /// A folder with room for one snapshot
    #[arg(long, value_name = "DIR", default_value = "/tmp")]
    spool: PathBuf,
}

#[derive(Args)]
struct VerifyOptions {
    /// Files to verify, rather than stores
    files: Vec<PathBuf>,
    /// What fleetc wrote of the backup
    #[arg(long, value_name = "FILE", env = "FLEET_BACKUP_CONFIG", required_unless_present = "files")]
    config: Option<PathBuf>,
    /// Id of the server's cluster, where the server can't be asked
    #[arg(long, value_name = "ID")]
    cluster_id: Option<String>,
    /// Every copy, not only the newest
    #[arg(long)]
    all: bool,
}

#[derive(Args)]
struct RestoreOptions {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    login: Login,
    /// The copy, as `list` names it
    copy: String,
    /// The store that it is read from; the first that has it where this is absent
    #[arg(long, value_name = "NAME")]
    store: Option<String>,
    /// Address of the server that is overwritten
    #[arg(long, value_name = "URL")]
    to: String,
    /// Says that all that this server holds may be lost
    #[arg(long)]
    overwrite: bool,
    /// A folder with room for one snapshot
    #[arg(long, value_name = "DIR", default_value = "/tmp")]
    spool: PathBuf,
}

#[derive(Args)]
struct DrillOptions {
    #[command(flatten)]
    place: Place,
    /// The program of Vault or OpenBao that runs the server
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// File with unseal keys of the server that was copied, one a line; without, nobody knows whether they open the copy
    #[arg(long, value_name = "FILE")]
    unseal_keys: Option<PathBuf>,
    /// A secret that must be in the copy, as the API names it: `kv/data/fleet/canary`
    #[arg(long, value_name = "PATH", requires = "token", requires = "unseal_keys")]
    canary: Option<String>,
    /// File with a token of the server that was copied, which may read that secret
    #[arg(long, value_name = "FILE", requires = "canary")]
    token: Option<PathBuf>,
    /// A folder with room for two snapshots
    #[arg(long, value_name = "DIR", default_value = "/tmp")]
    spool: PathBuf,
}

/// Does what the subcommand says.
pub fn run(options: &Options) -> Exit {
    let outcome = match &options.command {
        Command::Run(options) => take(options),
        Command::List(place) => list(place),
        Command::Verify(options) => verify(options),
        Command::Restore(options) => restore(options),
        Command::Drill(options) => drill(options),
    };
    outcome.unwrap_or_else(Exit::Failed)
}

type Outcome = Result<Exit, String>;

fn take(options: &RunOptions) -> Outcome {
    let config = config(&options.place.config)?;
    let stores = stores(&config)?;
    let server = Server::open(&config.server).map_err(text)?;
    let identity = server.identity().map_err(text)?;
    let session = session(&server, &options.login)?;
    let (now, started) = (Timestamp::now(), Instant::now());
    let outcome = run::run(&config, &session, &identity, &stores, &options.spool, now);
    enter(&config, |status| match &outcome {
        Ok(report) => {
            status::enter_report(status, report, Timestamp::now(), started.elapsed().as_secs());
        }
        Err(error) => status::enter_failure(status, stores.iter().map(Store::name), error),
    });
    let report = outcome.map_err(text)?;
    say(&json!(report));
    Ok(if report.is_complete() { Exit::Fine } else { Exit::Wrong })
}

fn list(place: &Place) -> Outcome {
    let config = config(&place.config)?;
    let (cluster_id, folder) = folder(&config, place.cluster_id.as_deref())?;
    let mut all = Vec::new();
    for store in stores(&config)? {
        let contents =
            copies::contents(&store, &folder, &cluster_id).map_err(|error| failed(&store, error))?;
        let copies: Vec<_> = contents
            .good
            .iter()
            .map(|(key, stored)| json!({"copy": key.to_string(), "size": stored.manifest.size, "sha256": stored.manifest.sha256, "stored": stored.manifest.stored}))
            .collect();
        all.push(json!({"store": store.name(), "copies": copies, "unknown": contents.unknown}));
    }
    say(&json!({"clusterId": cluster_id, "stores": all}));
    Ok(Exit::Fine)
}

fn verify(options: &VerifyOptions) -> Outcome {
    let mut good = true;
    let mut results = Vec::new();
    for path in &options.files {
        let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let verdict = archive::verify(file);
        good &= verdict.is_ok();
        results.push(match verdict {
            Ok(snapshot) => json!({"file": path, "index": snapshot.index, "size": snapshot.size, "sha256": snapshot.sha256}),
            Err(refusal) => json!({"file": path, "failure": refusal.to_string()}),
        });
    }
    if let Some(path) = options.config.as_ref().filter(|_| options.files.is_empty()) {
        let config = config(path)?;
        let (cluster_id, folder) = folder(&config, options.cluster_id.as_deref())?;
        for store in stores(&config)? {
            let contents =
                copies::contents(&store, &folder, &cluster_id).map_err(|error| failed(&store, error))?;
            // A store without a copy is what this command is there to find.
            good &= !contents.good.is_empty();
            let newest = if options.all { contents.good.len() } else { 1 };
            let copies = contents.good.iter().rev().take(newest);
            let verdicts: Vec<_> = copies
                .map(|(key, stored)| {
                    let read = store.read(&folder.archive_of(key)).map_err(text);
                    let verdict = read.and_then(|read| archive::verify(read).map_err(text));
                    let whole = matches!(&verdict, Ok(snapshot) if stored.manifest.matches(snapshot));
                    good &= whole;
                    let failure = match verdict {
                        Ok(_) if whole => None,
                        Ok(_) => Some("it is not what its manifest says".to_owned()),
                        Err(reason) => Some(reason),
                    };
                    json!({"copy": key.to_string(), "failure": failure})
                })
                .collect();
            results.push(json!({"store": store.name(), "copies": verdicts}));
        }
    }
    say(&json!(results));
    Ok(if good { Exit::Fine } else { Exit::Wrong })
}

fn restore(options: &RestoreOptions) -> Outcome {
    let config = config(&options.place.config)?;
    if !options.overwrite {
        return Err(format!(
            "all that {} holds would be lost, and it would need the unseal keys and the root token of the server that was \
             copied; say --overwrite if that is wanted",
            options.to
        ));
    }
    let (cluster_id, folder) = folder(&config, options.place.cluster_id.as_deref())?;
    let (store, key, contents) = find(&config, &folder, &cluster_id, options)?;
    let stored = contents.good.get(&key).ok_or("the copy is gone")?;
    let mut spooled =
        tempfile::tempfile_in(&options.spool).map_err(|error| format!("the spool folder: {error}"))?;
    copies::fetch(&store, &folder, &key, &stored.manifest, &mut spooled).map_err(text)?;
    spooled.seek(SeekFrom::Start(0)).map_err(|error| format!("the spool folder: {error}"))?;
    let mut target = config.server.clone();
    target.url.clone_from(&options.to);
    let server = Server::open(&target).map_err(text)?;
    session(&server, &options.login)?.restore(spooled).map_err(text)?;
    say(&json!({"restored": key.to_string(), "from": store.name(), "to": options.to}));
    Ok(Exit::Fine)
}

fn drill(options: &DrillOptions) -> Outcome {
    let config = config(&options.place.config)?;
    let (cluster_id, folder) = folder(&config, options.place.cluster_id.as_deref())?;
    let unseal = options.unseal_keys.as_deref().map(read).transpose()?.unwrap_or_default();
    let token = options.token.as_deref().map(read).transpose()?;
    let keys = Keys {
        unseal: unseal.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        canary: options.canary.clone().zip(token.map(|token| token.trim().to_owned())),
    };
    let mut good = true;
    let mut results = Vec::new();
    for store in stores(&config)? {
        let outcome = drill_store(&store, &folder, &cluster_id, options, &keys);
        good &= outcome.is_ok();
        results.push(match outcome {
            Ok((copy, scope)) => {
                let now = Timestamp::now();
                enter(&config, |status| status::enter_drill(status, store.name(), scope, now));
                json!({"store": store.name(), "copy": copy, "scope": scope.word(), "failure": null})
            }
            Err(failure) => json!({"store": store.name(), "failure": failure}),
        });
    }
    say(&json!(results));
    Ok(if good { Exit::Fine } else { Exit::Wrong })
}

fn drill_store(
    store: &Store,
    folder: &Folder,
    cluster_id: &str,
    options: &DrillOptions,
    keys: &Keys,
) -> Result<(String, Scope), String> {
    let contents = copies::contents(store, folder, cluster_id).map_err(text)?;
    let (key, stored) = contents.newest().ok_or("it has no verified copy")?;
    let unusable = |error: io::Error| format!("the spool folder: {error}");
    let mut spooled = tempfile::tempfile_in(&options.spool).map_err(unusable)?;
    copies::fetch(store, folder, key, &stored.manifest, &mut spooled).map_err(text)?;
    spooled.seek(SeekFrom::Start(0)).map_err(unusable)?;
    let scope = drill::drill(&options.program, &options.spool, spooled, keys).map_err(text)?;
    Ok((key.to_string(), scope))
}

/// Writes down what became of a run, where there is a cluster to write it to. That it can't be is no reason to call a
/// backup failed that is there: the alert on backups without news says it.
fn enter(config: &BackupConfig, change: impl FnOnce(&mut BackupStatus)) {
    if let Some(name) = &config.status
        && let Err(error) = status::update(name, change)
    {
        eprintln!("fleet-controller: what became of the run is not written down: {error}");
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn find(
    config: &BackupConfig,
    folder: &Folder,
    cluster_id: &str,
    options: &RestoreOptions,
) -> Result<(Store, Key, Contents), String> {
    let wanted = |store: &Store| options.store.as_deref().is_none_or(|name| name == store.name());
    for store in stores(config)?.into_iter().filter(wanted) {
        let contents = copies::contents(&store, folder, cluster_id).map_err(|error| failed(&store, error))?;
        let key = contents.good.keys().find(|key| key.to_string() == options.copy).copied();
        if let Some(key) = key {
            return Ok((store, key, contents));
        }
    }
    Err(format!("no store has a verified copy {}; `backup list` names them", options.copy))
}

fn config(path: &Path) -> Result<BackupConfig, String> {
    let text = read(path)?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn stores(config: &BackupConfig) -> Result<Vec<Store>, String> {
    config.stores.iter().map(|store| Store::open(store).map_err(text)).collect()
}

fn folder(config: &BackupConfig, cluster_id: Option<&str>) -> Result<(String, Folder), String> {
    let cluster_id = match cluster_id {
        Some(id) => id.to_owned(),
        None => {
            let identity = Server::open(&config.server).and_then(|server| server.identity());
            identity
                .map_err(|error| format!("{error}; where the server is gone, name it by --cluster-id"))?
                .cluster_id
        }
    };
    let folder = Folder::new(&config.prefix, &cluster_id);
    Ok((cluster_id, folder))
}

fn session<'a>(server: &'a Server, login: &Login) -> Result<Session<'a>, String> {
    match &login.token {
        Some(path) => Ok(server.session(&read(path)?)),
        None => server.login(&read(&login.account_token)?).map_err(text),
    }
}

fn failed(store: &Store, error: impl std::fmt::Display) -> String {
    format!("store {}: {error}", store.name())
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A reader that went away is no error of ours.
fn say(value: &serde_json::Value) {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let _ = writeln!(io::stdout(), "{text}");
}
