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
use matching::Moment;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

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
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |four_bits: u8| char::from(DIGITS[usize::from(four_bits)]);
    let mut text = String::with_capacity(2 * bytes.len());
    bytes.iter().for_each(|byte| text.extend([digit(byte >> 4), digit(byte & 15)]));
    text
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

/// A key of a bank that two administrators agreed to, and its time.
struct Key {
    public_key: Vec<u8>,
    valid_from: i64,
    valid_until: Option<i64>,
    revoked_at: Option<i64>,
}

impl Key {
    /// Half-open, as every interval of ours.
    fn stands(&self, now: Moment) -> ApiResult<()> {
        match (self.revoked_at, self.valid_until) {
            (Some(at), _) => Err(ApiError { moment: Some(at), ..ApiError::key_revoked() }),
            _ if now.0 < self.valid_from => {
                Err(ApiError { moment: Some(self.valid_from), ..ApiError::key_not_valid() })
            }
            (_, Some(until)) if now.0 >= until => Err(ApiError { moment: Some(until), ..ApiError::key_not_valid() }),
            _ => Ok(()),
        }
    }
}

async fn keys_of(app: &App, caller: &str) -> ApiResult<Vec<Key>> {
    let rows = sqlx::query(
        "select public_key, valid_from, valid_until, revoked_at from bank_keys
         where bank = ? and confirmed_at is not null",
    )
    .bind(caller)
    .fetch_all(&app.db)
    .await?;
    let key = |row: &SqliteRow| {
        Ok(Key {
            public_key: row.try_get("public_key")?,
            valid_from: row.try_get("valid_from")?,
            valid_until: row.try_get("valid_until")?,
            revoked_at: row.try_get("revoked_at")?,
        })
    };
    Ok(rows.iter().map(key).collect::<sqlx::Result<_>>()?)
}

/// Whether `caller` signed `message` by a key that stands. An unknown caller is told no more than one with
/// a wrong key; that a key is over is told to its holder alone.
pub async fn verify(app: &App, caller: &str, message: &[u8], signature_hex: &str) -> ApiResult<()> {
    let signature = from_hex(signature_hex).ok_or_else(ApiError::signature_wrong)?;
    let keys = keys_of(app, caller).await?;
    let signed = |key: &&Key| UnparsedPublicKey::new(&ED25519, &key.public_key).verify(message, &signature).is_ok();
    keys.iter().find(signed).ok_or_else(ApiError::signature_wrong)?.stands(clock::now())
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

/// A key of the platform's own: what we send to a bank is signed too, and what we give people on paper.
pub struct Signer {
    pair: RwLock<Ed25519KeyPair>,
    path: PathBuf,
}

impl Signer {
    /// With the key kept in `dir` under a name, drawn on the first start.
    pub fn open(dir: &Path, name: &str) -> std::io::Result<Signer> {
        let path = dir.join(name);
        Ok(Signer { pair: RwLock::new(keys::ed25519(&path)?), path })
    }

    /// A new key in place of the old one; its public half in hex.
    pub fn rotate(&self) -> std::io::Result<String> {
        // Held while the file changes: two rotations at once end with one key in the file and in memory.
        let mut pair = self.pair.write().expect("nobody panics while signing");
        *pair = keys::redrawn_ed25519(&self.path)?;
        Ok(hex(pair.public_key().as_ref()))
    }

    /// The signature and the public key it fits, in hex: between two calls the key may change.
    pub fn sign(&self, message: &[u8]) -> (String, String) {
        let pair = self.pair.read().expect("nobody panics while signing");
        (hex(pair.sign(message).as_ref()), hex(pair.public_key().as_ref()))
    }

    pub fn public_hex(&self) -> String {
        hex(self.pair.read().expect("nobody panics while signing").public_key().as_ref())
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
        let signer = Signer::open(dir.path(), "a.key").expect("a key");
        let again = Signer::open(dir.path(), "a.key").expect("the same key");
        assert_eq!(signer.public_hex(), again.public_hex());
        let key = UnparsedPublicKey::new(&ED25519, from_hex(&signer.public_hex()).expect("hex"));
        let signature = from_hex(&again.sign(b"one").0).expect("hex");
        assert!(key.verify(b"one", &signature).is_ok());
        assert!(key.verify(b"two", &signature).is_err());
        let before = signer.public_hex();
        let after = signer.rotate().expect("a key");
        assert!(before != after && signer.sign(b"one").1 == after);
        assert_eq!(Signer::open(dir.path(), "a.key").expect("the new key").public_hex(), after);
    }

    #[test]
    fn a_key_stands_from_its_first_moment_to_before_its_last() {
        let key = |valid_until, revoked_at| Key { public_key: Vec::new(), valid_from: 10, valid_until, revoked_at };
        for (key, now, code) in [
            (key(None, None), 9, Some("KEY_NOT_VALID")),
            (key(None, None), 10, None),
            (key(Some(20), None), 19, None),
            (key(Some(20), None), 20, Some("KEY_NOT_VALID")),
            (key(Some(20), Some(12)), 11, Some("KEY_REVOKED")),
        ] {
            assert_eq!(key.stands(Moment(now)).err().map(|error| error.code.to_string()), code.map(str::to_string));
        }
    }
}
