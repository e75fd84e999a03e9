//! Tools that are Go commands, each built out of a module of its own under
//! `tests/tools/` whose `go.mod` and `go.sum` pin it and all that it is made of.

use std::path::Path;
use std::process::Command;

use super::{Tool, read};
use crate::step::run;
use crate::subcommand::Outcome;

/// The API server that emitted objects are applied to.
pub const KUBE_APISERVER: GoTool = GoTool {
    name: "kube-apiserver",
    program: "bin/kube-apiserver",
    module: "kube",
    package: "k8s.io/kubernetes/cmd/kube-apiserver",
    // Kubernetes learns its version from its release scripts. Built without
    // them it answers v0.0.0, which clients that compare versions choke on.
    version: Some(("k8s.io/component-base/version.gitVersion", "k8s.io/kubernetes")),
};

/// The API server's store, of the version that this Kubernetes requires.
pub const ETCD: GoTool = GoTool {
    name: "etcd",
    program: "bin/etcd",
    module: "kube",
    package: "go.etcd.io/etcd/server/v3",
    version: None,
};

/// What benchmarks compare fleetc with.
pub const JSONNET: GoTool = GoTool {
    name: "jsonnet",
    program: "bin/jsonnet",
    module: "jsonnet",
    package: "github.com/google/go-jsonnet/cmd/jsonnet",
    version: None,
};

/// What scrapes fleet-exporter; shares most of promtool's build.
pub const PROMETHEUS: GoTool = GoTool {
    name: "prometheus",
    program: "bin/prometheus",
    module: "prometheus",
    package: "github.com/prometheus/prometheus/cmd/prometheus",
    version: None,
};

/// The S3 server that backups are stored in.
pub const VERSITYGW: GoTool = GoTool {
    name: "versitygw",
    program: "bin/versitygw",
    module: "s3",
    package: "github.com/versity/versitygw/cmd/versitygw",
    version: None,
};

/// What checks alert rules, and runs their unit tests.
pub const PROMTOOL: GoTool = GoTool {
    name: "promtool",
    program: "bin/promtool",
    module: "prometheus",
    package: "github.com/prometheus/prometheus/cmd/promtool",
    version: None,
};

/// One command of one pinned Go module.
pub struct GoTool {
    name: &'static str,
    program: &'static str,
    /// Folder under `tests/tools/` with the `go.mod` that requires it.
    module: &'static str,
    /// Import path of its `main` package.
    package: &'static str,
    /// A variable to set at link time, and the required module whose version
    /// it gets.
    version: Option<(&'static str, &'static str)>,
}

impl GoTool {
    /// No symbol tables: nobody debugs these, and it halves the link time.
    fn linker_flags(&self, go_mod: &str) -> Result<String, String> {
        let mut flags = String::from("-s -w");
        if let Some((variable, module)) = self.version {
            let version = required_version(go_mod, module)
                .ok_or_else(|| format!("tests/tools/{}/go.mod does not require {module}", self.module))?;
            flags += &format!(" -X {variable}={version}");
        }
        Ok(flags)
    }
}

impl Tool for GoTool {
    fn name(&self) -> &'static str {
        self.name
    }

    fn pin(&self, pins: &Path) -> Result<String, String> {
        let module = pins.join(self.module);
        let (go_mod, go_sum) = (read(&module.join("go.mod"))?, read(&module.join("go.sum"))?);
        let flags = self.linker_flags(&go_mod)?;
        Ok(format!("{}\n{flags}\n{go_mod}\n{go_sum}", self.package))
    }

    fn program(&self) -> &'static str {
        self.program
    }

    fn install(&self, pins: &Path, tools: &Path) -> Outcome {
        let module = pins.join(self.module);
        let flags = self.linker_flags(&read(&module.join("go.mod"))?)?;
        run(Command::new("go")
            // Whatever the person's own Go settings say, the pin decides: no
            // workspace, no change to go.mod, no C compiler.
            .env("GOFLAGS", "")
            .env("GOWORK", "off")
            .env("CGO_ENABLED", "0")
            .current_dir(&module)
            .args(["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", &flags])
            .arg("-o")
            .arg(tools.join(self.program))
            .arg(self.package))
    }
}

/// The version that `go_mod` requires of `module`.
fn required_version<'a>(go_mod: &'a str, module: &str) -> Option<&'a str> {
    go_mod.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip_while(|word| *word == "require");
        (words.next() == Some(module)).then(|| words.next()).flatten().filter(|word| *word != "=>")
    })
}

#[cfg(test)]
mod tests {
    use super::required_version;

    const GO_MOD: &str = "module x\n\nrequire a.b/one v1.2.3\n\nrequire (\n\ta.b/two v0.4.0 // indirect\n)\n\n\
                          replace (\n\ta.b/three => a.b/three v9.9.9\n)\n";

    #[test]
    fn a_required_version_is_found_in_both_notations() {
        assert_eq!(required_version(GO_MOD, "a.b/one"), Some("v1.2.3"));
        assert_eq!(required_version(GO_MOD, "a.b/two"), Some("v0.4.0"));
    }

    #[test]
    fn a_replacement_is_no_requirement() {
        assert_eq!(required_version(GO_MOD, "a.b/three"), None);
        assert_eq!(required_version(GO_MOD, "a.b/four"), None);
    }
}
