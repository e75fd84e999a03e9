//! `fleet-controller vault`

use super::Exit;
use clap::{Args, Subcommand};
use fleet_controller::vault::bootstrap::{self, Controller, Mounts};
use fleet_model::vault::VaultServerSpec;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the commands that give the controller its policy and its role on each server
    #[command(after_help = "\
Examples:
  fleet-controller vault bootstrap out/vault | less     read it first
  fleet-controller vault bootstrap out/vault | sh       somebody who may write policies and roles runs it")]
    Bootstrap(BootstrapOptions),
}

#[derive(Args)]
struct BootstrapOptions {
    /// Folder with the resources of servers, as fleetc writes it
    folder: PathBuf,
    /// The controller's ServiceAccount
    #[arg(long, value_name = "NAME", default_value = "fleet-controller")]
    account: String,
}

/// Does what the subcommand says.
pub fn run(options: &Options) -> Exit {
    let Command::Bootstrap(options) = &options.command;
    match text(options) {
        Ok(text) => {
            // A reader that went away is no error of ours.
            let _ = io::stdout().write_all(text.as_bytes());
            Exit::Fine
        }
        Err(reason) => Exit::Failed(reason),
    }
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
enum Resource {
    VaultServer {
        metadata: Metadata,
        spec: VaultServerSpec,
    },
    VaultJwtAuth {
        spec: At,
    },
    VaultKubernetesAuth {
        spec: At,
    },
    VaultJwtRole {
        spec: At,
    },
    VaultKubernetesRole {
        spec: At,
    },
    VaultPolicy {
        #[allow(dead_code, reason = "it names no mount")]
        spec: IgnoredAny,
    },
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    namespace: String,
}

#[derive(Deserialize)]
struct At {
    server: String,
    mount: String,
}

fn text(options: &BootstrapOptions) -> Result<String, String> {
    let mut servers = BTreeMap::new();
    let mut mounts: BTreeMap<String, Mounts> = BTreeMap::new();
    for file in files(&options.folder)? {
        let at = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = std::fs::read_to_string(&file).map_err(|error| at(&error))?;
        let resource = serde_saphyr::from_str(&text).map_err(|error| at(&error))?;
        match resource {
            Resource::VaultServer { metadata, spec } => {
                servers.insert(metadata.name.clone(), (metadata.namespace, spec));
            }
            Resource::VaultJwtAuth { spec } | Resource::VaultKubernetesAuth { spec } => {
                mounts.entry(spec.server).or_default().with_config.insert(spec.mount);
            }
            Resource::VaultJwtRole { spec } | Resource::VaultKubernetesRole { spec } => {
                mounts.entry(spec.server).or_default().with_roles.insert(spec.mount);
            }
            Resource::VaultPolicy { .. } => {}
        }
    }
    if servers.is_empty() {
        return Err(format!("{} has no VaultServer", options.folder.display()));
    }
    let scripts: Vec<_> = servers
        .iter()
        .map(|(name, (namespace, spec))| {
            let controller = Controller { namespace, account: &options.account };
            let mounts = mounts.remove(name).unwrap_or_default();
            format!("# {name}\n{}", bootstrap::script(spec, &mounts, &controller))
        })
        .collect();
    Ok(scripts.join("\n"))
}

/// All YAML files below a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let at = |error: io::Error| format!("{}: {error}", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(at)? {
            let path = entry.map_err(at)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
