//! The REST side: one server, its JSON, bounded patience.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fault::Fault;
use crate::settle::settled;
use crate::wire::{ApiError, BidPage, LotDetail, LotState, Session};

/// No honest REST answer takes this long; a server that hangs must not hang us.
const CALL_WAIT_MAX: Duration = Duration::from_secs(20);
/// A page of 500 bids is under 100 KB.
const BODY_BYTES_MAX: usize = 4 << 20;
/// A full queue or a login limit clears in seconds: about 70 s in all with the waits below.
const BUSY_TRIES_MAX: u32 = 20;
const BUSY_WAIT_FIRST: Duration = Duration::from_millis(50);
const BUSY_WAIT_MAX: Duration = Duration::from_secs(5);
/// The contract's page bound.
const BIDS_PAGE_MAX: usize = 500;

#[derive(Clone)]
pub struct Api {
    http: Client<HttpConnector, Full<Bytes>>,
    /// `host:port`; shared, because a restarted server listens on another port.
    authority: Arc<Mutex<String>>,
}

/// A session's two halves: the token to show and the cookie to renew it with.
pub struct Pass {
    pub token: String,
    pub cookie: String,
    /// Somebody else chose the password: it opens nothing else.
    pub password_to_change: bool,
}

impl Api {
    pub fn at(url: &str) -> Result<Api, Fault> {
        let bad = |why: &str| Fault::Local(format!("{url}: {why}"));
        let uri: Uri = url.parse().map_err(|_| bad("not a url"))?;
        if uri.scheme_str() != Some("http") {
            return Err(bad("give the plain address, as http://127.0.0.1:8080"));
        }
        let authority = uri.authority().ok_or_else(|| bad("no host"))?.to_string();
        Ok(Api { http: Client::builder(TokioExecutor::new()).build_http(), authority: Arc::new(Mutex::new(authority)) })
    }

