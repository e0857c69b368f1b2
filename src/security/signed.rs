//! 验签: callers that are machines sign what they send. A bank's Ed25519 signature stands in a header
//! over the raw body, or, where there is no body, over the method, the path and the moment of asking.

use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::keys;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use std::path::Path;

/// A notice of a thousand credits is some 800 KiB.
pub const SIGNED_BODY_BYTES_MAX: usize = 1024 * 1024;
/// How far the caller's clock may be from ours.
pub const SKEW_MS: i64 = 5 * 60_000;
const CALLER: &str = "x-bank";
const SIGNATURE: &str = "x-bank-signature";
/// Unix ms; signed where there is no body.
const ASKED_AT: &str = "x-bank-at";

/// Who signed the request in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCaller(pub String);

impl<S: Sync> FromRequestParts<S> for SignedCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<SignedCaller, ApiError> {
        parts.extensions.get::<SignedCaller>().cloned().ok_or_else(ApiError::not_signed)
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
    if is_hex { (0..text.len()).step_by(2).map(byte).collect() } else { None }
}

/// What is signed by a request without a body.
fn asking(method: &Method, path: &str, asked_at: i64) -> String {
    format!("{method} {path}\n{asked_at}")
}

pub async fn key_of(app: &App, caller: &str) -> ApiResult<Vec<u8>> {
    let key = sqlx::query_scalar("select public_key from banks where id = ?").bind(caller);
    key.fetch_optional(&app.db).await?.ok_or_else(ApiError::signature_wrong)
}

/// Whether `caller` signed `message`; an unknown caller is told no more than one with a wrong key.
pub async fn verify(app: &App, caller: &str, message: &[u8], signature_hex: &str) -> ApiResult<()> {
    let key = key_of(app, caller).await?;
    let signature = from_hex(signature_hex).ok_or_else(ApiError::signature_wrong)?;
    UnparsedPublicKey::new(&ED25519, key).verify(message, &signature).map_err(|_| ApiError::signature_wrong())
}

/// Lets a signed request in, its body read; and who signed it.
pub async fn check(app: &App, request: Request) -> ApiResult<(Request, String)> {
    let (mut parts, body) = request.into_parts();
    let header = |headers: &HeaderMap, name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_string).ok_or_else(ApiError::not_signed)
    };
    let (caller, signature) = (header(&parts.headers, CALLER)?, header(&parts.headers, SIGNATURE)?);
    let body = to_bytes(body, SIGNED_BODY_BYTES_MAX).await.map_err(|_| ApiError::body_too_large())?;
    if matches!(parts.method, Method::GET | Method::HEAD) {
        let asked_at: i64 = header(&parts.headers, ASKED_AT)?.parse().map_err(|_| ApiError::not_signed())?;
        let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
        verify(app, &caller, asking(&parts.method, path, asked_at).as_bytes(), &signature).await?;
        fresh(app, &caller, asked_at).await?;
    } else {
        verify(app, &caller, &body, &signature).await?;
    }
    parts.extensions.insert(SignedCaller(caller.clone()));
    Ok((Request::from_parts(parts, Body::from(body)), caller))
}

/// A request without a body is heard once, and near its moment: each is later than the one before.
async fn fresh(app: &App, caller: &str, asked_at: i64) -> ApiResult<()> {
    if (clock::now().0 - asked_at).abs() > SKEW_MS {
        return Err(ApiError { moment: Some(clock::now().0), ..ApiError::clock_off() });
    }
    let first = sqlx::query("update banks set last_asked_at = ?1 where id = ?2 and last_asked_at < ?1")
        .bind(asked_at)
        .bind(caller)
        .execute(&app.db)
        .await?;
    if first.rows_affected() == 1 { Ok(()) } else { Err(ApiError::replayed()) }
}

/// The platform's own key: what we send to a bank is signed too.
pub struct Signer(Ed25519KeyPair);

impl Signer {
    /// With the key kept in `dir`, drawn on the first start.
    pub fn open(dir: &Path) -> std::io::Result<Signer> {
        keys::ed25519(&dir.join("signing.key")).map(Signer)
    }

    pub fn sign_hex(&self, message: &[u8]) -> String {
        hex(self.0.sign(message).as_ref())
    }

    pub fn public_hex(&self) -> String {
        hex(self.0.public_key().as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_goes_there_and_back_and_nothing_else_is_read() {
        assert_eq!(from_hex(&hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
        for wrong in ["0", "0g", "+1", "汉字"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_signature_holds_for_its_own_words_only() {
        let dir = tempfile::tempdir().expect("a folder");
        let signer = Signer::open(dir.path()).expect("a key");
        let again = Signer::open(dir.path()).expect("the same key");
        assert_eq!(signer.public_hex(), again.public_hex());
        let key = UnparsedPublicKey::new(&ED25519, from_hex(&signer.public_hex()).expect("hex"));
        let signature = from_hex(&again.sign_hex(b"one")).expect("hex");
        assert!(key.verify(b"one", &signature).is_ok());
        assert!(key.verify(b"two", &signature).is_err());
    }
}
