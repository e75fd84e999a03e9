//! Ways around the language, so that nobody is ever stuck.

use crate::language::node::node;
use crate::language::value::{FilePath, Name, ObjectName, Text, choice};

choice! {
    /// How bad a finding is taken to be.
    "rule level" Level {
        /// Not reported.
        "off" => Off,
        /// Reported.
        "info" => Info,
        /// Reported; the fleet is compiled all the same.
        "warning" => Warning,
        /// The fleet is not compiled.
        "error" => Error,
    }
}

node! {
    /// Raises, lowers or silences a rule: for the fleet, or in a pool for that pool.
    "rule" => RuleLevel {
        /// The rule's code.
        "code" code: arg Text,
        /// What its findings are taken to be.
        "level" level: prop Level,
        /// Why. It stands beside the silenced finding in `fleetc check --format json`.
        "reason" reason: prop Text,
    }
}

node! {
    /// A change to an emitted object that the language has no word for. The result is checked like all else.
    "patch" => Patch {
        /// Kind of the object, such as "AutoscalingRunnerSet"; "HookTemplate" is the pod template of a pool's jobs.
        "kind" kind: arg Text,
        /// Name of the object; absent: every object of the kind (in a pool, of that pool).
        "name" name: opt_prop ObjectName,
        /// A strategic merge patch: YAML that is laid over the object. Lists merge by name.
        "merge" merge: opt_child PatchBody,
        /// A JSON patch (RFC 6902), in JSON or YAML.
        "json" json: opt_child PatchBody,
    }
}

node! {
    /// The text of a patch.
    "merge" => PatchBody {
        /// YAML or JSON, best as a raw multi-line string.
        "text" text: arg Text,
    }
}

node! {
    /// A Kubernetes manifest that is carried along into the output.
    "manifest" => Manifest {
        /// The file, relative to the fleet file.
        "path" path: arg FilePath,
        /// The only cluster that it is for.
        "cluster" cluster: opt_prop Name => "cluster",
    }
}
