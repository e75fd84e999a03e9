//! What the fleet file knows of repositories and their workflows.

use crate::language::nodes::{OtherRunners, Repository, Retired, RunnerGroupPolicy, Variable, Visibility};

/// What the fleet file knows of repositories and their workflows. Nothing of it is emitted: workflows are
/// read against it.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Repositories whose visibility is known.
    pub repositories: Vec<Repository>,
    /// Runner groups whose settings are known.
    pub runner_groups: Vec<RunnerGroupPolicy>,
    /// Names that workflows may no longer use.
    pub retired: Vec<Retired>,
    /// Configuration variables.
    pub variables: Vec<Variable>,
    /// Labels of other runners.
    pub other_runners: Vec<OtherRunners>,
}

impl Usage {
    /// Takes the declarations.
    pub const fn new(
        repositories: Vec<Repository>,
        runner_groups: Vec<RunnerGroupPolicy>,
        retired: Vec<Retired>,
        variables: Vec<Variable>,
        other_runners: Vec<OtherRunners>,
    ) -> Self {
        Self { repositories, runner_groups, retired, variables, other_runners }
    }

    /// Who can see a repository, where the file says so.
    pub fn visibility(&self, repository: &str) -> Option<Visibility> {
        let found = self.repositories.iter().find(|one| one.name.as_str().eq_ignore_ascii_case(repository));
        found.map(|one| one.visibility.value)
    }

    /// The settings of a runner group, where the file says them. GitHub compares names without regard to
    /// case.
    pub fn group(&self, name: &str) -> Option<&RunnerGroupPolicy> {
        self.runner_groups.iter().find(|group| group.name.as_str().eq_ignore_ascii_case(name))
    }

    /// The values that a configuration variable may have in a repository, or anywhere where that is not
    /// known.
    pub fn values_of<'a>(
        &'a self,
        name: &'a str,
        repository: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Variable> {
        self.variables.iter().filter(move |variable| {
            let here = match (&variable.repository, repository) {
                (Some(pattern), Some(repository)) => pattern.admits(repository),
                _ => true,
            };
            here && variable.name.as_str().eq_ignore_ascii_case(name)
        })
    }

    /// Whether a label is one of other runners.
    pub fn is_elsewhere(&self, label: &str) -> bool {
        self.other_runners.iter().flat_map(|others| &others.labels).any(|pattern| pattern.admits(label))
    }
}
