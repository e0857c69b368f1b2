//! Uploaded files by the SHA-256 of their bytes: the same bytes lie on disk once, and a file whose hash
//! is known cannot be exchanged unseen.

use crate::error::{ApiError, ApiResult};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use matching::Moment;
use sha2::{Digest, Sha256};
use sqlx::SqlitePool;
use std::io::Write;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The largest file taken, 20 MiB.
pub const FILE_BYTES_MAX: usize = 20 << 20;
const FILE_NAME_CHARS_MAX: usize = 200;

/// How many files one place holds, and how large together.
pub struct Room {
    pub files_max: i64,
    pub bytes_max: i64,
    zh: &'static str,
    en: &'static str,
}

pub const OF_CASE: Room = Room { files_max: 60, bytes_max: 300 << 20, zh: "一件办件", en: "a case" };
pub const OF_TRANSFER: Room = Room { files_max: 30, bytes_max: 200 << 20, zh: "一件移送", en: "a transfer" };
pub const OF_LOT: Room = Room { files_max: 40, bytes_max: 400 << 20, zh: "一个标的档案", en: "a lot's file" };
/// What one account sends in any 24 hours, wherever to: a clerk with ten large lots stays below it.
pub const OF_ACCOUNT: Room =
    Room { files_max: 500, bytes_max: 2 << 30, zh: "一个账号24小时内", en: "an account in 24 hours" };
const DAY_MS: i64 = 24 * 3_600_000;

impl Room {
    /// Whether a file of `bytes` still fits beside `files` of `held` bytes.
    pub fn fits(&self, files: i64, held: i64, bytes: i64) -> ApiResult<()> {
        if files < self.files_max && held.saturating_add(bytes) <= self.bytes_max {
            return Ok(());
        }
        let (files, mib) = (self.files_max, self.bytes_max >> 20);
        Err(ApiError {
            code: "UPLOADS_FULL".into(),
            ..ApiError::conflict(
                &format!("{}最多{files}个文件，共{mib} MiB", self.zh),
                &format!("{} holds at most {files} files of {mib} MiB together", self.en),
            )
        })
    }
}

/// Counts a file against its sender, before it is kept: what is refused afterwards has been sent too.
pub async fn count(db: &SqlitePool, account: Uuid, bytes: usize, now: Moment) -> ApiResult<()> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let mut tx = db.begin_with("begin immediate").await?;
    let (files, held): (i64, i64) =
        sqlx::query_as("select count(*), coalesce(sum(bytes), 0) from uploads where account = ? and at > ?")
            .bind(account.to_string())
            .bind(now.0 - DAY_MS)
            .fetch_one(&mut *tx)
            .await?;
    OF_ACCOUNT.fits(files, held, bytes)?;
    sqlx::query("insert into uploads (account, at, bytes) values (?, ?, ?)")
        .bind(account.to_string())
        .bind(now.0)
        .bind(bytes)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// What is taken in: scans, drawings' exports, office documents, archives; by their content, not their name.
const KINDS: [&str; 6] = [
    "application/pdf",
    "image/jpeg",
    "image/png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
];

/// A file as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// In hex.
    pub sha256: String,
    pub bytes: u64,
    /// Media type, told by the content.
    pub kind: &'static str,
}

/// The media type of a file that may be kept.
pub fn kind(file: &[u8]) -> Option<&'static str> {
    let found = infer::get(file)?.mime_type();
    KINDS.into_iter().find(|kind| *kind == found)
}

/// Keeps a file; twice the same bytes are one file.
pub async fn keep(dir: &Path, file: Vec<u8>) -> ApiResult<Stored> {
    if file.is_empty() {
        return Err(ApiError::bad_request("file", "文件为空", "the file is empty"));
    }
    if file.len() > FILE_BYTES_MAX {
        return Err(ApiError::body_too_large());
    }
    let Some(kind) = kind(&file) else {
        return Err(ApiError::bad_request(
            "file",
            "文件类型不在可接受范围内：PDF、JPEG、PNG、DOCX、XLSX、ZIP",
            "not a kind of file taken here: PDF, JPEG, PNG, DOCX, XLSX, ZIP",
        ));
    };
    let dir = dir.to_path_buf();
    let kept = tokio::task::spawn_blocking(move || {
        let sha256 = hash(&file);
        let bytes = file.len() as u64;
        write(&path(&dir, &sha256), &file).map(|()| Stored { sha256, bytes, kind })
    });
    kept.await.map_err(|_| ApiError::internal())?.map_err(|error| {
        tracing::error!(%error, "a file could not be kept");
        ApiError::internal()
    })
}

fn hash(file: &[u8]) -> String {
    Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn path(dir: &Path, sha256: &str) -> PathBuf {
    dir.join("content").join(&sha256[..2]).join(sha256)
}

/// Whole or not at all, whenever the power goes.
fn write(path: &Path, file: &[u8]) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(folder)?;
    let draft = path.with_extension(uuid::Uuid::new_v4().simple().to_string());
    let mut out = std::fs::File::create(&draft)?;
    out.write_all(file)?;
    out.sync_all()?;
    std::fs::rename(&draft, path)?;
    std::fs::File::open(folder)?.sync_all()
}

/// Whether a file may be called so.
pub fn check_name(name: &str) -> ApiResult<()> {
    if name.trim().is_empty() || name.chars().count() > FILE_NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(ApiError::bad_request("name", "文件名不能为空或过长", "a file has a name, not too long"));
    }
    Ok(())
}

/// A kept file as an answer: to be saved, never shown in our pages' place.
pub fn attachment(kind: &str, bytes: Vec<u8>) -> ApiResult<Response> {
    let kind = HeaderValue::from_str(kind).map_err(|_| ApiError::internal())?;
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, HeaderValue::from_static("attachment"))], bytes).into_response())
}

/// A file by its hash; what lies there is what was kept, or an error.
pub async fn read(dir: &Path, sha256: &str) -> ApiResult<Vec<u8>> {
    let is_hash =
        sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if !is_hash {
        return Err(ApiError::not_found());
    }
    let (path, wanted) = (path(dir, sha256), sha256.to_string());
    let read = tokio::task::spawn_blocking(move || {
        let file = std::fs::read(path).map_err(|_| ApiError::not_found())?;
        let found = hash(&file);
        if found == wanted {
            return Ok(file);
        }
        tracing::error!(%wanted, %found, "a kept file is not what was kept");
        Err(ApiError::internal())
    });
    read.await.map_err(|_| ApiError::internal())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_kept_once_and_found_by_its_hash() {
        let dir = tempfile::tempdir().expect("a folder");
        let pdf = b"%PDF-1.7\n%%EOF".to_vec();
        let kept = keep(dir.path(), pdf.clone()).await.expect("kept");
        assert_eq!(keep(dir.path(), pdf.clone()).await.expect("again"), kept);
        assert_eq!(kept.kind, "application/pdf");
        assert_eq!(read(dir.path(), &kept.sha256).await.expect("read"), pdf);
        for wrong in [b"".to_vec(), b"#!/bin/sh".to_vec(), b"<html>".to_vec(), b"MZ\x90\x00".to_vec()] {
            assert_eq!(keep(dir.path(), wrong).await.expect_err("refused").field.as_deref(), Some("file"));
        }
        for path in ["../../etc/passwd", "", &"A".repeat(64)] {
            assert_eq!(read(dir.path(), path).await.expect_err("none").status, 404);
        }
        std::fs::write(path(dir.path(), &kept.sha256), b"%PDF-1.7\nother").expect("tampered");
        assert_eq!(read(dir.path(), &kept.sha256).await.expect_err("found out").status, 500);
    }
}
