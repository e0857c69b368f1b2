//! A way through the public doors without a wire: the same router, the same permissions, a token for each person.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::http;
use crate::security::model::Account;
use crate::security::store as people;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use tower::ServiceExt;

/// Of one answer; a list of a demonstration's cards is some kilobytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;

pub struct Doors {
    pub app: App,
    router: Router,
}

impl Doors {
    pub fn new(app: &App) -> Doors {
        Doors { app: app.clone(), router: http::router(app.clone()) }
    }

    pub async fn get(&self, login: &str, path: &str) -> ApiResult<Value> {
        self.ask("GET", login, path, Value::Null).await
    }

    pub async fn post(&self, login: &str, path: &str, body: Value) -> ApiResult<Value> {
        self.ask("POST", login, path, body).await
    }

    pub async fn put_file(&self, login: &str, path: &str, file: Vec<u8>) -> ApiResult<Value> {
        self.ask_with("PUT", login, path, Body::from(file)).await
    }

    async fn ask(&self, method: &str, login: &str, path: &str, body: Value) -> ApiResult<Value> {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.ask_with(method, login, path, body).await
    }

    /// An empty login is a visitor. A refusal is a mistake of this demonstration's, and is told whole.
    async fn ask_with(&self, method: &str, login: &str, path: &str, body: Body) -> ApiResult<Value> {
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        // Without a wire there is no peer; doors that count by network are told this house.
        request = request.extension(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
        if !login.is_empty() {
            let (token, _) = self.app.tokens.issue(&person(&self.app, login).await?, false);
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(body).map_err(|_| ApiError::internal())?;
        let Ok(answer) = self.router.clone().oneshot(request).await;
        let (is_good, status) = (answer.status().is_success(), answer.status());
        let bytes = to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await.map_err(|_| ApiError::internal())?;
        if !is_good {
            tracing::error!(login, method, path, %status, told = %String::from_utf8_lossy(&bytes), "demonstration");
            return Err(ApiError::internal());
        }
        // Some doors answer with nothing.
        Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

/// One of the demonstration's people.
pub async fn person(app: &App, login: &str) -> ApiResult<Account> {
    Ok(people::by_login(&app.db, login).await?.ok_or_else(ApiError::not_found)?.0)
}

/// A text of an answer, such as an id.
pub fn text<'a>(answer: &'a Value, pointer: &str) -> ApiResult<&'a str> {
    answer.pointer(pointer).and_then(Value::as_str).ok_or_else(ApiError::internal)
}
