//! An OpenBao with the auth methods of a fleet and the controller's own role on it.

// Each test binary uses a part of this.
#![allow(dead_code)]

use super::openbao::{Client as Person, Issuer, Kubernetes, OpenBao};
use super::proxy::Proxy;
use fleet_controller::operation::{Metrics, Stop};
use fleet_controller::vault::bootstrap::{self, Controller, Mounts};
use fleet_controller::vault::client::Client;
use fleet_controller::vault::ledger::{Books, Ledger};
use fleet_controller::vault::object::{Declares, Object};
use fleet_controller::vault::pass::Pass;
use fleet_controller::vault::report::{Report, Wanted};
use fleet_controller::vault::session::{Login, Session};
use fleet_controller::vault::waits::Waits;
use fleet_model::vault::*;
use serde_json::json;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub const PREFIX: &str = "fleet-";
pub const NAMESPACE: &str = "arc-systems";

pub struct Place {
    pub bao: OpenBao,
    pub issuer: Issuer,
    pub kubernetes: Kubernetes,
    pub proxy: Proxy,
    pub books: Memory,
    pub tokens: TempDir,
}

/// A ledger that outlives the controller.
#[derive(Default)]
pub struct Memory(pub Mutex<Ledger>);

impl Books for Memory {
    async fn load(&self) -> Result<Ledger, String> {
        Ok(self.0.lock().expect("no panic").clone())
    }

    async fn save(&self, ledger: &Ledger) -> Result<(), String> {
        self.0.lock().expect("no panic").clone_from(ledger);
        Ok(())
    }
}

/// What the fleet says of the server at an address.
pub fn spec(address: &str) -> VaultServerSpec {
    VaultServerSpec {
        address: address.to_owned(),
        flavour: ServerFlavour::OpenBao,
        prefix: PREFIX.to_owned(),
        login: ServerLogin {
            auth: "kubernetes".to_owned(),
            role: "fleet-controller".to_owned(),
            audience: "vault".to_owned(),
        },
        ..Default::default()
    }
}

impl Place {
    /// One, where there is an OpenBao.
    pub fn start() -> Option<Self> {
        let bao = OpenBao::start()?;
        let (issuer, kubernetes) = (Issuer::start(), Kubernetes::start());
        let root = bao.root();
        root.must("POST", "sys/auth/kubernetes", Some(&json!({"type": "kubernetes"})));
        root.must("POST", "auth/kubernetes/config", Some(&kubernetes.config()));
        root.must("POST", "sys/auth/github", Some(&json!({"type": "jwt"})));
        let proxy = Proxy::start(bao.address());
        let tokens = tempfile::tempdir().expect("a folder");
        let token = kubernetes.token(&issuer, NAMESPACE, "fleet-controller", "vault");
        std::fs::write(tokens.path().join("token"), token).expect("a file");
        let place = Self { bao, issuer, kubernetes, proxy, books: Memory::default(), tokens };
        place.bootstrap();
        Some(place)
    }

