//! Hashes that objects carry, so that whoever watches them sees a change.

use sha2::{Digest, Sha256};

/// The first bytes of the SHA-256 of something, in hexadecimal; 32 bytes are all of it.
pub fn sha256_hex(content: impl AsRef<[u8]>, bytes: usize) -> String {
    Sha256::digest(content).iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}
