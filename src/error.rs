//! What a caller is told when something cannot be done: a status, a stable code, two sentences.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use matching::{Direction, Refusal};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// The body of every error.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct ApiError {
    #[serde(skip)]
    #[schema(ignore)]
    pub status: u16,
    pub code: Cow<'static, str>,
    pub zh: String,
    pub en: String,
    /// The field of the request that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The moment that decides, where there is one: from when on it can be done, or when it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moment: Option<i64>,
}

pub type ApiResult<T> = Result<T, ApiError>;

macro_rules! errors {
    ($($name:ident $status:literal $code:literal $zh:literal $en:literal;)*) => {
        impl ApiError { $(
            pub fn $name() -> ApiError {
                ApiError {
                    status: $status,
                    code: Cow::Borrowed($code),
                    zh: $zh.into(),
                    en: $en.into(),
                    field: None,
                    moment: None,
                }
            }
        )* }
    };
}

errors! {
    not_signed_in 401 "NOT_SIGNED_IN" "请先登录" "sign in first";
    token_invalid 401 "TOKEN_INVALID" "登录已过期，请重新登录" "the session has expired; sign in again";
    wrong_login 401 "WRONG_LOGIN" "用户名或密码不正确" "login or password does not match";
    not_signed 401 "NOT_SIGNED" "请求须由已登记的银行签名" "a registered bank must sign this request";
    signature_wrong 401 "SIGNATURE_WRONG" "签名与内容不符，或签名人未登记" "the signature does not fit the content, or its signer is not registered";
    key_revoked 401 "KEY_REVOKED" "该公钥已吊销" "this key was revoked";
    key_not_valid 401 "KEY_NOT_VALID" "该公钥未生效或已失效" "this key is not valid yet, or no longer";
    clock_off 401 "CLOCK_OFF" "请求时间与本平台相差超过5分钟" "the time of the request is more than 5 minutes from ours";
    replayed 409 "REPLAYED" "请求已处理过，不得重放" "this request was heard already";
    forbidden 403 "FORBIDDEN" "您的角色无此权限" "your role may not do this";
    password_to_change 403 "PASSWORD_TO_CHANGE" "您的密码由他人设置，请先修改为只有您知道的密码" "somebody else chose your password; change it to one only you know first";
    foreign_origin 403 "FOREIGN_ORIGIN" "请从本平台页面访问" "open this from the platform's own pages";
    not_found 404 "NOT_FOUND" "未找到" "not found";
    unknown_lot 404 "UNKNOWN_LOT" "没有这个标的，请核对编号" "no such lot; check its id";
    method_not_allowed 405 "METHOD_NOT_ALLOWED" "此地址不支持该方法" "this address does not take that method";
    body_too_large 413 "BODY_TOO_LARGE" "请求内容过大" "the request body is too large";
    too_many_tries 429 "TOO_MANY_TRIES" "尝试次数过多，请一分钟后再试" "too many tries; wait a minute";
    deposit_short 409 "DEPOSIT_SHORT" "保证金未在截止前足额到账" "the deposit was not credited in full by the deadline";
    deposit_over_committed 409 "DEPOSIT_OVER_COMMITTED" "保证金总额不足以同时参加多个标的" "the deposits paid do not cover all the lots they are bound to";
    reference_altered 409 "REFERENCE_ALTERED" "同一流水号的内容与先前不同，已报警；本报文未入账" "a reference used before came with other content; an alarm is raised and nothing of the message was taken";
    unknown_refund 409 "UNKNOWN_REFUND" "报文所指退款不存在或金额、状态不符，已报警；本报文未入账" "the message tells of a refund that does not exist, or not so; an alarm is raised and nothing was taken";
    not_issued 404 "NOT_ISSUED" "本平台未签发过该文书" "no document of ours";
    font_missing 503 "FONT_MISSING" "服务器缺少中文字体，请管理员安装 Debian 软件包 fonts-noto-cjk 后重试" "the server has no Chinese font: install the Debian package fonts-noto-cjk and try again";
    reversal_altered 409 "REVERSAL_ALTERED" "冲正与所指入账或先前的冲正不符，已报警；本报文未入账" "the reversal does not fit its credit, or an earlier reversal of it; an alarm is raised and nothing was taken";
    busy 503 "BUSY" "系统繁忙，请立即重试；本次请求未被受理" "busy; try again now, nothing was taken";
    mail_not_set_up 503 "MAIL_NOT_SET_UP" "本平台尚未启用邮件服务，请使用Atom订阅" "this platform sends no e-mail yet; follow the Atom feeds instead";
    internal 500 "INTERNAL" "系统内部错误，请稍后再试" "internal error; try again later";
    bad_frame 400 "BAD_FRAME" "消息格式不正确" "the message is not of the documented form";
    frame_too_large 400 "FRAME_TOO_LARGE" "消息过大，上限4KiB" "the message is above 4 KiB";
    bad_amount 400 "BAD_AMOUNT" "金额格式不正确，请填写数字，如 1050000.00" "not an amount; write a decimal number such as 1050000.00";
    too_precise 400 "AMOUNT_TOO_PRECISE" "金额小数位过多" "the amount has too many decimal places for this lot";
    out_of_range 400 "AMOUNT_OUT_OF_RANGE" "金额超出范围" "the amount is out of range";
    too_many_refused 429 "TOO_MANY_REFUSED" "被拒绝或未推动价格的请求过多，请稍候再报；本次请求未被受理" "too many of your requests were refused or moved no price; wait a moment, nothing was taken";
    too_many_questions 429 "TOO_MANY_QUESTIONS" "24小时内最多提出10个咨询，请稍后再问" "at most 10 questions in 24 hours; ask again later";
    too_many_in_flight 429 "TOO_MANY_IN_FLIGHT" "请等待前一报价的回复" "wait for the replies to your earlier bids";
}

impl ApiError {
    pub fn bad_request(field: &str, zh: &str, en: &str) -> ApiError {
        ApiError {
            status: 400,
            code: "BAD_REQUEST".into(),
            zh: zh.into(),
            en: en.into(),
            field: (!field.is_empty()).then(|| field.to_string()),
            moment: None,
        }
    }

    pub fn conflict(zh: &str, en: &str) -> ApiError {
        ApiError { status: 409, code: "CONFLICT".into(), zh: zh.into(), en: en.into(), field: None, moment: None }
    }

    pub fn refused(refusal: &Refusal, scale: u8, direction: Direction) -> ApiError {
        ApiError {
            status: 409,
            code: refusal.code().into(),
            zh: refusal.zh(scale, direction),
            en: refusal.en(scale, direction),
            field: None,
            moment: refusal.moment().map(|moment| moment.0),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self)).into_response()
    }
}

/// A broken database is our fault: logged here, once; the caller learns nothing of our insides.
impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> ApiError {
        tracing::error!(%error, "database");
        ApiError::internal()
    }
}
