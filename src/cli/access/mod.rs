//! `fleetc access`

mod fleet;
mod policies;

use super::{Exit, Global};
use crate::vault::{Flavour, Operation};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "\
Of a fleet:
  fleetc access                            every secret, and who can do what with it
  fleetc access --role ci-build            a role: who may log in, and all that it reaches
  fleetc access --path secret/harbor       who can do what with this secret
  fleetc access --path secret/data/harbor  what each role may do at a path of the API
  fleetc access --svg access.svg           a picture of the matrix

Of policies, without a fleet (`-` reads standard input):
  fleetc access --policy ci.hcl --path secret/data/app/db
  fleetc access --policy ci.hcl --policy base.hcl --path secret/metadata/app --op list --flavour vault

With --op the exit code answers: 0 it is granted, 1 it is not.")]
pub struct Options {
    /// Only this role
    #[arg(long, value_name = "ROLE", conflicts_with = "policy")]
    role: Option<String>,
    /// What may be done at a path, as requests name it
    #[arg(long, value_name = "PATH")]
    path: Vec<String>,
    /// Whether this may be done at the path
    #[arg(long, value_enum, requires = "path")]
    op: Option<Op>,
    /// Draw the matrix into a file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["policy", "path", "role"])]
    svg: Option<PathBuf>,
    /// Ask policies in HCL or JSON rather than a fleet; several are joined as a token's are
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// Which server judges the policies
    #[arg(long, value_enum, requires = "policy", alias = "flavor")]
    flavour: Option<FlavourName>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FlavourName {
    /// OpenBao 2.6 and later; what is taken where nothing is said
    Openbao,
    /// HashiCorp Vault
    Vault,
}

#[derive(Clone, Copy, ValueEnum)]
enum Op {
    /// Read
    Read,
    /// List names
    List,
    /// List names at any depth (OpenBao)
    Scan,
    /// Write what is not there
    Create,
    /// Write what is there
    Update,
    /// Change a part
    Patch,
    /// Delete
    Delete,
    /// Restore from a snapshot (Vault)
    Recover,
}

impl From<FlavourName> for Flavour {
    fn from(name: FlavourName) -> Self {
        match name {
            FlavourName::Openbao => Self::OpenBao,
            FlavourName::Vault => Self::Vault,
        }
    }
}

impl From<Op> for Operation {
    fn from(op: Op) -> Self {
        match op {
            Op::Read => Self::Read,
            Op::List => Self::List,
            Op::Scan => Self::Scan,
            Op::Create => Self::Create,
            Op::Update => Self::Update,
            Op::Patch => Self::Patch,
            Op::Delete => Self::Delete,
            Op::Recover => Self::Recover,
        }
    }
}

/// Says who can do what.
pub fn run(global: &Global, options: &Options) -> Exit {
    if options.policy.is_empty() { fleet::run(global, options) } else { policies::run(global, options) }
}
