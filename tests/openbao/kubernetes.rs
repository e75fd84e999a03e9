//! As much of Kubernetes as its auth method asks: who holds a ServiceAccount's token.

use super::issuer::Issuer;
use super::web::{Request, Web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The issuer of ServiceAccounts' tokens in a cluster.
const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";

/// A stand-in for an API server that answers TokenReviews. It believes every token: that the server asks at all
/// and what it makes of the answer is what tests are about. Dropping it stops it.
pub struct Kubernetes {
    web: Web,
}

impl Kubernetes {
    /// Starts one.
    pub fn start() -> Self {
        let web = Web::start(|_, request| match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/apis/authentication.k8s.io/v1/tokenreviews") => (201, review(request)),
            _ => (404, json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404})),
        });
        Self { web }
    }

    /// What `kubernetes_host` has to be.
    pub fn url(&self) -> &str {
        self.web.address()
    }

    /// A body for `auth/MOUNT/config`.
    pub fn config(&self) -> Value {
        json!({
            "kubernetes_host": self.url(),
            "disable_local_ca_jwt": true,
            "token_reviewer_jwt": "reviewer",
            "kubernetes_ca_cert": CERTIFICATE,
        })
    }

    /// The token of a ServiceAccount.
    pub fn token(&self, signer: &Issuer, namespace: &str, name: &str, audience: &str) -> String {
        signer.sign(&json!({
            "iss": ISSUER,
            "aud": [audience],
            "sub": format!("system:serviceaccount:{namespace}:{name}"),
            "kubernetes.io": {
                "namespace": namespace,
                "serviceaccount": {"name": name, "uid": uid(namespace, name)},
                "pod": {"name": "pod", "uid": "11111111-1111-4111-8111-111111111111"},
            },
        }))
    }
}

/// Each account has one of its own.
fn uid(namespace: &str, name: &str) -> String {
    let sum =
        format!("{namespace}/{name}").bytes().fold(7u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    format!("00000000-0000-4000-8000-{:012x}", sum & 0xffff_ffff_ffff)
}

fn review(request: &Request) -> Value {
    let token = request.body["spec"]["token"].as_str().unwrap_or_default();
    let payload = token.split('.').nth(1).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    // An API server checks audiences only where it is asked to, and answers with those that are in the token.
    let wanted = request.body["spec"]["audiences"].as_array().cloned().unwrap_or_default();
    let held = claims["aud"].as_array().cloned().unwrap_or_default();
    let common: Vec<_> = wanted.iter().filter(|audience| held.contains(audience)).cloned().collect();
    let good = wanted.is_empty() || !common.is_empty();
    let account = &claims["kubernetes.io"];
    json!({
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "status": {
            "authenticated": good,
            "audiences": if good { common } else { Vec::new() },
            "user": {
                "username": claims["sub"],
                "uid": account["serviceaccount"]["uid"],
                "groups": ["system:serviceaccounts", format!("system:serviceaccounts:{}", account["namespace"].as_str().unwrap_or_default())],
            },
        },
    })
}

/// Any certificate: the method wants one to be given, and the stand-in does not speak TLS.
const CERTIFICATE: &str = include_str!("any-certificate.pem");
