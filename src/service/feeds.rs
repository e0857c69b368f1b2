//! Atom feeds (RFC 4287) of lots, notices and results, by kind and center.

use super::news::{Followed, News, Topic, beijing, lasting_id, newest};
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::security::signed::hex;
use crate::trading::lots::LotKind;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use quick_xml::escape::escape;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Entries on a page of a feed; older ones stand on the next (RFC 5005, section 3).
const ENTRIES_MAX: i64 = 50;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(lots)).routes(routes!(notices)).routes(routes!(results))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FeedQuery {
    kind: Option<LotKind>,
    center_id: Option<Uuid>,
    /// Only what became public before the event of this number: a further page.
    before: Option<i64>,
}

/// Lots as they are announced.
#[utoipa::path(get, path = "/feeds/lots.atom", params(FeedQuery),
    responses((status = 200, content_type = "application/atom+xml", body = String),
        (status = 304, description = "Nothing has changed since If-None-Match."), (status = "4XX", body = ApiError)))]
async fn lots(State(app): State<App>, Query(query): Query<FeedQuery>, headers: HeaderMap) -> ApiResult<Response> {
    feed(&app, Topic::Lot, &query, &headers).await
}

/// Notices.
#[utoipa::path(get, path = "/feeds/notices.atom", params(FeedQuery),
    responses((status = 200, content_type = "application/atom+xml", body = String),
        (status = 304, description = "Nothing has changed since If-None-Match."), (status = "4XX", body = ApiError)))]
async fn notices(State(app): State<App>, Query(query): Query<FeedQuery>, headers: HeaderMap) -> ApiResult<Response> {
    feed(&app, Topic::Notice, &query, &headers).await
}

/// Results.
#[utoipa::path(get, path = "/feeds/results.atom", params(FeedQuery),
    responses((status = 200, content_type = "application/atom+xml", body = String),
        (status = 304, description = "Nothing has changed since If-None-Match."), (status = "4XX", body = ApiError)))]
async fn results(State(app): State<App>, Query(query): Query<FeedQuery>, headers: HeaderMap) -> ApiResult<Response> {
    feed(&app, Topic::Result, &query, &headers).await
}

async fn feed(app: &App, topic: Topic, query: &FeedQuery, headers: &HeaderMap) -> ApiResult<Response> {
    let of = Followed { topic, kind: query.kind, center: query.center_id };
    let (news, next) = newest(&app.db, &of, query.before, ENTRIES_MAX, &app.site).await?;
    let text = atom(topic, query, &news, next, &app.site);
    let tag = format!("\"{}\"", hex(&Sha256::digest(&text)[..16]));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let same = known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*");
    let keep = [(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache".to_string())];
    Ok(match same {
        true => (StatusCode::NOT_MODIFIED, keep).into_response(),
        false => (keep, [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text).into_response(),
    })
}

/// What XML cannot hold even escaped is left out.
fn clean(text: &str) -> String {
    let held = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    escape(text.chars().filter(held).collect::<String>()).into_owned()
}

/// `next`: the number before which the next page begins.
fn atom(topic: Topic, query: &FeedQuery, news: &[News], next: Option<i64>, site: &str) -> String {
    let (name, title) = match topic {
        Topic::Lot => ("lots", "标的公告 · Lots"),
        Topic::Notice => ("notices", "公告公示 · Notices"),
        Topic::Result => ("results", "成交结果 · Results"),
    };
    let mut filter = Vec::new();
    filter.extend(query.kind.map(|kind| format!("kind={}", kind.name())));
    filter.extend(query.center_id.map(|center| format!("center_id={center}")));
    let page = |before: Option<i64>| {
        let words: Vec<String> = filter.iter().cloned().chain(before.map(|n| format!("before={n}"))).collect();
        let mark = if words.is_empty() { "" } else { "?" };
        format!("/feeds/{name}.atom{mark}{}", words.join("&"))
    };
    let link = |rel: &str, path: &str| {
        format!("<link rel=\"{rel}\" type=\"application/atom+xml\" href=\"{}\"/>\n", clean(&format!("{site}{path}")))
    };
    // The pages are one feed, with one id.
    let (path, here) = (page(None), page(query.before));
    let mut links = link("self", &here);
    if query.before.is_some() {
        links += &link("first", &path);
    }
    links.extend(next.map(|next| link("next", &page(Some(next)))));
    // A feed must be dated; one without entries is as old as can be.
    let updated = beijing(news.iter().map(|one| one.updated_at).max().unwrap_or(0));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\n\
         <id>urn:uuid:{}</id>\n<title>{title}</title>\n<updated>{updated}</updated>\n\
         <author><name>阳光竞价 sunbid</name></author>\n\
         {links}<link rel=\"alternate\" href=\"{}\"/>\n",
        lasting_id(&path),
        clean(&format!("{site}/{name}")),
    );
    for one in news {
        let (at, updated) = (beijing(one.at), beijing(one.updated_at));
        text.push_str(&format!(
            "<entry>\n<id>urn:uuid:{}</id>\n<title>{}</title>\n<published>{at}</published>\n<updated>{updated}</updated>\n\
             <link rel=\"alternate\" href=\"{}\"/>\n<category term=\"{}\"/>\n\
             <content type=\"text\">{}</content>\n</entry>\n",
            one.id,
            clean(&format!("{} · {}", one.title_zh, one.title_en)),
            clean(&one.link),
            one.kind.name(),
            clean(&format!("{}\n\n{}", one.text_zh, one.text_en)),
        ));
    }
    text.push_str("</feed>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(clean("<b>\u{0}&\"土地"), "&lt;b&gt;&amp;&quot;土地");
    }
}
