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
use std::io::Write;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};
use tokio::sync::Semaphore;
use uuid::Uuid;

pub const TOKEN_MS: i64 = 10 * 60_000;
pub const REFRESH_MS: i64 = 12 * 3_600_000;
/// How long a refresh token that was used still serves.
pub const REFRESH_GRACE_MS: i64 = 30_000;
/// A signing secret is never shorter.
const SECRET_BYTES_MIN: usize = 32;
const ISSUER: &str = "sunbid";
const AUDIENCE: &str = "sunbid-web";
/// How far another machine's clock may be off, in seconds.
const LEEWAY_S: u64 = 5;
/// Hashes computed at once: each takes 19 MiB and a core for some 20 ms.
const HASHING_MAX: usize = 2;
/// Logins waiting for their turn; beyond it the caller is told "busy".
const HASHING_QUEUE_MAX: usize = 128;
/// Wrong passwords for one login from one address within [`TRIES_MS`]: a rival elsewhere cannot lock
/// a bidder out.
const TRIES_MAX: u32 = 10;
/// The same for all logins of one address; an office shares one.
const TRIES_ADDRESS_MAX: u32 = 300;
const TRIES_MS: i64 = 60_000;
/// What tries at codes are counted under; longer than any login.
const CODE_TRIES: &str = "a code handed out, which is the name of no login, for none of them is as long as this";
/// Addresses and logins whose wrong tries are remembered at once.
const TRIES_KEPT_MAX: usize = 20_000;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    center: Option<Uuid>,
    /// Under which number of its account's sessions it was issued.
    #[serde(default)]
    sessions: i64,
    /// Whether the password it was issued for was chosen by somebody else; one's own ends this session.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    password_to_change: bool,
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
    tries: Mutex<HashMap<Tried, (Moment, u32)>>,
    /// Accounts whose sessions were ended, and how often: an older token is refused.
    ended: RwLock<HashMap<Uuid, i64>>,
}

/// Whose tries are counted: all of an address, or its tries at one login.
type Tried = (IpAddr, Option<String>);

impl Tokens {
    /// With the secret kept in `dir`, drawn on the first start.
    pub fn open(dir: &Path) -> std::io::Result<Tokens> {
        let path = dir.join("token.secret");
        if !path.exists() {
            let secret = [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()].map(|id| id.simple().to_string()).concat();
            // Whole or not at all, and never readable by others, whenever the power goes.
            let draft = path.with_extension("draft");
            use std::os::unix::fs::OpenOptionsExt;
            let mut file =
                std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(secret.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&draft, &path)?;
        }
        let secret = std::fs::read(&path)?;
        if secret.len() < SECRET_BYTES_MIN {
            return Err(std::io::Error::other(format!("{} is too short for a signing secret", path.display())));
        }
        Ok(Tokens::new(&secret))
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
            ended: RwLock::default(),
        }
    }

    /// A token for `account`, and when it ends.
    pub fn issue(&self, account: &Account, password_to_change: bool) -> (String, Moment) {
        let now = clock::now();
        let expires_at = now.plus_ms(TOKEN_MS);
        let claims = Claims {
            sub: account.id,
            role: account.role,
            center: account.center_id,
            sessions: self.sessions(account.id),
            password_to_change,
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
        let principal = Principal {
            account: claims.sub,
            role: claims.role,
            center: claims.center,
            sessions: claims.sessions,
            expires_at: Moment(claims.exp.saturating_mul(1000)),
            password_to_change: claims.password_to_change,
        };
        if self.stands(&principal) { Ok(principal) } else { Err(ApiError::token_invalid()) }
    }

    fn sessions(&self, account: Uuid) -> i64 {
        let ended = self.ended.read().expect("nobody panics while ending sessions");
        ended.get(&account).copied().unwrap_or(0)
    }

    /// Whether the sessions of the account were not ended since this token was issued.
    pub fn stands(&self, principal: &Principal) -> bool {
        principal.sessions >= self.sessions(principal.account)
    }

    /// From now on tokens issued under a lower number are refused.
    pub fn end_sessions(&self, account: Uuid, sessions: i64) {
        self.ended.write().expect("nobody panics while ending sessions").insert(account, sessions);
    }

    /// One try of an address at a code handed out.
    pub fn count_code_try(&self, from: IpAddr) -> ApiResult<()> {
        self.count_tries(&[(from, Some(CODE_TRIES.to_string()))])
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
    pub async fn verify(&self, from: IpAddr, login: &str, password: String, known: Option<String>) -> ApiResult<bool> {
        // Counted as wrong before it is known: many at once get no more tries than one after another.
        let counted = [(from, None), (from, Some(login.to_string()))];
        self.count_tries(&counted)?;
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
        if matches {
            self.forgive(&counted);
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

    fn count_tries(&self, counted: &[Tried]) -> ApiResult<()> {
        let now = clock::now();
        let mut tries = self.tries.lock().expect("nobody panics while counting tries");
        if tries.len() >= TRIES_KEPT_MAX {
            tries.retain(|_, (since, _)| now.since(*since) < TRIES_MS);
        }
        let room = tries.len() + counted.len() <= TRIES_KEPT_MAX;
        for tried in counted {
            let most = if tried.1.is_some() { TRIES_MAX } else { TRIES_ADDRESS_MAX };
            let so_far = tries.get(tried).filter(|(since, _)| now.since(*since) < TRIES_MS);
            if so_far.map_or(!room, |(_, count)| *count >= most) {
                return Err(ApiError::too_many_tries());
            }
        }
        for tried in counted {
            let known = tries.entry(tried.clone()).or_insert((now, 0));
            if now.since(known.0) >= TRIES_MS {
                *known = (now, 0);
            }
            known.1 += 1;
        }
        Ok(())
    }

    fn forgive(&self, counted: &[Tried]) {
        let mut tries = self.tries.lock().expect("nobody panics while counting tries");
        for tried in counted {
            if let Some((_, count)) = tries.get_mut(tried) {
                *count = count.saturating_sub(1);
            }
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
        Account {
            id: Uuid::new_v4(),
            login: "a".into(),
            name: "a".into(),
            role: Role::Clerk,
            center_id: None,
            agency_id: None,
            duties: Vec::new(),
        }
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
        assert!(Tokens::new(b"other").read(&tokens.issue(&account(), false).0).is_err(), "another key");
    }

    #[tokio::test]
    async fn passwords_are_checked_and_tries_counted() {
        let tokens = Tokens::new(b"secret");
        let (here, elsewhere) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let hash = tokens.hash("correct horse".into()).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(tokens.verify(here, "a", "correct horse".into(), Some(hash.clone())).await.expect("verifies"));
        for _ in 0..TRIES_MAX {
            assert!(!tokens.verify(here, "a", "wrong".into(), Some(hash.clone())).await.expect("verifies"));
        }
        let error = tokens.verify(here, "a", "correct horse".into(), Some(hash.clone())).await.expect_err("too many");
        assert_eq!(error.code, "TOO_MANY_TRIES");
        assert!(
            tokens.verify(elsewhere, "a", "correct horse".into(), Some(hash.clone())).await.expect("not locked out")
        );
        assert!(tokens.verify(here, "b", "correct horse".into(), Some(hash)).await.expect("nor is his neighbour"));
    }
}
