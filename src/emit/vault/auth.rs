//! Configuration of ways to log in.

use crate::model::vault::Auth;
use fleet_model::vault::{JwtConfig, KubernetesConfig};

/// GitHub signs with nothing else.
const ALGORITHM: &str = "RS256";
/// The API server, as pods reach it.
const LOCAL: &str = "https://kubernetes.default.svc";

/// Of one for signed tokens.
pub fn jwt(auth: &Auth) -> JwtConfig {
    JwtConfig {
        oidc_discovery_url: auth.discovery().unwrap_or_default().to_owned(),
        oidc_discovery_ca_pem: auth.ca().to_owned(),
        bound_issuer: auth.node.issuer.as_ref().map(|url| url.to_string()).unwrap_or_default(),
        jwt_supported_algs: vec![ALGORITHM.to_owned()],
        ..JwtConfig::default()
    }
}

/// Of one for ServiceAccounts. The server asks the API server with the token of its own pod, or, for another cluster,
/// with the token that it was given to judge.
pub fn kubernetes(auth: &Auth) -> KubernetesConfig {
    KubernetesConfig {
        kubernetes_host: auth.node.host.as_ref().map_or_else(|| LOCAL.to_owned(), |host| host.to_string()),
        kubernetes_ca_cert: auth.ca().to_owned(),
        disable_local_ca_jwt: !auth.ca().is_empty(),
        pem_keys: Vec::new(),
    }
}
