//! Everything that can be done with a secret, tried by somebody who has logged in.

use super::openbao::Client;
use super::setup::Server;
use fleetc::model::vault::{KvVersion, Secret, Vault};
use fleetc::vault::access::{Deed, Grade, matrix};
use serde_json::{Value, json};

/// Logs in with a token, tries each deed with each secret and compares with the matrix. Gives the number of deeds
/// that were tried.
pub fn judge(server: &Server, role: &str, mount: &str, token: &str) -> usize {
    let matrix = matrix(&server.fleet);
    let (vault, access) = server.fleet.vaults.iter().zip(&matrix.servers).next().expect("a server");
    let subject = access.roles.iter().find(|subject| subject.role == role).expect("a role");
    let root = server.bao.root();
    let client =
        root.login(mount, &subject.name, token).unwrap_or_else(|reply| panic!("{role}: {}", reply.errors()));
    let mut tried = 0;
    for (secret, said) in vault.secrets.iter().zip(&subject.secrets) {
        for cell in &said.deeds {
            let allowed = match cell.grade {
                Grade::Yes => true,
                Grade::No => false,
                other => panic!("{role} {} {}: {}", said.secret, cell.deed, other.as_str()),
            };
            let place = Place { vault, secret, root: &root };
            for request in place.requests(cell.deed) {
                let reply = client.call(request.method, &request.path, request.body.as_ref());
                let done = !reply.is_refused();
                assert!(
                    !done || reply.is_ok() || reply.status == 404,
                    "{}: {}",
                    request.path,
                    reply.errors()
                );
                // Of several requests that do the same one is enough.
                let right = if request.is_sufficient { done == allowed } else { !done || allowed };
                assert!(
                    right,
                    "{role}, {} {}: {} {} gives {}, and the matrix says {}",
                    cell.deed,
                    said.path,
                    request.method,
                    request.path,
                    reply.status,
                    cell.grade.as_str()
                );
                tried += 1;
            }
        }
    }
    tried
}

struct Request {
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// Whether whoever may do the deed may make this request.
    is_sufficient: bool,
}

struct Place<'a> {
    vault: &'a Vault,
    secret: &'a Secret,
    root: &'a Client,
}

impl Place<'_> {
    /// A path of the secret; of a family, of one in it.
    fn path(&self, part: &str) -> String {
        self.vault.path_of(self.secret, part).replace('*', "one/two")
    }

    fn versioned(&self) -> bool {
        self.vault.mount_of(self.secret).version == KvVersion::V2
    }

    fn body(&self) -> Value {
        if self.versioned() { json!({"data": {"key": "value"}}) } else { json!({"key": "value"}) }
    }

    /// The requests that do something, with the secret brought into a state in which only rights can refuse them.
    fn requests(&self, deed: Deed) -> Vec<Request> {
        let one = |method, part: &str, body| {
            vec![Request { method, path: self.path(part), body, is_sufficient: true }]
        };
        match deed {
            Deed::Create => self.remove(),
            _ => self.restore(),
        }
        let versions = Some(json!({"versions": [1]}));
        match deed {
            Deed::Read => one("GET", "data", None),
            Deed::List => {
                let own = self.vault.path_of(self.secret, "metadata");
                let folder = own.rfind('/').map_or("", |at| &own[..at]);
                vec![Request { method: "LIST", path: folder.to_owned(), body: None, is_sufficient: true }]
            }
            Deed::Create | Deed::Update => one("POST", "data", Some(self.body())),
            Deed::Patch => one("PATCH", "data", Some(json!({"data": {"other": "value"}}))),
            Deed::Delete if self.versioned() => vec![
                Request { method: "DELETE", path: self.path("data"), body: None, is_sufficient: true },
                Request { method: "PUT", path: self.path("delete"), body: versions, is_sufficient: true },
            ],
            Deed::Delete => one("DELETE", "data", None),
            Deed::Undelete => one("PUT", "undelete", versions),
            Deed::Destroy => one("PUT", "destroy", versions),
            Deed::Purge => one("DELETE", "metadata", None),
            Deed::Inspect => {
                let mut requests = one("GET", "metadata", None);
                // Another way to some of it, which no word of the language grants.
                requests.push(Request {
                    method: "GET",
                    path: self.path("subkeys"),
                    body: None,
                    is_sufficient: false,
                });
                requests
            }
        }
    }

    fn remove(&self) {
        self.root.call("DELETE", &self.path("metadata"), None);
    }

    fn restore(&self) {
        self.remove();
        self.root.must("POST", &self.path("data"), Some(&self.body()));
    }
}
