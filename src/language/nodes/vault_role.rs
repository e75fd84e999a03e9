//! Who may log in to Vault, and what for.

use crate::language::node::node;
use crate::language::value::{
    AccountPattern, Cidr, ClaimValue, Count, Duration, GithubId, Glob, Name, Text, VaultLabel, VaultName,
    VaultPath, choice,
};

choice! {
    /// A kind of Vault token.
    "token type" VaultToken {
        /// Not stored: ends by itself, and can't be renewed, looked up or revoked.
        "batch" => Batch,
        /// Stored: can be renewed and revoked.
        "service" => Service,
    }
}

choice! {
    /// How values of claims are compared.
    "claim match" ClaimMatch {
        /// Character by character.
        "exact" => Exact,
        /// `*` stands for any characters, `/` and `:` among them.
        "glob" => Glob,
    }
}

node! {
    /// Who may do what.
    "role" => VaultRole {
        /// Its name in this file. In Vault, the fleet's name and `-` stand in front of it.
        "name" name: arg VaultLabel,
        /// The way to log in.
        "auth" auth: prop VaultPath => "auth",
        /// Its name in Vault, where it is another one.
        "vault-name" vault_name: opt_prop VaultName,
        /// How long a login lasts.
        "ttl" ttl: opt_prop Duration,
        /// How long a login can last when it is renewed; `ttl` where it is absent.
        "max-ttl" max_ttl: opt_prop Duration,
        /// How long each renewal lasts, for logins without an end (`service`).
        "period" period: opt_prop Duration,
        /// The kind of token: `batch` for `jwt`, `service` for `kubernetes` where it is absent.
        "token" token: opt_prop VaultToken,
        /// How often a token may be used (`service`).
        "uses" uses: opt_prop Count,
        /// Whether jobs revoke the token when they are done (`service`).
        "revoked" revoked: prop bool = "#false",
        /// Whether Vault's policy `default` applies, which lets a token look itself up, renew and revoke;
        /// yes for `service` where it is absent.
        "default-policy" default_policy: opt_prop bool,
        /// Who tokens must be made for, where it is not the auth method's audience.
        "audience" audience: opt_prop Text,
        /// The claim that says who somebody is (`jwt`).
        "user-claim" user_claim: prop Text = "\"repository_id\"",
        /// How claims are compared; `glob` if one holds a `*` where it is absent (`jwt`).
        "match" matching: opt_prop ClaimMatch,
        /// What makes two logins the same identity (`kubernetes`).
        "identity" identity: prop super::AccountIdentity = "\"uid\"",
        /// Whether fleet-controller may take over one of this name that it did not write.
        "adopt" adopt: prop bool = "#false",
        /// Repositories whose jobs may log in.
        "repository" repositories: children VaultRepository,
        /// The Git refs that a job may run on.
        "ref" refs: opt_child ClaimTexts,
        /// The deployment environments that a job may run in.
        "environment" environments: opt_child ClaimTexts,
        /// The events that may start a job.
        "event" events: opt_child VaultEvents,
        /// The reusable workflow that a job must come from: its path and ref.
        "workflow" workflows: opt_child ClaimTexts,
        /// Where a job may run.
        "runner-environment" runner: opt_child VaultRunnerEnvironment,
        /// The subject of the token, in all its forms.
        "subject" subjects: opt_child ClaimTexts,
        /// Any other claim that the token must have.
        "claim" claims: children VaultClaim,
        /// Claims that audit logs and policies see beside `repository`, `run_id`, `workflow_ref` and `actor`.
        "claim-metadata" metadata: opt_child ClaimTexts,
        /// ServiceAccounts that may log in.
        "service-account" service_accounts: list VaultServiceAccount,
        /// Networks that a token may be used from.
        "from" networks: opt_child VaultNetworks,
        /// A secret that it may read.
        "read" read: children VaultAccess,
        /// A secret that it may write, over what is there.
        "write" write: children VaultAccess,
        /// A secret that it may make or change parts of, and never read.
        "record" record: children VaultAccess,
        /// A family of secrets whose names it may list.
        "list" list: children VaultAccess,
        /// A secret whose versions it may look through: numbers, dates and metadata, no values.
        "inspect" inspect: children VaultAccess,
        /// A secret that it may delete, so that it can be brought back.
        "delete" delete: children VaultAccess,
        /// A secret that it may bring back.
        "undelete" undelete: children VaultAccess,
        /// A secret that it may delete for ever, with all its versions.
        "destroy" destroy: children VaultAccess,
        /// Another policy that it has.
        "policy" policies: children VaultPolicyUse,
    }
}

