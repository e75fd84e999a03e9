//! The fleet's proxy, as programs take it from their environment.

use crate::language::nodes::ProxyServer;
use crate::model::Fleet;
use k8s_openapi::api::core::v1::{EnvVar, EnvVarSource, SecretKeySelector};

/// Variables with the name and the password of the proxy, which its address then names.
const USER: &str = "FLEETC_PROXY_USERNAME";
const PASSWORD: &str = "FLEETC_PROXY_PASSWORD";

/// Variables that name the proxy to GitHub. What is asked for by them is asked for by https.
///
/// Name and password come from the proxy's Secret, in the namespace of the program; they are put into the address as they
/// are.
pub fn variables(fleet: &Fleet) -> Vec<EnvVar> {
    let mut all = Vec::new();
    let Some(proxy) = &fleet.node.proxy else { return all };
    if let Some(server) = proxy.https.as_ref().or(proxy.http.as_ref()) {
        if let Some(secret) = &server.secret {
            all.extend([(USER, "username"), (PASSWORD, "password")].map(|(name, key)| EnvVar {
                name: name.to_owned(),
                value: None,
                value_from: Some(EnvVarSource {
                    secret_key_ref: Some(SecretKeySelector {
                        name: secret.to_string(),
                        key: key.to_owned(),
                        optional: None,
                    }),
                    ..EnvVarSource::default()
                }),
            }));
        }
        all.push(variable("HTTPS_PROXY", address(server)));
    }
    if let Some(not) = &proxy.no_proxy {
        let hosts: Vec<_> = not.hosts.iter().map(|host| host.as_str()).collect();
        all.push(variable("NO_PROXY", hosts.join(",")));
    }
    all
}

fn address(server: &ProxyServer) -> String {
    let url = server.url.as_str();
    match (&server.secret, url.split_once("://")) {
        (Some(_), Some((scheme, rest))) => format!("{scheme}://$({USER}):$({PASSWORD})@{rest}"),
        _ => url.to_owned(),
    }
}

fn variable(name: &str, value: String) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value), value_from: None }
}
