//! 引用核对: what a text cites as its law, looked up in the register of regulations: in force, not in force, or
//! not known there.

use crate::calendar::Day;
use crate::error::ApiResult;
use crate::registers::uses::{Regulation, regulation_titled};
use serde::Serialize;
use sqlx::SqlitePool;
use utoipa::ToSchema;

const COUNTRY: &str = "中华人民共和国";

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LawStanding {
    InForce,
    /// 已废止 or 尚未施行.
    NotInForce,
    /// The register does not hold it.
    Unknown,
}

/// A citation and what the register says of it.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct CitedLaw {
    /// As it is cited.
    pub text: String,
    pub standing: LawStanding,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Where its text is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// The title in "《土地管理法》第五条" or "土地管理法 第五条", without the country's name before it.
fn title(text: &str) -> &str {
    let text = text.trim();
    let text = match text.strip_prefix('《').and_then(|rest| rest.split_once('》')) {
        Some((title, _)) => title,
        None => text.split_whitespace().next().unwrap_or(text),
    };
    text.strip_prefix(COUNTRY).unwrap_or(text)
}

/// Each citation with its standing on `today`.
pub async fn cited(db: &SqlitePool, texts: &[String], today: Day) -> ApiResult<Vec<CitedLaw>> {
    let mut laws = Vec::with_capacity(texts.len());
    for text in texts {
        let title = title(text);
        let found = regulation_titled(db, &[title.to_string(), format!("{COUNTRY}{title}")]).await?;
        laws.push(standing(text, &found, today));
    }
    Ok(laws)
}

/// Of several of one title, the one in force counts.
fn standing(text: &str, found: &[Regulation], today: Day) -> CitedLaw {
    let in_force = found.iter().find(|law| law.is_in_force(today));
    let law = in_force.or(found.first());
    let standing = match (in_force, law) {
        (Some(_), _) => LawStanding::InForce,
        (None, Some(_)) => LawStanding::NotInForce,
        (None, None) => LawStanding::Unknown,
    };
    CitedLaw {
        text: text.into(),
        standing,
        number: law.map(|law| law.number.clone()),
        address: law.and_then(|law| law.address.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_found_in_what_cites_it() {
        for (text, expected) in [
            ("《中华人民共和国土地管理法》第五条", "土地管理法"),
            ("土地管理法实施条例 第十八条", "土地管理法实施条例"),
            ("中华人民共和国拍卖法", "拍卖法"),
        ] {
            assert_eq!(title(text), expected);
        }
    }
}
