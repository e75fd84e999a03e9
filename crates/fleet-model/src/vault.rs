//! Custom resources that carry what a Vault or OpenBao server should hold.
