//! The demonstration's rows: made-up companies, experts and records, and real regulations. They come in
//! by the door everybody's rows come in by.

use crate::clock;
use crate::error::ApiResult;
use crate::registers::model::ImportQuery;
use crate::registers::reading::Format;
use crate::registers::tables::{REGISTERS, register};
use crate::registers::{imports, store};
use axum::body::Bytes;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use uuid::Uuid;

/// `companies`: name and credit code of each. One more, which the demonstration shows nobody bid for, is
/// barred by its record.
fn rows(companies: &[(String, &str)]) -> Vec<(&'static str, Vec<Value>)> {
    // Each in a house of its own: one address would make them all related, and every lot an alert.
    let entities = companies.iter().zip(1..).map(|((name, code), no)| {
        json!({"credit_code": code, "name": name, "kind": "company", "status": "active", "region": "440300",
            "capital_yuan": "50000000", "address": format!("演示路{no}号"), "founded_on": "2016-05-18"})
    });
    let experts = ["land", "assets", "engineering", "law", "finance"].iter().zip(1..).map(|(field, no)| {
        json!({"number": format!("ZJ-2026-{no:03}"), "name": format!("演示专家{no}"), "id_number": "440305199003070014",
            "field": field, "title": "高级", "employer": "演示评估机构", "status": "active"})
    });
    let regulations = [
        ("GD-39-2007", "招标拍卖挂牌出让国有建设用地使用权规定", "rule", "国土资源部", "2007-11-01"),
        ("GF-XK-2003", "行政许可法", "law", "全国人民代表大会常务委员会", "2004-07-01"),
        ("GF-CF-2021", "行政处罚法", "law", "全国人民代表大会常务委员会", "2021-07-15"),
        ("GF-ZB-2000", "招标投标法", "law", "全国人民代表大会常务委员会", "2000-01-01"),
        ("GL-ZBSS-2012", "招标投标法实施条例", "regulation", "国务院", "2012-02-01"),
        ("GL-TDSS-2021", "土地管理法实施条例", "regulation", "国务院", "2021-09-01"),
        ("GD-DZZB-2013", "电子招标投标办法", "rule", "国家发展改革委等八部门", "2013-05-01"),
        ("GF-ZFCG-2003", "政府采购法", "law", "全国人民代表大会常务委员会", "2003-01-01"),
        ("GF-PM-1997", "拍卖法", "law", "全国人民代表大会常务委员会", "1997-01-01"),
    ];
    let regulations = regulations.map(|(number, title, level, issued_by, from)| {
        json!({"number": number, "title": title, "level": level, "issued_by": issued_by, "in_force_from": from})
    });
    let barred = json!({"number": "SX-2026-001", "subject_code": "91440300MA5ABCD19W", "subject": "演示失信企业",
        "kind": "violation", "bars": "yes", "reason": "竞得后拒不签订成交确认书（演示）", "decided_by": "演示机关",
        "document": "演示决〔2026〕1号", "in_force_from": "2026-01-15", "until": "2028-01-15"});
    vec![
        ("legal_entities", entities.collect()),
        ("experts", experts.collect()),
        ("regulations", regulations.to_vec()),
        ("social_credit", vec![barred]),
    ]
}

/// Every register gets its owner, and some their first rows.
pub async fn fill(db: &SqlitePool, agency: Uuid, officer: Uuid, companies: &[(String, &str)]) -> ApiResult<()> {
    for register in REGISTERS {
        store::set_owner(db, register.name, agency, officer, clock::now()).await?;
    }
    for (name, rows) in rows(companies) {
        let Some(register) = register(name) else { continue };
        let query =
            ImportQuery { format: Format::Json, source: "演示数据".into(), take_good: false, dry_run: false };
        imports::begin(db, register, query, Bytes::from(Value::Array(rows).to_string()), officer).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;

    #[test]
    fn the_demonstrations_codes_are_sound() {
        let companies = vec![("演示".to_string(), "91440300708461136T")];
        for (register, rows) in rows(&companies) {
            for row in rows {
                for field in ["credit_code", "subject_code"] {
                    if let Some(code) = row[field].as_str() {
                        assert_eq!(codes::credit_code(code), Ok(()), "{register} {row}");
                    }
                }
            }
        }
    }
}
