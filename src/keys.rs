//! 密钥: secrets of this installation, drawn on the first start and kept in the data folder.

use aws_lc_rs::rand;
use aws_lc_rs::signature::Ed25519KeyPair;
use std::io::{Error, Result, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

fn fault(path: &Path, what: &str) -> Error {
    Error::other(format!("{}: {what}", path.display()))
}

/// The Ed25519 pair kept at `path`.
pub fn ed25519(path: &Path) -> Result<Ed25519KeyPair> {
    let pkcs8 = kept(path, || new_ed25519(path))?;
    Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| fault(path, "no Ed25519 key"))
}

/// A new pair in place of the one kept at `path`.
pub fn redrawn_ed25519(path: &Path) -> Result<Ed25519KeyPair> {
    let pkcs8 = new_ed25519(path)?;
    write(path, &pkcs8)?;
    Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| fault(path, "no Ed25519 key"))
}

fn new_ed25519(path: &Path) -> Result<Vec<u8>> {
    let pair = Ed25519KeyPair::generate().map_err(|_| fault(path, "no key could be drawn"))?;
    let pkcs8 = pair.to_pkcs8().map_err(|_| fault(path, "the key cannot be written"))?;
    Ok(pkcs8.as_ref().to_vec())
}

/// The 32 secret bytes kept at `path`.
pub fn secret(path: &Path) -> Result<[u8; 32]> {
    let bytes = kept(path, || {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| fault(path, "no secret could be drawn"))?;
        Ok(bytes.to_vec())
    })?;
    bytes.try_into().map_err(|_| fault(path, "no secret of 32 bytes"))
}

/// What stands at `path`, drawn and made durable if nothing does.
fn kept(path: &Path, draw: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    if !path.exists() {
        write(path, &draw()?)?;
    }
    std::fs::read(path)
}

/// Whole or not at all, and never readable by others, whenever the power goes.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let draft = path.with_extension("draft");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    // The name is durable with its folder.
    std::fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}
