//! 附件: what may be uploaded, known by its first bytes and not by its name, kept under its SHA-256.

use super::model::named;
use crate::error::{ApiError, ApiResult};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use utoipa::ToSchema;

/// One document: a scanned contract of a hundred pages fits.
pub const BYTES_MAX: usize = 20 * 1024 * 1024;
/// Documents of one lot.
pub const COUNT_MAX: i64 = 40;

named! {
    DocumentKind {
        Pdf "pdf" "PDF" "PDF";
        Jpeg "jpeg" "JPEG" "JPEG";
        Png "png" "PNG" "PNG";
        Docx "docx" "DOCX" "DOCX";
        Zip "zip" "ZIP" "ZIP";
    }
}

impl DocumentKind {
    /// By the first bytes; a DOCX is a ZIP that names its parts.
    pub fn of(bytes: &[u8]) -> Option<DocumentKind> {
        const ZIP: &[u8] = b"PK\x03\x04";
        let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
        match bytes {
            _ if bytes.starts_with(b"%PDF-") => Some(DocumentKind::Pdf),
            _ if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) => Some(DocumentKind::Jpeg),
            _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(DocumentKind::Png),
            _ if bytes.starts_with(ZIP) && holds(b"[Content_Types].xml") && holds(b"word/") => Some(DocumentKind::Docx),
            _ if bytes.starts_with(ZIP) => Some(DocumentKind::Zip),
            _ => None,
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            DocumentKind::Pdf => "application/pdf",
            DocumentKind::Jpeg => "image/jpeg",
            DocumentKind::Png => "image/png",
            DocumentKind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            DocumentKind::Zip => "application/zip",
        }
    }
}

fn place(dir: &Path, sha256: &str) -> PathBuf {
    dir.join("documents").join(sha256)
}

/// Keeps the bytes; their SHA-256 in hex. The same bytes are kept once.
pub async fn keep(dir: PathBuf, bytes: axum::body::Bytes) -> ApiResult<String> {
    off_the_runtime(move || {
        let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let place = place(&dir, &sha256);
        if !place.exists() {
            std::fs::create_dir_all(dir.join("documents"))?;
            // A name of its own until it is whole: a power cut leaves no half document under a hash.
            let draft = place.with_extension(uuid::Uuid::new_v4().simple().to_string());
            let mut file = std::fs::File::create(&draft)?;
            std::io::Write::write_all(&mut file, &bytes)?;
            file.sync_all()?;
            std::fs::rename(&draft, &place)?;
        }
        Ok(sha256)
    })
    .await
}

pub async fn read(dir: PathBuf, sha256: String) -> ApiResult<Vec<u8>> {
    off_the_runtime(move || std::fs::read(place(&dir, &sha256))).await
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> ApiResult<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| ApiError::internal())?;
    done.map_err(|error| {
        tracing::error!(%error, "document store");
        ApiError::internal()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_known_by_its_first_bytes() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], Some(DocumentKind::Pdf)),
            (b"\xFF\xD8\xFF\xE0", Some(DocumentKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0", Some(DocumentKind::Png)),
            (b"PK\x03\x04..[Content_Types].xml..word/document.xml", Some(DocumentKind::Docx)),
            (b"PK\x03\x04..plan.dwg", Some(DocumentKind::Zip)),
            (b"MZ\x90\0", None),
            (b"<html>", None),
            (b" %PDF-1.7", None),
            (b"", None),
        ] {
            assert_eq!(DocumentKind::of(bytes), kind, "{bytes:?}");
        }
    }
}
