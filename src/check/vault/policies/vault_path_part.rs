//! `vault-path-part`

use super::held::{Line, is_versioned, lines};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::suggest::nearest;

pub static RULE: Rule = Rule {
    code: "vault-path-part",
    severity: Severity::Error,
    summary: "a policy names a path at which the store answers nothing",
    explanation: "\
A key-value store of version 2 has a path for each thing that can be done: `MOUNT/data/…` reads and writes,
`MOUNT/metadata/…` lists and inspects, `delete`, `undelete` and `destroy` do what they say, and `subkeys` shows the names of
fields. It is found where a rule of a policy lies in such a mount and its next part is none of these, and where one of
version 1, which has no such parts, is given one.

The server takes the policy: to it a path is text. A job whose policy grants `secret/app` gets 403 for
`secret/data/app`, which is what every client asks for when a person writes `secret/app`.

Write the part: `secret/data/app` to read, `secret/metadata/app/*` to list. A role's `read`, `write` and the like do so by
themselves.

Known from: measured with OpenBao 2.7.2. Also known as VP001.
",
    good: r#"
vault "https://vault.example.com:8200" {
    mount "secret" version=2
    policy "reader" {
        path "secret/data/app" "read"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    mount "secret" version=2
    policy "reader" {
        path "secret/app" "read"
    }
}
"#,
    check: Check::Fleet(check),
};

/// The parts of a mount of version 2.
const PARTS: [&str; 7] = ["config", "data", "delete", "destroy", "metadata", "subkeys", "undelete"];

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for line in lines(context.fleet) {
        let Some((mount, below)) = line.mount().filter(|_| is_misplaced(&line)) else { continue };
        let part = below.split('/').next().unwrap_or_default();
        let path = line.path();
        if is_versioned(mount) {
            let wanted = match nearest(part, PARTS).filter(|_| below.contains('/')) {
                Some(near) => {
                    format!("{}/{near}{}", mount.path, below.strip_prefix(part).unwrap_or_default())
                }
                None => format!("{}/data/{below}", mount.path),
            };
            let found = out
                .found(format!("\"{path}\" is no path of a store of version 2"))
                .label(line.span(), format!("`{part}` is no part of \"{}\"", mount.path))
                .effect(
                    "requests go to `data/`, `metadata/` and the like, and get 403: this rule is about none",
                )
                .help(format!("write \"{wanted}\""));
            out.report(found);
        } else {
            let bare = below.strip_prefix(part).unwrap_or_default();
            let found = out
                .found(format!("\"{path}\" names a part that a store of version 1 has not"))
                .label(line.span(), format!("`{part}` is taken for a folder"))
                .effect("requests go to the path without it, and get 403")
                .help(format!(
                    "write \"{}{bare}\", or declare `mount \"{}\" version=2`",
                    mount.path, mount.path
                ));
            out.report(found);
        }
    }
}

/// Whether a path has a wrong part behind its mount.
pub(super) fn is_misplaced(line: &Line<'_>) -> bool {
    let Some((mount, below)) = line.mount() else { return false };
    let part = below.split('/').next().unwrap_or_default();
    // `secret/*` and `secret/+/…` are about all parts.
    let open = part.ends_with('*') || part == "+";
    if is_versioned(mount) {
        !open && !PARTS.contains(&part)
    } else {
        matches!(part, "data" | "metadata") && below.contains('/')
    }
}
