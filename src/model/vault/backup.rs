//! Copies of a server's data: who takes them, and where they go.

use crate::language::nodes::{self, S3};
use crate::syntax::Span;

/// Where fleet-controller logs in where the file does not say it.
const AUTH: &str = "kubernetes";
/// Who its token is made for, likewise.
const AUDIENCE: &str = "vault";
/// What servers without regions take.
const ANY_REGION: &str = "us-east-1";

/// Copies of a server's data.
#[derive(Clone, Debug)]
pub struct Backup {
    /// Its declaration.
    pub node: nodes::VaultBackup,
    /// Name of the CronJob that takes them, and of all that it has in its namespace.
    pub name: String,
    /// Mount path of the auth method that it logs in by: the one that fleet-controller uses.
    pub auth: String,
    /// Who its token is made for.
    pub audience: String,
    /// The role and the policy, by their name on the server. No role of the file can have it: names there have no dot.
    pub role: String,
    /// Folder of the copies in each store.
    pub prefix: String,
    /// The stores.
    pub stores: Vec<BackupStore>,
}

impl Backup {
    /// The copies of a server.
    pub(super) fn of(vault: &nodes::Vault, node: &nodes::VaultBackup, fleet: &str) -> Self {
        let login = vault.login.as_ref();
        Self {
            name: format!("{}-backup", vault.name.value),
            auth: login.map_or_else(|| AUTH.to_owned(), |login| login.auth.to_string()),
            audience: login.map_or_else(|| AUDIENCE.to_owned(), |login| login.audience.to_string()),
            role: format!("{fleet}-backup.snapshot"),
            prefix: format!("{fleet}/{}", vault.name.value),
            stores: node.stores.iter().map(store).collect(),
            node: node.clone(),
        }
    }
}

/// An S3-compatible store.
#[derive(Clone, Debug)]
pub struct BackupStore {
    /// What it is called in logs and metrics.
    pub name: String,
    /// The bucket.
    pub bucket: String,
    /// Its region; servers that have none take any.
    pub region: String,
    /// Its address; none where the file names neither it nor a region.
    pub endpoint: Option<String>,
    /// Whether the bucket stands in the path.
    pub path_style: bool,
    /// The Secret with its keys, if the file names one.
    pub secret: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

fn store(node: &S3) -> BackupStore {
    let region = node.region.as_ref().map(|region| region.to_string());
    let own = node.endpoint.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
    BackupStore {
        name: node.name.as_ref().map_or_else(|| node.bucket.to_string(), |name| name.to_string()),
        bucket: node.bucket.to_string(),
        path_style: node.path_style.as_ref().map_or(own.is_some(), |wanted| wanted.value),
        endpoint: own.or_else(|| region.as_deref().map(amazon)),
        region: region.unwrap_or_else(|| ANY_REGION.to_owned()),
        secret: node.secret.as_ref().map(|secret| secret.to_string()),
        span: node.span,
    }
}

/// Amazon's address of a region.
fn amazon(region: &str) -> String {
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://s3.{region}.{domain}")
}
