//! Somebody who signs tokens for jobs, as GitHub does.

use super::web::Web;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Made for these tests and used nowhere else. GitHub signs with RSA, which takes a second to make a key of.
const KEY: &[u8] = include_bytes!("signing-key.der");
const KEY_ID: &str = "test";

/// An issuer with its keys at `/.well-known/`. Dropping it stops it.
pub struct Issuer {
    web: Web,
    key: RsaKeyPair,
}

impl Issuer {
    /// Starts one.
    pub fn start() -> Self {
        let key = RsaKeyPair::from_pkcs8(KEY).expect("a key");
        let public = PublicKeyComponents::<Vec<u8>>::from(key.public());
        let jwk = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID,
            "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e),
        });
        let web = Web::start(move |own, request| match request.path.as_str() {
            "/.well-known/openid-configuration" => {
                let document = json!({
                    "issuer": own, "jwks_uri": format!("{own}/.well-known/jwks"),
                    "subject_types_supported": ["public", "pairwise"], "response_types_supported": ["id_token"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                });
                (200, document)
            }
            "/.well-known/jwks" => (200, json!({"keys": [jwk]})),
            _ => (404, Value::Null),
        });
        Self { web, key }
    }

    /// What its tokens have as `iss`.
    pub fn url(&self) -> &str {
        self.web.address()
    }

    /// A token with these claims. `iss`, `iat`, `nbf`, `exp` and `jti` are added where they are not given.
    pub fn sign(&self, claims: &Value) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut all = Map::from_iter([
            ("iss".to_owned(), json!(self.url())),
            ("iat".to_owned(), json!(now)),
            ("nbf".to_owned(), json!(now - 5)),
            ("exp".to_owned(), json!(now + 300)),
            ("jti".to_owned(), json!(format!("test-{now}"))),
        ]);
        all.extend(claims.as_object().cloned().unwrap_or_default());
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({"alg": "RS256", "typ": "JWT", "kid": KEY_ID}));
        let signed = format!("{header}.{}", part(Value::Object(all)));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a token that GitHub makes for a job of a push to `main`; change what matters to a test.
    pub fn github_claims(owner: (&str, u64), repository: (&str, u64), audience: &str) -> Value {
        let full = format!("{}/{}", owner.0, repository.0);
        let git_ref = "refs/heads/main";
        let workflow = format!("{full}/.github/workflows/ci.yml@{git_ref}");
        // GitHub makes all of these strings, numbers too.
        json!({
            "sub": format!("repo:{full}:ref:{git_ref}"), "aud": audience,
            "actor": "octocat", "actor_id": "583231", "base_ref": "", "head_ref": "",
            "event_name": "push", "ref": git_ref, "ref_type": "branch", "ref_protected": "true",
            "repository": full, "repository_id": repository.1.to_string(),
            "repository_owner": owner.0, "repository_owner_id": owner.1.to_string(),
            "repository_visibility": "private", "runner_environment": "self-hosted",
            "run_id": "4242", "run_number": "17", "run_attempt": "1", "check_run_id": "987",
            "workflow": "ci", "workflow_ref": workflow, "workflow_sha": "0".repeat(40),
            "job_workflow_ref": workflow, "job_workflow_sha": "0".repeat(40),
        })
    }
}
