//! `env-incomplete`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "env-incomplete",
    severity: Severity::Error,
    summary: "a variable has no value, or two",
    explanation: "\
A variable of a pool gets its value from the file, `env \"NAME\" \"VALUE\"`, or from a key of a Secret,
`env \"NAME\" secret=\"SECRET\" key=\"KEY\"`. With neither it would be set to nothing, which most tools read as set:
a proxy of no address, a cache in the root folder. With both the Secret would win and the value never be seen, and a
key without a Secret names nothing.

Keep one of the two. A variable that is meant to be empty says so: `env \"NAME\" \"\"`.
",
    good: r#"
pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    env "HTTPS_PROXY" "http://proxy.example.com:3128"
    env "LICENSE" secret="compiler-license" key="text"
}
"#,
    bad: r#"
pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    env "HTTPS_PROXY"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    for env in &view.pool.node.env {
        let name = &env.name.value;
        let (problem, span, effect, help) = match (&env.value, &env.secret, &env.key) {
            (None, None, None) => (
                "has no value",
                env.span,
                "jobs see it set to nothing, which most tools do not take for unset",
                format!(
                    "write `env \"{name}\" \"VALUE\"`, or `secret=` with the Secret that holds it; `\"\"` for nothing"
                ),
            ),
            (Some(value), Some(_), _) => (
                "has a value and a Secret",
                value.span,
                "the Secret wins, and jobs never see this value",
                "keep one of the two".to_owned(),
            ),
            (_, None, Some(key)) => (
                "names a key and no Secret",
                key.span,
                "the key is read from nothing",
                format!("write `secret=` with the Secret that holds \"{}\", or remove `key`", key.value),
            ),
            _ => continue,
        };
        let found = out.found(format!("variable \"{name}\" {problem}")).label(span, problem);
        out.report(found.effect(effect).help(help));
    }
}
