//! `kube-sa-rbac`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::{Generation, Permission, generation};
use crate::diagnostic::Severity;
use crate::emit::arc::names;
use crate::emit::{Body, Object};
use crate::syntax::Span;
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding};

pub static RULE: Rule = Rule {
    code: "kube-sa-rbac",
    severity: Severity::Error,
    summary: "the runner's account may not do what the container hooks do",
    explanation: "\
The hooks make the job's pod with the runner's ServiceAccount. Before they do anything they ask the API server
whether they may do all of it: get, list, create and delete pods and secrets, get and create `pods/exec`, get,
list and watch `pods/log`, and with hooks 0.7 get, list, create and delete batch Jobs. If one verb is missing
they stop: `The Service account needs the following permissions`, and every job fails before its first step.

fleetc makes an account, a Role and a RoleBinding for each pool. This is found where the pool names a
`service-account` of its own, which fleetc does not look into, or where a patch changes the account, the Role
or the binding. Bind the same rules to your account and say so with hook-rules=#true; or remove
`service-account`, and put what you wanted it for, such as a cloud identity, on fleetc's own account with a
patch of \"ServiceAccount\".

Known from: hooks 0.7.0 and 0.8.1 (`isAuthPermissionsOK`, `requiredPermissions`).
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    service-account "builder" hook-rules=#true
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
    service-account "builder"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let (Some(hook), Some(pod)) = (generation(view.pool.mode), view.objects.runner_pod()) else { return };
    let pool = view.pool;
    let wanted = names::runner_account(pool);
    let account = pod.service_account_name.as_deref().unwrap_or("default");
    let (message, span, label) = if account != wanted {
        let message = format!("runners of pool \"{}\" use ServiceAccount \"{account}\"", pool.name());
        (message, view.runner_pod_span(pool.span()), "its rights are unknown".to_owned())
    } else if pod.automount_service_account_token == Some(false) {
        let message = format!("runners of pool \"{}\" get no token of their ServiceAccount", pool.name());
        (message, view.runner_pod_span(pool.span()), "the hooks can't use the API".to_owned())
    } else if let Some(own) = &pool.node.service_account {
        if own.hook_rules.value {
            return;
        }
        let message =
            format!("nothing says that ServiceAccount \"{account}\" may do what hooks {} do", hook.version);
        (message, own.name.span, "its rights are unknown".to_owned())
    } else if let Some((span, lack)) = lack(view, hook, account) {
        (
            format!("the Role of runners of pool \"{}\" lacks {lack}", pool.name()),
            span,
            "taken away here".to_owned(),
        )
    } else {
        return;
    };
    let found = out
        .found(message)
        .label(span, label)
        .effect(
            "the hooks stop with \"The Service account needs the following permissions\": every job fails",
        )
        .help(format!(
            "bind {} to it and write hook-rules=#true, or leave the account to fleetc",
            hook.permissions.iter().map(shown).collect::<Vec<_>>().join(", "),
        ));
    out.report(found);
}

fn shown(permission: &Permission) -> String {
    format!("{} ({})", permission.resource, permission.verbs.join(" "))
}

/// What a patch took from fleetc's own Role or binding, and where.
fn lack(view: PoolView<'_>, hook: &Generation, account: &str) -> Option<(Span, String)> {
    let name = names::kube_mode(view.pool);
    view.objects.patched_companions().iter().find_map(|object| {
        let span = object.patched.last().copied()?;
        let lack = match &object.body {
            Body::Role(role) if role.metadata.name.as_ref() == Some(&name) => missing(role, hook),
            Body::RoleBinding(binding) if binding.metadata.name.as_ref() == Some(&name) => {
                unbound(object, binding, account)
            }
            _ => None,
        };
        Some((span, lack?))
    })
}

fn missing(role: &Role, hook: &Generation) -> Option<String> {
    let rules = role.rules.as_deref().unwrap_or_default();
    hook.permissions.iter().find_map(|permission| {
        let verb =
            permission.verbs.iter().find(|verb| !rules.iter().any(|rule| allows(rule, permission, verb)))?;
        Some(format!("\"{verb}\" of {}", permission.resource))
    })
}

fn allows(rule: &PolicyRule, permission: &Permission, verb: &str) -> bool {
    let has = |list: Option<&[String]>, word: &str| {
        list.unwrap_or_default().iter().any(|has| has == word || has == "*")
    };
    has(rule.api_groups.as_deref(), permission.group)
        && has(rule.resources.as_deref(), permission.resource)
        && has(Some(&rule.verbs), verb)
        && rule.resource_names.as_ref().is_none_or(Vec::is_empty)
}

fn unbound(object: &Object, binding: &RoleBinding, account: &str) -> Option<String> {
    let namespace = object.body.metadata().namespace;
    let mut subjects = binding.subjects.iter().flatten();
    let bound = subjects.any(|subject| {
        subject.kind == "ServiceAccount" && subject.name == account && subject.namespace == namespace
    });
    (!bound).then(|| format!("its binding to \"{account}\""))
}