    /// Runs what `fleet-controller vault bootstrap` prints, with the real program.
    pub fn bootstrap(&self) {
        let mounts = Mounts {
            with_roles: ["github".to_owned(), "kubernetes".to_owned()].into(),
            with_config: ["github".to_owned()].into(),
        };
        let controller = Controller { namespace: NAMESPACE, account: "fleet-controller" };
        let script = bootstrap::script(&spec(self.bao.address()), &mounts, &controller);
        let program = OpenBao::program().expect("it was there a moment ago");
        let output = Command::new("sh")
            .args(["-euc", &script])
            .env("PATH", format!("{}:/usr/bin:/bin", program.parent().expect("a folder").display()))
            .env("BAO_TOKEN", self.bao.root().token())
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Somebody who may do everything.
    pub fn root(&self) -> Person {
        self.bao.root()
    }

    /// A controller that has just started.
    pub fn session(&self) -> Session {
        let client = Client::new("vault", self.proxy.address(), "", None, Arc::new(Metrics::default()));
        let login = Login {
            auth: "kubernetes".to_owned(),
            role: "fleet-controller".to_owned(),
            files: vec![self.tokens.path().join("token")],
        };
        Session::new(client.expect("an address"), login)
    }

    /// A pass of a controller.
    pub fn pass(&self, session: &Session, wanted: &Wanted, waits: &mut Waits) -> Report {
        self.run(session, wanted, waits, false)
    }

    /// A pass that changes nothing.
    pub fn dry_pass(&self, session: &Session, wanted: &Wanted) -> Report {
        self.run(session, wanted, &mut Waits::default(), true)
    }

    fn run(&self, session: &Session, wanted: &Wanted, waits: &mut Waits, dry_run: bool) -> Report {
        // Held for the pass: whoever could stop it must not be gone.
        let (_stopper, stop) = Stop::new();
        let pass = Pass { session, books: &self.books, wanted, dry_run, stop };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(pass.run(waits))
    }

    /// A fleet of five policies, four roles and a configuration.
    pub fn fleet(&self) -> Wanted {
        let mut objects = vec![self.config()];
        objects.extend((0..5).map(|at| policy(&format!("p{at}"), "secret/data/harbor")));
        objects.extend((0..3).map(|at| jwt_role(&format!("r{at}"), &format!("p{at}"))));
        objects.push(kubernetes_role("k", "p3"));
        wanted(objects)
    }

    fn config(&self) -> Object {
        self.config_resource().object()
    }

    /// Logins by tokens of the issuer.
    pub fn config_resource(&self) -> VaultJwtAuth {
        let spec = VaultJwtAuthSpec {
            server: "vault".to_owned(),
            mount: "github".to_owned(),
            config: JwtConfig {
                oidc_discovery_url: self.issuer.url().to_owned(),
                bound_issuer: self.issuer.url().to_owned(),
                jwt_supported_algs: vec!["RS256".to_owned()],
                ..Default::default()
            },
        };
        VaultJwtAuth::new("vault.github", spec)
    }
}

pub fn wanted(objects: Vec<Object>) -> Wanted {
    Wanted { prefix: PREFIX.to_owned(), flavour: ServerFlavour::OpenBao, allowed_deletion: None, objects }
}

pub fn policy_resource(name: &str, path: &str) -> VaultPolicy {
    let spec = VaultPolicySpec {
        server: "vault".to_owned(),
        name: format!("{PREFIX}{name}"),
        policy: format!(
            "# managed-by: fleetc fleet=test spec=00\npath \"{path}\" {{\n  capabilities = [\"read\"]\n}}\n"
        ),
        ..Default::default()
    };
    VaultPolicy::new(&format!("vault.{name}"), spec)
}

pub fn policy(name: &str, path: &str) -> Object {
    policy_resource(name, path).object()
}

fn token(policy: &str) -> RoleToken {
    RoleToken {
        token_policies: vec![format!("{PREFIX}{policy}")],
        token_ttl: 600,
        token_max_ttl: 600,
        token_bound_cidrs: vec!["192.0.2.1/32".to_owned()],
        token_no_default_policy: true,
        token_type: "batch".to_owned(),
        ..Default::default()
    }
}

pub fn jwt_role_resource(name: &str, policy: &str) -> VaultJwtRole {
    let spec = VaultJwtRoleSpec {
        server: "vault".to_owned(),
        mount: "github".to_owned(),
        name: format!("{PREFIX}{name}"),
        role: JwtRole {
            role_type: "jwt".to_owned(),
            bound_audiences: vec!["https://vault.example".to_owned()],
            bound_claims: [
                ("ref".to_owned(), vec!["refs/heads/main".to_owned()]),
                ("repository_id".to_owned(), vec!["1".to_owned(), "2".to_owned()]),
            ]
            .into(),
            bound_claims_type: "string".to_owned(),
            user_claim: "repository_id".to_owned(),
            claim_mappings: [("actor".to_owned(), "actor".to_owned())].into(),
            token: token(policy),
            ..Default::default()
        },
        ..Default::default()
    };
    VaultJwtRole::new(&format!("vault.{name}"), spec)
}

pub fn jwt_role(name: &str, policy: &str) -> Object {
    jwt_role_resource(name, policy).object()
}

fn kubernetes_role(name: &str, policy: &str) -> Object {
    let spec = VaultKubernetesRoleSpec {
        server: "vault".to_owned(),
        mount: "kubernetes".to_owned(),
        name: format!("{PREFIX}{name}"),
        role: KubernetesRole {
            bound_service_account_names: vec!["portal".to_owned()],
            bound_service_account_namespaces: vec!["portal".to_owned()],
            audience: "vault".to_owned(),
            alias_name_source: "serviceaccount_uid".to_owned(),
            token: token(policy),
            ..Default::default()
        },
        ..Default::default()
    };
    VaultKubernetesRole::new(&format!("vault.{name}"), spec).object()
}
