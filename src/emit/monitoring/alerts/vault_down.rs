//! `vault-down`

use super::*;

impl Typed for nodes::VaultDown {
    const NAME: &'static str = "VaultDown";
    const SOURCE: Source = Source::Controller;
    node!(vault_down);

    /// None where the file declares no Vault.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition> {
        scope.fleet.vaults.first()?;
        let up = series(&controller::VAULT_UP).query().min(&["server"]);
        Some(Condition {
            expr: up.lt(number(1.0)),
            summary: "Vault {{ $labels.server }} is sealed, or does not answer".to_owned(),
            description: "Jobs that fetch secrets fail.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let up = |value| vec![sample::constant(series(&controller::VAULT_UP).eq("server", "v"), value)];
        let at = after(&self.hold, 300);
        vec![Case::fires("it is down", at, up(0.0)), Case::quiet("it is up", at, up(1.0))]
    }
}
