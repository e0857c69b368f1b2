//! What handlers share: the database, the floor's door, the feed; and how they read a body.

use crate::calendar::Calendar;
use crate::error::{ApiError, ApiResult};
use crate::security::client::Proxies;
use crate::security::signed::Signer;
use crate::security::tokens::Tokens;
use crate::service::documents::Printer;
use crate::service::mail::Mailer;
use crate::service::outward::Caller;
use crate::supervision::standing::Standing;
use crate::trading::budget::Budget;
use crate::trading::feed::Feed;
use crate::trading::floor::Door;
use crate::trading::log::Log;
use crate::trading::marks::Marks;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use sqlx::SqlitePool;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

/// Everything a handler may use.
#[derive(Clone)]
pub struct App {
    pub db: SqlitePool,
    /// The folder of the databases; uploaded materials lie beside them.
    pub dir: Arc<PathBuf>,
    pub calendar: Arc<RwLock<Arc<Calendar>>>,
    /// 演练: legal minimum periods are shown and not enforced.
    pub rehearsal: bool,
    pub door: Door,
    pub feed: Arc<Feed>,
    /// Whether the watch looks.
    pub watching: Arc<Standing>,
    /// Rung when somebody may have come on record: seats taken before are looked through at once.
    pub barring: Arc<tokio::sync::Notify>,
    pub budget: Arc<Budget>,
    pub tokens: Arc<Tokens>,
    /// Signs what goes to a bank.
    pub signer: Arc<Signer>,
    /// Issues documents, signed with a key of their own.
    pub printer: Arc<Printer>,
    /// Names of what supervision compares and nobody reads.
    pub marks: Arc<Marks>,
    /// 透明日志: what anybody may check.
    pub log: Arc<Log>,
    pub journal_path: Arc<PathBuf>,
    pub origins: Arc<Vec<String>>,
    /// 受信代理: whose word on a caller's address is taken.
    pub proxies: Arc<Proxies>,
    pub secure_cookies: bool,
    /// Where people find this platform, for links in feeds and mails; no slash at the end.
    pub site: Arc<str>,
    /// Absent where no mail server is named.
    pub mailer: Option<Arc<Mailer>>,
    pub caller: Arc<Caller>,
}

impl App {
    /// The calendar as it stands now.
    pub fn calendar(&self) -> Arc<Calendar> {
        self.calendar.read().expect("nobody panics while reading days").clone()
    }
}

/// A JSON body whose faults are answered in our own words.
pub struct Valid<T>(pub T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> FromRequest<S> for Valid<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Valid<T>, ApiError> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Valid(body)),
            Err(JsonRejection::JsonDataError(error)) => {
                Err(ApiError::bad_request("", "请求内容不符合接口文档", &error.body_text()))
            }
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(ApiError::body_too_large()),
            Err(error) => Err(ApiError::bad_request("", "请求不是有效的JSON", &error.body_text())),
        }
    }
}

/// A ground somebody answers for is read by others: a paragraph, not a file.
const REASON_CHARS_MAX: usize = 500;

/// The reason given for an act, without the blanks around it.
pub fn reason(text: &str) -> ApiResult<&str> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > REASON_CHARS_MAX {
        let (zh, en) = ("请填写理由（500字以内）", "give a reason of at most 500 characters");
        return Err(ApiError::bad_request("reason", zh, en));
    }
    Ok(text)
}

/// A text that must be there, without the blanks around it.
pub fn filled<'a>(field: &str, text: &'a str, chars_max: usize) -> ApiResult<&'a str> {
    let text = text.trim();
    match text.is_empty() || text.chars().count() > chars_max {
        true => Err(ApiError::bad_request(field, "不能为空或过长", "empty or too long")),
        false => Ok(text),
    }
}
