//! The same as files for people who use the command line or Terraform.

use super::{auth, policy, role};
use crate::language::nodes::{AuthMethod, VaultFlavour};
use crate::model::Fleet;
use crate::model::vault::{Login, Vault};
use crate::output::{OutputPath, Tree};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What the files are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The programs `vault` and `bao`: HCL, JSON and a script that writes them.
    CommandLine,
    /// Terraform and OpenTofu: their JSON syntax.
    Terraform,
}

/// The files, in a folder for each server.
pub fn export(fleet: &Fleet, target: Target) -> Result<Tree, String> {
    let mut tree = Tree::new();
    for vault in &fleet.vaults {
        let files = match target {
            Target::CommandLine => command_line(fleet, vault)?,
            Target::Terraform => vec![("vault.tf.json".to_owned(), terraform(fleet, vault)?)],
        };
        for (path, text) in files {
            let path =
                OutputPath::new(format!("{}/{path}", vault.name())).map_err(|error| error.to_string())?;
            tree.insert(path, format!("vault {}", vault.name()), text).map_err(|error| error.to_string())?;
        }
    }
    Ok(tree)
}

fn value(body: &impl Serialize) -> Result<Value, String> {
    serde_json::to_value(body).map_err(|error| error.to_string())
}

/// Body of a role, as the server takes it.
fn role_body(vault: &Vault, one: &crate::model::vault::Role) -> Result<Value, String> {
    match &one.login {
        Login::Jwt(login) => value(&role::jwt(vault, one, login)),
        Login::Kubernetes(login) => value(&role::kubernetes(vault, one, login)),
    }
}

fn command_line(fleet: &Fleet, vault: &Vault) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    let mut script = Script::new(vault);
    let mut add = |path: String, text: String| files.push((path, text));
    for auth in vault.auths.iter().filter(|auth| auth.node.managed.value) {
        let body = match auth.node.method.value {
            AuthMethod::Jwt => value(&auth::jwt(auth))?,
            AuthMethod::Kubernetes => value(&auth::kubernetes(auth))?,
        };
        let path = format!("auth/{}/config", auth.path());
        script.command(&["write", &path, &format!("@{path}.json")]);
        add(format!("{path}.json"), format!("{body:#}\n"));
    }
    // Policies before roles: a role that names a missing policy lets people in, to nothing.
    for one in vault.policies.iter().filter(|policy| !policy.is_external()) {
        let path = format!("policies/{}.hcl", one.name);
        script.command(&["policy", "write", &one.name, &path]);
        add(path, policy::text(fleet, one));
    }
    for one in &vault.roles {
        let path = format!("auth/{}/role/{}", vault.auth_of(one).path(), one.name);
        script.command(&["write", &path, &format!("@{path}.json")]);
        add(format!("{path}.json"), format!("{:#}\n", role_body(vault, one)?));
    }
    files.push(("apply.sh".to_owned(), script.0));
    Ok(files)
}

/// A POSIX shell script, of words that are quoted where they need it.
struct Script(String);

impl Script {
    fn new(vault: &Vault) -> Self {
        let program = match vault.node.flavour.value {
            VaultFlavour::Vault => "vault",
            VaultFlavour::OpenBao => "bao",
        };
        let mut lines = vec![
            "#!/bin/sh".to_owned(),
            "# Writes all of it. Each write replaces the whole object, so it can be run again.".to_owned(),
            "set -eu".to_owned(),
            "cd \"$(dirname \"$0\")\"".to_owned(),
        ];
        let variable = |name: &str, value: &str| format!("export {name}={}", quote(value));
        for name in ["VAULT_ADDR", "BAO_ADDR"] {
            lines.push(format!("[ -n \"${{{name}:-}}\" ] || {}", variable(name, vault.node.url.as_str())));
        }
        if let Some(namespace) = &vault.node.namespace {
            lines.push(variable("VAULT_NAMESPACE", namespace.as_str()));
            lines.push(variable("BAO_NAMESPACE", namespace.as_str()));
        }
        lines.push(format!(": \"${{VAULT_PROGRAM:={program}}}\""));
        Self(lines.join("\n") + "\n\n")
    }

    fn command(&mut self, words: &[&str]) {
        let words: Vec<_> = words.iter().map(|word| quote(word)).collect();
        self.0.push_str(&format!("\"$VAULT_PROGRAM\" {}\n", words.join(" ")));
    }
}

/// A word of a shell: as it is where no character of it means anything to one.
fn quote(word: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '@' | '=' | ',');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Resources of the provider `hashicorp/vault`, which writes to both servers.
fn terraform(fleet: &Fleet, vault: &Vault) -> Result<String, String> {
    let mut policies = Map::new();
    for one in vault.policies.iter().filter(|policy| !policy.is_external()) {
        policies.insert(label(&one.name), json!({ "name": one.name, "policy": policy::text(fleet, one) }));
    }
    let (mut jwt, mut kubernetes) = (Map::new(), Map::new());
    for one in &vault.roles {
        let mut body = role_body(vault, one)?;
        let resources = match &one.login {
            Login::Jwt(_) => {
                // The provider takes claims as texts with commas in them, and lists of one need none.
                let claims = body["bound_claims"].as_object().cloned().unwrap_or_default();
                let joined = |values: Value| {
                    let texts: Vec<_> =
                        values.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                    Value::from(texts.join(","))
                };
                body["bound_claims"] =
                    Value::Object(claims.into_iter().map(|(name, values)| (name, joined(values))).collect());
                &mut jwt
            }
            Login::Kubernetes(_) => {
                if let Some(body) = body.as_object_mut() {
                    // The provider has no such argument.
                    body.shift_remove("bound_service_account_namespace_selector");
                }
                &mut kubernetes
            }
        };
        body["backend"] = vault.auth_of(one).path().into();
        body["role_name"] = one.name.as_str().into();
        resources.insert(label(&one.name), body);
    }
    let mut resources = Map::new();
    let kinds = [
        ("vault_policy", policies),
        ("vault_jwt_auth_backend_role", jwt),
        ("vault_kubernetes_auth_backend_role", kubernetes),
    ];
    for (kind, of_kind) in kinds {
        if !of_kind.is_empty() {
            resources.insert(kind.to_owned(), Value::Object(of_kind));
        }
    }
    let mut document = json!({ "resource": resources });
    without_templates(&mut document);
    Ok(format!("{document:#}\n"))
}

/// The name that a resource has in Terraform: no dots, and no digit first.
fn label(name: &str) -> String {
    let plain = name.replace('.', "__");
    if plain.starts_with(|first: char| first.is_ascii_digit()) { format!("_{plain}") } else { plain }
}

/// Terraform reads `${` and `%{` in every text as the start of an expression; doubled, they are text.
fn without_templates(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace("${", "$${").replace("%{", "%%{"),
        Value::Array(items) => items.iter_mut().for_each(without_templates),
        Value::Object(fields) => fields.values_mut().for_each(without_templates),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell_stay_words() {
        assert_eq!(quote("auth/github/role/ci"), "auth/github/role/ci");
        assert_eq!(quote("https://a/?x=$(id)"), "'https://a/?x=$(id)'");
        assert_eq!(quote("it's"), "'it'\\''s'");
    }
}