    pub fn authority(&self) -> String {
        self.authority.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everybody who holds this server talks to `authority` from now on.
    pub fn move_to(&self, authority: String) {
        *self.authority.lock().unwrap_or_else(PoisonError::into_inner) = authority;
    }

    pub async fn login(&self, login: &str, password: &str) -> Result<Pass, Fault> {
        let body = serde_json::json!({"login": login, "password": password});
        self.pass("/api/session", None, body).await
    }

    pub async fn change_password(&self, token: &str, old: &str, password: &str) -> Result<Pass, Fault> {
        let body = serde_json::json!({"old": old, "password": password});
        self.pass("/api/me/password", Some((AUTHORIZATION, &format!("Bearer {token}"))), body).await
    }

    pub async fn refresh(&self, cookie: &str) -> Result<Pass, Fault> {
        self.pass("/api/session/refresh", Some((COOKIE, cookie)), serde_json::json!({})).await
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        self.call(Method::GET, path, None, None).await
    }

    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Result<T, Fault> {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let header = bearer.as_deref().map(|bearer| (AUTHORIZATION, bearer));
        let (_, bytes) = self.patiently(&method, path, header, body).await?;
        decode(&format!("{method} {path}"), &bytes)
    }

    /// The lot's state, absent before publication.
    pub async fn state(&self, lot: &str) -> Result<LotState, Fault> {
        let path = format!("/api/lots/{lot}");
        let detail: LotDetail = self.get(&path).await?;
        detail.state.ok_or_else(|| Fault::Strange { what: path, why: "no state".into() })
    }

    /// The lot's state once the public feed has reached a number that a reply named.
    pub async fn state_with(&self, lot: &str, seq: u64) -> Result<LotState, Fault> {
        let reached = settled(async || {
            let state = self.state(lot).await?;
            Ok(if state.seq >= seq { Ok(state) } else { Err(format!("never reached seq {seq}, which a reply named")) })
        });
        reached.await?.map_err(|why| Fault::Strange { what: format!("GET /api/lots/{lot}"), why })
    }

    pub async fn bids(&self, lot: &str, after_seq: u64) -> Result<BidPage, Fault> {
        self.get(&format!("/api/lots/{lot}/bids?after_seq={after_seq}&limit={BIDS_PAGE_MAX}")).await
    }

    async fn pass(&self, path: &str, header: Option<(http::HeaderName, &str)>, body: Value) -> Result<Pass, Fault> {
        let (headers, bytes) = self.patiently(&Method::POST, path, header, Some(body)).await?;
        let session: Session = decode(path, &bytes)?;
        let cookie = refresh_cookie(&headers);
        Ok(Pass { token: session.token, cookie, password_to_change: session.password_to_change })
    }

    /// Asks again while the server says it is busy, a bounded number of times.
    async fn patiently(
        &self,
        method: &Method,
        path: &str,
        header: Option<(http::HeaderName, &str)>,
        body: Option<Value>,
    ) -> Result<(HeaderMap, Bytes), Fault> {
        let body = body.map_or_else(Bytes::new, |value| Bytes::from(value.to_string()));
        let mut wait = BUSY_WAIT_FIRST;
        for left in (0..BUSY_TRIES_MAX).rev() {
            let (status, headers, bytes) = self.once(method, path, header.clone(), &body).await?;
            if status.is_success() {
                return Ok((headers, bytes));
            }
            let full = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS];
            if left == 0 || !full.contains(&status) {
                return Err(refusal(&format!("{method} {path}"), status, &bytes));
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(BUSY_WAIT_MAX);
        }
        unreachable!("the last try returns")
    }

    /// One request with headers of its own, its answer as it came.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Fault> {
        let at = format!("http://{}{path}", self.authority());
        let mut request = Request::builder().method(method).uri(&at);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.exchange(&at, request.body(Full::new(body.into()))).await
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        header: Option<(http::HeaderName, &str)>,
        body: &Bytes,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Fault> {
        let at = format!("http://{}{path}", self.authority());
        let mut request = Request::builder().method(method).uri(&at);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        self.exchange(&at, request.body(Full::new(body.clone()))).await
    }

    async fn exchange(
        &self,
        at: &str,
        request: http::Result<Request<Full<Bytes>>>,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Fault> {
        let request = request.map_err(|why| Fault::Local(format!("{at}: {why}")))?;
        let unreachable = |why: String| Fault::Unreachable { at: at.to_owned(), why };
        let exchange = async {
            let response = self.http.request(request).await.map_err(|why| unreachable(root_cause(&why)))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, BODY_BYTES_MAX).collect().await;
            let body = body.map_err(|why| unreachable(why.to_string()))?;
            Ok((head.status, head.headers, body.to_bytes()))
        };
        tokio::time::timeout(CALL_WAIT_MAX, exchange)
            .await
            .map_err(|_| unreachable(format!("no answer in {CALL_WAIT_MAX:?}")))?
    }
}

/// An empty body stands for `null`, so that 204 can be asked for as `()`.
fn decode<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T, Fault> {
    let bytes = if bytes.is_empty() { b"null" } else { bytes };
    serde_json::from_slice(bytes).map_err(|why| Fault::Strange { what: what.to_owned(), why: why.to_string() })
}

fn refusal(what: &str, status: StatusCode, bytes: &[u8]) -> Fault {
    let what = what.to_owned();
    match serde_json::from_slice::<ApiError>(bytes) {
        Ok(error) => Fault::Refused { what, code: error.code, text: error.en },
        Err(_) => Fault::Strange { what, why: format!("status {status} without a code") },
    }
}

/// hyper says "client error (Connect)"; the reason a person can act on lies at the bottom.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// `name=value` of the refresh cookie, without its attributes.
fn refresh_cookie(headers: &HeaderMap) -> String {
    headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next())
        .find(|pair| pair.starts_with("sunbid_refresh="))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_http_address_is_taken() {
        let api = Api::at("http://127.0.0.1:8080").expect("good address");
        assert_eq!(api.authority(), "127.0.0.1:8080");
        for bad in ["https://example.org", "127.0.0.1:8080", "nonsense with spaces"] {
            assert!(Api::at(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_refresh_cookie_is_cut_from_its_attributes() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, "other=1; Path=/".parse().expect("good header"));
        let cookie = "sunbid_refresh=abc; HttpOnly; SameSite=Strict";
        headers.append(SET_COOKIE, cookie.parse().expect("good header"));
        assert_eq!(refresh_cookie(&headers), "sunbid_refresh=abc");
    }
}
