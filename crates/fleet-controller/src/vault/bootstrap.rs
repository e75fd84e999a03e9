//! The one policy and the one role that the controller itself needs: somebody with more rights has to write them once.

use fleet_model::vault::{ServerFlavour, VaultServerSpec};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What there is to know of the controller.
pub struct Controller<'a> {
    /// Namespace of its ServiceAccount.
    pub namespace: &'a str,
    /// Its ServiceAccount.
    pub account: &'a str,
}

/// Mount paths of the auth methods that a server's resources are about.
#[derive(Default)]
pub struct Mounts {
    /// Those that have roles of the fleet.
    pub with_roles: BTreeSet<String>,
    /// Those whose configuration the fleet declares.
    pub with_config: BTreeSet<String>,
}

/// The policy, by what the controller asks for.
pub fn policy(spec: &VaultServerSpec, mounts: &Mounts) -> String {
    let prefix = &spec.prefix;
    let mut text = String::new();
    let mut rule = |path: String, capabilities: &[&str]| {
        let list: Vec<_> = capabilities.iter().map(|capability| format!("\"{capability}\"")).collect();
        // Writing to a String does not fail.
        let _ = writeln!(text, "path \"{path}\" {{\n  capabilities = [{}]\n}}", list.join(", "));
    };
    rule(format!("sys/policies/acl/{prefix}*"), &["create", "read", "update", "delete"]);
    for mount in &mounts.with_roles {
        rule(format!("auth/{mount}/role/{prefix}*"), &["create", "read", "update", "delete"]);
    }
    for mount in &mounts.with_config {
        rule(format!("auth/{mount}/config"), &["create", "read", "update"]);
    }
    // Its own role begins with the prefix too: it must not change whom it may log in as, nor what that may do.
    for path in [
        format!("auth/{}/role/{}", spec.login.auth, spec.login.role),
        format!("sys/policies/acl/{}", spec.login.role),
    ] {
        rule(path, &["deny"]);
    }
    text
}

/// A script that writes policy and role with the server's own program. It may be run again.
pub fn script(spec: &VaultServerSpec, mounts: &Mounts, controller: &Controller) -> String {
    let program = match spec.flavour {
        ServerFlavour::Vault => "vault",
        ServerFlavour::OpenBao => "bao",
    };
    let variable = program.to_uppercase();
    let (role, auth) = (&spec.login.role, &spec.login.auth);
    let mut text = format!("export {variable}_ADDR={}\n", quoted(&spec.address));
    if !spec.namespace.is_empty() {
        let _ = writeln!(text, "export {variable}_NAMESPACE={}", quoted(&spec.namespace));
    }
    let _ = write!(
        text,
        "{program} policy write {} - <<'POLICY'\n{}POLICY\n\
         {program} write {} \\\n  bound_service_account_names={} \\\n  bound_service_account_namespaces={} \\\n  \
         audience={} \\\n  alias_name_source=serviceaccount_uid \\\n  token_policies={} \\\n  token_type=service \\\n  \
         token_ttl=20m token_max_ttl=20m\n",
        quoted(role),
        policy(spec, mounts),
        quoted(&format!("auth/{auth}/role/{role}")),
        quoted(controller.account),
        quoted(controller.namespace),
        quoted(&spec.login.audience),
        quoted(role),
    );
    text
}

/// A word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_breaks_out_of_the_shell() {
        assert_eq!(quoted("https://vault.example:8200"), "https://vault.example:8200");
        assert_eq!(quoted("a b$(x)'c"), r"'a b$(x)'\''c'");
        assert_eq!(quoted(""), "''");
    }
}
