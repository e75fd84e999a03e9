//! What a Vault server should hold, as custom resources of fleet-controller, and as files for other tools.
//!
//! The resources lie in the namespace of ARC's controller rather than beside runners: whoever may write one of them
//! decides who reads secrets. Argo CD prunes them like everything else, and fleet-controller then deletes from the
//! server what it wrote there; configuration of ways to log in stays.

mod auth;
mod definitions;
mod export;
mod policy;
mod role;

pub use definitions::FOLDER as DEFINITIONS;
pub use export::{Target, export};
pub use policy::{snapshot as snapshot_policy, text as policy_text};
pub use role::{jwt as jwt_role, kubernetes as kubernetes_role};

use super::meta::{labels, meta};
use super::object::{Body, Object};
use crate::language::nodes::{AuthMethod, VaultFlavour};
use crate::language::value::Name;
use crate::model::Fleet;
use crate::model::vault::{Login, Vault};
use fleet_model::vault::{
    CertificateKey, ServerFlavour, ServerLogin, VaultJwtAuth, VaultJwtAuthSpec, VaultKubernetesAuth,
    VaultKubernetesAuthSpec, VaultServer, VaultServerSpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// The resources of all servers, and their definitions.
pub fn objects(fleet: &Fleet) -> Vec<Object> {
    let mut all = definitions::objects(fleet);
    for vault in &fleet.vaults {
        Emitter { fleet, vault, all: &mut all }.emit();
    }
    all
}

/// Name of the resource of a way to log in: its mount path may have characters that names of Kubernetes have not.
pub fn auth_name(path: &str) -> String {
    Name::from_text(path).map_or_else(|| "auth".to_owned(), |name| name.to_string())
}

struct Emitter<'a> {
    fleet: &'a Fleet,
    vault: &'a Vault,
    all: &'a mut Vec<Object>,
}

impl Emitter<'_> {
    fn emit(mut self) {
        let server = self.meta(self.vault.name().to_owned());
        self.add("server", Body::VaultServer(Box::new(self.server(server))));
        self.auths();
        self.policies();
        self.roles();
    }

    fn add(&mut self, file: &str, body: Body) {
        let folder = self.fleet.clusters[self.vault.cluster].folder();
        self.all.push(Object::new(format!("{folder}vault/{}/{file}.yaml", self.vault.name()), body));
    }

    fn meta(&self, name: String) -> ObjectMeta {
        meta(name, Some(self.fleet.controller.namespace.as_str()), labels(self.fleet))
    }

    fn server(&self, metadata: ObjectMeta) -> VaultServer {
        let node = &self.vault.node;
        let login = node.login.as_ref();
        VaultServer {
            metadata,
            spec: VaultServerSpec {
                address: node.url.to_string(),
                flavour: match node.flavour.value {
                    VaultFlavour::Vault => ServerFlavour::Vault,
                    VaultFlavour::OpenBao => ServerFlavour::OpenBao,
                },
                namespace: node.namespace.as_ref().map(|path| path.to_string()).unwrap_or_default(),
                prefix: self.vault.prefix.clone(),
                certificate: node.certificate.as_ref().map(|certificate| CertificateKey {
                    config_map: certificate.config_map.to_string(),
                    key: certificate.key.to_string(),
                }),
                login: ServerLogin {
                    auth: login.map_or_else(|| "kubernetes".to_owned(), |login| login.auth.to_string()),
                    role: login
                        .and_then(|login| login.role.as_ref())
                        .map_or_else(|| format!("{}controller", self.vault.prefix), |role| role.to_string()),
                    audience: login.map_or_else(|| "vault".to_owned(), |login| login.audience.to_string()),
                },
            },
            status: None,
        }
    }

    fn auths(&mut self) {
        for auth in self.vault.auths.iter().filter(|auth| auth.node.managed.value) {
            let name = auth_name(auth.path());
            let (server, mount) = (self.vault.name().to_owned(), auth.path().to_owned());
            let metadata = self.meta(format!("{server}.{name}"));
            let body = match auth.node.method.value {
                AuthMethod::Jwt => Body::VaultJwtAuth(Box::new(VaultJwtAuth {
                    metadata,
                    spec: VaultJwtAuthSpec { server, mount, config: auth::jwt(auth) },
                    status: None,
                })),
                AuthMethod::Kubernetes => Body::VaultKubernetesAuth(Box::new(VaultKubernetesAuth {
                    metadata,
                    spec: VaultKubernetesAuthSpec { server, mount, config: auth::kubernetes(auth) },
                    status: None,
                })),
            };
            self.add(&format!("auth/{name}"), body);
        }
    }

    fn policies(&mut self) {
        for policy in self.vault.policies.iter().filter(|policy| !policy.is_external()) {
            let (place, name) = policy::place(policy);
            let metadata = self.meta(format!("{}.{place}.{name}", self.vault.name()));
            let object = policy::resource(self.fleet, self.vault, policy, metadata);
            self.add(&format!("policies/{place}/{name}"), Body::VaultPolicy(Box::new(object)));
        }
    }

    fn roles(&mut self) {
        for role in &self.vault.roles {
            let name = role.node.name.as_str();
            let metadata = self.meta(format!("{}.{name}", self.vault.name()));
            let body = match &role.login {
                Login::Jwt(login) => {
                    Body::VaultJwtRole(Box::new(role::jwt_resource(self.vault, role, login, metadata)))
                }
                Login::Kubernetes(login) => Body::VaultKubernetesRole(Box::new(role::kubernetes_resource(
                    self.vault, role, login, metadata,
                ))),
            };
            self.add(&format!("roles/{name}"), body);
        }
    }
}
