//! `derived-name-over-63`

use super::name_too_long::LONGEST;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::emit::Body;

/// Longest label value of Kubernetes.
const LABEL_VALUE: usize = 63;
/// Longest name of a pool whose longest ServiceAccount, `NAME-gha-rs-no-permission`, is a label value.
pub(super) const LONGEST_WITH_ACCOUNT: usize = LABEL_VALUE - "-gha-rs-no-permission".len();

pub static RULE: Rule = Rule {
    code: "derived-name-over-63",
    severity: Severity::Warning,
    summary: "the name of a pool's ServiceAccount is no label value",
    explanation: "\
A pool's ServiceAccount is named after the pool, with `-gha-rs-no-permission` behind. An account's name may
have 253 characters, but network and identity tools copy it into a label, whose value may have 63. That
is exceeded by pool names of 43 to 45 characters, which ARC itself accepts.

In the cluster the pool works. Cilium and others that identify pods by the label of their account fail to do
so, and selectors that name the account can't be written: policies for this pool silently match
nothing.

Shorten the pool's name to 42 characters.

Known from: the naming guide of pytorch/ci-infra (docs/runner_naming_convention.md).
",
    good: r#"
pool "build-linux-x64-cuda-12-large-memory" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build-linux-x64-cuda-12-large-memory-nightly" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    if !(LONGEST_WITH_ACCOUNT + 1..=LONGEST).contains(&view.pool.name().len()) {
        return;
    }
    let companions = view.objects.companions(cx.fleet, view.pool);
    let accounts = companions.iter().filter_map(|object| match &object.body {
        Body::ServiceAccount(account) => account.metadata.name.as_deref(),
        _ => None,
    });
    let Some(longest) = accounts.max_by_key(|name| name.len()).filter(|name| name.len() > LABEL_VALUE) else {
        return;
    };
    let found = out
        .found(format!("the pool's ServiceAccount \"{longest}\" has {} characters", longest.len()))
        .label(view.pool.span(), format!("its name has {} characters", view.pool.name().len()))
        .effect("tools that copy the account's name into a label, such as Cilium, fail: a label value has 63 characters at most")
        .help(format!("shorten the pool's name to {LONGEST_WITH_ACCOUNT} characters"));
    out.report(found);
}
