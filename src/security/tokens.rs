//! Access tokens (JWT, ten minutes) and passwords (Argon2id on a bounded pool).

use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Account, Principal, Role};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use matching::Moment;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;
use uuid::Uuid;

pub const TOKEN_MS: i64 = 10 * 60_000;
pub const REFRESH_MS: i64 = 12 * 3_600_000;
const ISSUER: &str = "sunbid";
const AUDIENCE: &str = "sunbid-web";
/// How far another machine's clock may be off, in seconds.
const LEEWAY_S: u64 = 5;
/// Hashes computed at once: each takes 19 MiB and a core for some 20 ms.
const HASHING_MAX: usize = 2;
/// Logins waiting for their turn; beyond it the caller is told "busy".
const HASHING_QUEUE_MAX: usize = 128;
/// Wrong passwords for one login within [`TRIES_MS`].
const TRIES_MAX: u32 = 10;
const TRIES_MS: i64 = 60_000;
/// Logins whose wrong tries are remembered at once.
const TRIES_LOGINS_MAX: usize = 10_000;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    center: Option<Uuid>,
    iss: String,
    aud: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    argon: Argon2<'static>,
    hashing: Arc<Semaphore>,
    waiting: Semaphore,
    tries: Mutex<HashMap<String, (Moment, u32)>>,
}

impl Tokens {
    /// With the secret kept in `dir`, drawn on the first start.
    pub fn open(dir: &Path) -> std::io::Result<Tokens> {
        let path = dir.join("token.secret");
        if !path.exists() {
            let secret = [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()].map(|id| id.simple().to_string()).concat();
            std::fs::write(&path, secret)?;
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        }
        Ok(Tokens::new(&std::fs::read(&path)?))
    }

    fn new(secret: &[u8]) -> Tokens {
        let mut validation = Validation::new(jsonwebtoken::Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        validation.leeway = LEEWAY_S;
        validation.validate_nbf = true;
        // 19 MiB, two passes, one lane: OWASP's choice for Argon2id.
        let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are in range");
        Tokens {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            hashing: Arc::new(Semaphore::new(HASHING_MAX)),
            waiting: Semaphore::new(HASHING_QUEUE_MAX),
            tries: Mutex::default(),
        }
    }

    /// A token for `account`, and when it ends.
    pub fn issue(&self, account: &Account) -> (String, Moment) {
        let now = clock::now();
        let expires_at = now.plus_ms(TOKEN_MS);
        let claims = Claims {
            sub: account.id,
            role: account.role,
            center: account.center_id,
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            iat: now.0 / 1000,
            nbf: now.0 / 1000,
            exp: expires_at.0 / 1000,
        };
        let token = encode(&Header::default(), &claims, &self.encoding).expect("claims have no failing part");
        (token, expires_at)
    }

    pub fn read(&self, token: &str) -> ApiResult<Principal> {
        let claims =
            decode::<Claims>(token, &self.decoding, &self.validation).map_err(|_| ApiError::token_invalid())?.claims;
        Ok(Principal {
            account: claims.sub,
            role: claims.role,
            center: claims.center,
            expires_at: Moment(claims.exp.saturating_mul(1000)),
        })
    }

    pub async fn hash(&self, password: String) -> ApiResult<String> {
        let argon = self.argon.clone();
        self.on_pool(move || {
            let salt = salt();
            argon.hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|error| {
                tracing::error!(%error, "argon2");
                ApiError::internal()
            })
        })
        .await?
    }

    /// Whether the password matches; without a known hash it works as long and says no.
    pub async fn verify(&self, login: &str, password: String, known: Option<String>) -> ApiResult<bool> {
        self.check_tries(login)?;
        let argon = self.argon.clone();
        let matches = self
            .on_pool(move || match known.as_deref().map(PasswordHash::new) {
                Some(Ok(hash)) => argon.verify_password(password.as_bytes(), &hash).is_ok(),
                _ => {
                    let salt = salt();
                    let _ = argon.hash_password(password.as_bytes(), &salt);
                    false
                }
            })
            .await?;
        if !matches {
            self.count_try(login);
        }
        Ok(matches)
    }

    async fn on_pool<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
        let _waiting = self.waiting.try_acquire().map_err(|_| ApiError::busy())?;
        let turn = self.hashing.clone().acquire_owned().await.map_err(|_| ApiError::busy())?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(|_| ApiError::internal())
    }

    fn check_tries(&self, login: &str) -> ApiResult<()> {
        let tries = self.tries.lock().expect("nobody panics while counting tries");
        match tries.get(login) {
            Some((since, count)) if clock::now().since(*since) < TRIES_MS && *count >= TRIES_MAX => {
                Err(ApiError::too_many_tries())
            }
            _ => Ok(()),
        }
    }

    fn count_try(&self, login: &str) {
        let now = clock::now();
        let mut tries = self.tries.lock().expect("nobody panics while counting tries");
        tries.retain(|_, (since, _)| now.since(*since) < TRIES_MS);
        if tries.len() < TRIES_LOGINS_MAX {
            tries.entry(login.to_string()).or_insert((now, 0)).1 += 1;
        }
    }
}

fn salt() -> SaltString {
    SaltString::encode_b64(Uuid::new_v4().as_bytes()).expect("16 bytes are a salt's length")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account { id: Uuid::new_v4(), login: "a".into(), name: "a".into(), role: Role::Clerk, center_id: None }
    }

    fn signed(tokens: &Tokens, header: &Header, claims: &serde_json::Value) -> ApiResult<Principal> {
        tokens.read(&encode(header, claims, &tokens.encoding).expect("encodes"))
    }

    #[test]
    fn a_token_without_any_one_required_claim_is_refused() {
        let tokens = Tokens::new(b"secret");
        let now = clock::now().0 / 1000;
        let whole = serde_json::json!({
            "sub": Uuid::new_v4(), "role": "clerk", "iss": ISSUER, "aud": AUDIENCE,
            "iat": now, "nbf": now, "exp": now + 60,
        });
        assert!(signed(&tokens, &Header::default(), &whole).is_ok());
        for claim in ["sub", "iss", "aud", "nbf", "exp"] {
            let mut lacking = whole.clone();
            lacking.as_object_mut().expect("object").remove(claim);
            assert!(signed(&tokens, &Header::default(), &lacking).is_err(), "without {claim}");
        }
        for (claim, wrong) in [("exp", now - 6), ("nbf", now + 30)] {
            let mut off = whole.clone();
            off[claim] = wrong.into();
            assert!(signed(&tokens, &Header::default(), &off).is_err(), "{claim} {wrong}");
        }
        let other = Header::new(jsonwebtoken::Algorithm::HS384);
        assert!(signed(&tokens, &other, &whole).is_err(), "another algorithm");
        assert!(Tokens::new(b"other").read(&tokens.issue(&account()).0).is_err(), "another key");
    }

    #[tokio::test]
    async fn passwords_are_checked_and_tries_counted() {
        let tokens = Tokens::new(b"secret");
        let hash = tokens.hash("correct horse".into()).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(tokens.verify("a", "correct horse".into(), Some(hash.clone())).await.expect("verifies"));
        for _ in 0..TRIES_MAX {
            assert!(!tokens.verify("a", "wrong".into(), Some(hash.clone())).await.expect("verifies"));
        }
        let error = tokens.verify("a", "correct horse".into(), Some(hash)).await.expect_err("too many");
        assert_eq!(error.code, "TOO_MANY_TRIES");
    }
}
