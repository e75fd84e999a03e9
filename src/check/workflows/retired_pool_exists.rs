//! `retired-pool-exists`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "retired-pool-exists",
    severity: Severity::Error,
    summary: "a name is retired and in use",
    explanation: "\
`retired \"NAME\"` says that no pool has this name any more, so that `fleetc lint` can send workflows to its successor. It is found where a
pool of the fleet still has the name, or has it again, and where the successor is no pool of the fleet.

Nobody could tell whether jobs may still ask for the name: the pool takes them, and the file says that it does not. A successor
that does not exist would send workflows from one queue that never ends to another.

Remove the line, or the pool; name a pool after `use=`.

Known from: fleets that brought a name back for other hardware.
",
    good: r#"
retired "gpu-old" use="runner-gpu"
pool "runner-gpu" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
retired "runner-gpu" use="runner-gpu"
pool "runner-gpu" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for retired in &cx.fleet.usage.retired {
        let named = |name: &str| cx.fleet.pools.iter().find(|pool| pool.name().eq_ignore_ascii_case(name));
        let found = if let Some(pool) = named(retired.name.as_str()) {
            out.found(format!("pool \"{}\" is retired and in use", pool.name()))
                .label(retired.name.span, "retired here")
                .label(pool.span(), "in use here")
                .effect("workflows that ask for it are told to go elsewhere, although it takes their jobs")
                .help("remove one of the two")
        } else if let Some(successor) = retired.successor.as_ref().filter(|name| named(name.as_str()).is_none())
            // What could not be read may have been the successor.
            && !cx.fleet.pools.is_empty()
        {
            let near = crate::language::suggest::nearest(
                successor.as_str(),
                cx.fleet.pools.iter().map(|pool| pool.name()),
            );
            let help = near
                .map_or("name a pool of the fleet".to_owned(), |near| format!("did you mean \"{near}\"?"));
            out.found(format!("\"{}\" follows \"{}\" and is no pool", successor.value, retired.name.value))
                .label(successor.span, "no such pool")
                .effect("workflows that follow the advice wait for ever in another queue")
                .help(help)
        } else {
            continue;
        };
        out.report(found);
    }
}