node! {
    /// Repositories whose jobs may log in.
    "repository" => VaultRepository {
        /// Owner and name; `*` stands for any name.
        "name" name: arg Glob,
        /// Its number at GitHub, where `owner` does not say it.
        "id" id: opt_prop GithubId,
        /// The Git ref that the job must run on.
        "ref" reference: opt_prop Text,
    }
}

node! {
    /// Values of a claim, of which a token must have one.
    "values" => ClaimTexts {
        /// The values.
        "values" values: args Text,
    }
}

choice! {
    /// What starts a workflow.
    "event" VaultEvent {
        /// A push of commits or tags.
        "push" => Push,
        /// A pull request, with the code of the pull request.
        "pull_request" => PullRequest,
        /// A pull request, with the code and the rights of its base.
        "pull_request_target" => PullRequestTarget,
        /// A group of pull requests in a merge queue.
        "merge_group" => MergeGroup,
        /// A person, or the API.
        "workflow_dispatch" => WorkflowDispatch,
        /// The API.
        "repository_dispatch" => RepositoryDispatch,
        /// The time.
        "schedule" => Schedule,
        /// A release.
        "release" => Release,
        /// Another workflow that has started or is done.
        "workflow_run" => WorkflowRun,
        /// A deployment.
        "deployment" => Deployment,
        /// What became of a deployment.
        "deployment_status" => DeploymentStatus,
        /// A new branch or tag.
        "create" => Create,
        /// A branch or tag that is gone.
        "delete" => Delete,
        /// A comment at an issue or a pull request.
        "issue_comment" => IssueComment,
        /// An issue.
        "issues" => Issues,
        /// A package of a registry.
        "registry_package" => RegistryPackage,
        /// A review of a pull request.
        "pull_request_review" => PullRequestReview,
        /// A review's comment on a line.
        "pull_request_review_comment" => PullRequestReviewComment,
        /// A result of a check.
        "check_run" => CheckRun,
        /// Results of an App's checks.
        "check_suite" => CheckSuite,
        /// A status of a commit.
        "status" => Status,
        /// A discussion.
        "discussion" => Discussion,
        /// A comment at a discussion.
        "discussion_comment" => DiscussionComment,
        /// A fork.
        "fork" => Fork,
        /// A label.
        "label" => Label,
        /// A milestone.
        "milestone" => Milestone,
        /// A page of the wiki.
        "gollum" => Gollum,
        /// A build of the pages.
        "page_build" => PageBuild,
        /// A repository that becomes public.
        "public" => Public,
        /// A rule for branches.
        "branch_protection_rule" => BranchProtectionRule,
        /// A star.
        "watch" => Watch,
    }
}

node! {
    /// Events that may start a job.
    "event" => VaultEvents {
        /// The events.
        "events" events: args VaultEvent,
    }
}

choice! {
    /// Where a job runs.
    "runner environment" RunnerEnvironment {
        /// On runners of one's own, such as this fleet's.
        "self-hosted" => SelfHosted,
        /// On GitHub's machines.
        "github-hosted" => GithubHosted,
    }
}

node! {
    /// Where a job may run.
    "runner-environment" => VaultRunnerEnvironment {
        /// The place.
        "environment" environment: arg RunnerEnvironment,
    }
}

node! {
    /// A claim that the token must have, with one of these values.
    "claim" => VaultClaim {
        /// Its name.
        "name" name: arg Text,
        /// Its values.
        "values" values: args ClaimValue,
    }
}

node! {
    /// A ServiceAccount that may log in.
    "service-account" => VaultServiceAccount {
        /// Its name.
        "name" name: arg AccountPattern,
        /// Its namespace.
        "namespace" namespace: prop AccountPattern => "namespace",
    }
}

node! {
    /// Networks.
    "from" => VaultNetworks {
        /// CIDR blocks.
        "blocks" blocks: args Cidr,
    }
}

node! {
    /// A secret that a role reaches.
    "access" => VaultAccess {
        /// The secret's name in this file.
        "secret" secret: arg Name => "secret",
    }
}

node! {
    /// A policy that a role has.
    "policy" => VaultPolicyUse {
        /// Its name in this file.
        "name" name: arg VaultLabel => "policy",
    }
}
