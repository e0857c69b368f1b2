//! What enforcement made of it: alerts that became cases and ended with yes and with no, a decision that left the
//! standard, a transfer to the police, cases handed on, tasks with their feedback, and complaints.

use super::bids::Raised;
use super::doors::{Doors, person, text};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const DAY_MS: i64 = 24 * 3_600_000;

/// An act of a case, who does it, and what it says beside its note.
type Step = (&'static str, &'static str, &'static str, Value);

pub async fn fill(doors: &Doors, alerts: &Raised) -> ApiResult<()> {
    let (first, second) = (person(&doors.app, "enforcer1").await?.id, person(&doors.app, "enforcer2").await?.id);
    let team = || json!({"officers": [first, second]});
    let found = |grade: &str| json!({"finding": {"rule": "COLLUSION", "grade": grade}, "major": false});
    let penalty = |grade: &str, amount: &str| {
        json!({"penalty": {"rule": "COLLUSION", "grade": grade, "amount": amount, "base": "395000.00",
            "bar_months": 0, "reason": "主动报告并配合查明，未影响成交结果"}})
    };
    let company =
        |no: usize, code: &str| json!({"party": {"kind": "entity", "code": code, "name": format!("演示竞买企业{no}")}});

    // Two who took turns: asked, investigated, decided, carried out. Their lot is still open, so that what the fine is
    // a share of is no highest bid yet: another officer approves it.
    let case = from_alert(doors, alerts, "alternating_pair", "两家轮流加价，请核查关联关系和资金来源").await?;
    let steps: [Step; 12] = [
        ("assign", "enforcer3", "由甲、乙共同调查", team()),
        ("identify", "enforcer1", "经核对竞买登记", company(4, "91440300MA5DEM0470")),
        ("inspect", "enforcer1", "现场检查并制作笔录", json!({"with": second})),
        ("report", "enforcer2", "两家承认事先约定轮流报价", found("below")),
        ("notify", "enforcer1", "告知书已送达", json!({})),
        ("waive", "enforcer1", "当事人放弃听证", json!({})),
        ("decide", "enforcer3", "依裁量基准处罚", penalty("below", "19750.00")),
        ("approve", "enforcer4", "竞价未结束，同意以当前最高应价为基数", json!({})),
        ("serve", "enforcer1", "直接送达", json!({})),
        ("publish", "enforcer1", "在本平台公示", json!({})),
        ("execute", "enforcer1", "罚款已缴清", json!({})),
        ("close", "enforcer3", "结案", json!({})),
    ];
    walk(doors, &case, steps).await?;

    // Machine speed: a browser's plug-in, no collusion.
    let case = from_alert(doors, alerts, "machine_speed", "应价间隔以毫秒计，请查明是否使用程序").await?;
    let steps: [Step; 3] = [
        ("assign", "enforcer3", "由甲、乙共同调查", team()),
        ("report", "enforcer1", "系使用浏览器插件自动加价，平台规则未禁止", json!({"finding": null, "major": false})),
        ("dismiss", "enforcer4", "违法事实不能成立", json!({})),
    ];
    walk(doors, &case, steps).await?;

    // A decision below its grade waits for nobody any more: another officer approved it, supervision reads why.
    let case = from_alert(doors, alerts, "shared_network", "同一网络出口，请核查是否同一控制人").await?;
    let steps: [Step; 8] = [
        ("assign", "enforcer3", "由甲、乙共同调查", team()),
        ("identify", "enforcer1", "经核对竞买登记", company(5, "91440300MA5DEM055T")),
        ("inspect", "enforcer2", "查看办公场所和网络", json!({"with": first})),
        ("report", "enforcer2", "两家共用办公室，约定一家让价", found("light")),
        ("notify", "enforcer1", "告知书已送达", json!({})),
        ("waive", "enforcer1", "当事人放弃听证", json!({})),
        ("decide", "enforcer3", "减轻", penalty("below", "10000.00")),
        ("approve", "enforcer4", "同意，理由充分", json!({})),
    ];
    walk(doors, &case, steps).await?;

    others(doors).await
}

/// A supervisor takes the alert in hand and makes a case of it.
async fn from_alert(doors: &Doors, alerts: &Raised, rule: &str, note: &str) -> ApiResult<String> {
    let alert = alerts.of(rule).ok_or_else(ApiError::internal)?;
    let at = format!("/api/supervision/alerts/{alert}");
    doors.post("supervisor", &format!("{at}/acts"), json!({"act": "take"})).await?;
    let opened = doors.post("supervisor", &format!("{at}/case"), json!({"note": note})).await?;
    Ok(text(&opened, "/case_id")?.to_string())
}

async fn walk(doors: &Doors, case: &str, steps: impl IntoIterator<Item = Step>) -> ApiResult<()> {
    let path = format!("/api/enforcement/cases/{case}/acts");
    for (act, login, note, mut said) in steps {
        said["act"] = act.into();
        said["note"] = note.into();
        doors.post(login, &path, said).await?;
    }
    Ok(())
}

/// The agency's other cases, found by their titles.
async fn others(doors: &Doors) -> ApiResult<()> {
    let page = doors.get("enforcer3", "/api/enforcement/cases").await?;
    let case = |title: &str| {
        let all = page["items"].as_array().into_iter().flatten();
        let found = all.filter(|case| case["title"].as_str().is_some_and(|known| known.contains(title)));
        found.filter_map(|case| case["id"].as_str()).next().map(String::from).ok_or_else(ApiError::internal)
    };
    let papers = case("虚假材料")?;
    transfer(doors, &papers).await?;
    tasks(doors, &papers).await?;
    hand_over(doors, &case("泄露竞买人名单")?).await?;
    complaints(doors).await
}

/// 国务院令310: two officers, the head's word, four papers, the receipt of the police.
async fn transfer(doors: &Doors, case: &str) -> ApiResult<()> {
    let note = "营业执照系伪造，涉嫌伪造公文印章";
    let opened =
        doors.post("enforcer1", &format!("/api/enforcement/cases/{case}/transfers"), json!({"note": note})).await?;
    let acts = format!("/api/enforcement/transfers/{}/acts", text(&opened, "/id")?);
    let (first, second) = (person(&doors.app, "enforcer1").await?.id, person(&doors.app, "enforcer2").await?.id);
    for (login, act) in [
        ("enforcer3", json!({"act": "form_task_force", "officers": [first, second], "note": "成立专案组"})),
        ("enforcer3", json!({"act": "approve", "note": "同意移送公安机关"})),
    ] {
        doors.post(login, &acts, act).await?;
    }
    // Names of files are percent-encoded on the way.
    for (kind, name) in [
        ("letter", "移送书.pdf"),
        ("report", "调查报告.pdf"),
        ("goods", "涉案物品清单.pdf"),
        ("appraisal", "印章鉴定意见书.pdf"),
    ] {
        let path = format!("/api/enforcement/transfers/{}/papers/{kind}?name={}", text(&opened, "/id")?, encoded(name));
        doors.put_file("enforcer1", &path, paper(name)).await?;
    }
    for (login, act) in [
        ("enforcer1", json!({"act": "send", "note": "四项材料齐全"})),
        ("enforcer1", json!({"act": "receive", "note": "公安机关回执已收"})),
    ] {
        doors.post(login, &acts, act).await?;
    }
    Ok(())
}

async fn tasks(doors: &Doors, case: &str) -> ApiResult<()> {
    let now = clock::now().0;
    let task = |title: &str, words: &str, officer, due_at: i64| json!({"case_id": case, "title": title, "text": words, "officer": officer, "due_at": due_at});
    let first = person(&doors.app, "enforcer1").await?.id;
    let words = "核对营业执照原件与登记档案，取得加盖公章的查询结果。";
    let set =
        doors.post("enforcer3", "/api/enforcement/tasks", task("到登记机关调取档案", words, first, now + 5 * DAY_MS));
    let acts = format!("/api/enforcement/tasks/{}/acts", text(&set.await?, "/id")?);
    let name = "登记档案查询结果.pdf";
    let files = json!([{"name": name, "sha256": hash(name)}]);
    doors.post("enforcer1", &acts, json!({"act": "accept", "note": "已接受"})).await?;
    let report = json!({"act": "report", "note": "档案显示执照编号不存在，查询结果附后", "files": files});
    doors.post("enforcer1", &acts, report).await?;

    let second = person(&doors.app, "enforcer2").await?.id;
    let words = "询问经办人材料来源，制作笔录。";
    doors.post("enforcer3", "/api/enforcement/tasks", task("询问企业经办人", words, second, now + DAY_MS)).await?;
    Ok(())
}

/// To the registry's agency, which has not yet said that it has it.
async fn hand_over(doors: &Doors, case: &str) -> ApiResult<()> {
    let to = person(&doors.app, "officer1").await?.agency_id;
    let said = json!({"agency": to, "note": "代理机构监管属登记机关职责"});
    doors.post("enforcer3", &format!("/api/enforcement/cases/{case}/handovers"), said).await?;
    Ok(())
}

/// One accepted, one that waits.
async fn complaints(doors: &Doors) -> ApiResult<()> {
    let lots = doors.get("", "/api/lots").await?;
    let lot = text(&lots, "/items/0/id")?;
    let complain = |name: &str, request: &str, facts: &str| json!({"name": name, "contact": "13800000000", "request": request, "facts": facts});
    let path = format!("/api/lots/{lot}/complaints");
    let said = complain("演示投诉人甲", "请查处串通竞价", "两个号牌始终轮流出价，其余竞买人无法参与。");
    let first = doors.post("", &path, said).await?;
    let said = complain("演示投诉人乙", "请公开踏勘安排", "公告载明的踏勘时间到现场后无人接待。");
    doors.post("", &path, said).await?;
    let acts = format!("/api/enforcement/complaints/{}/acts", text(&first, "/id")?);
    doors.post("enforcer1", &acts, json!({"act": "accept", "note": "属于本机关职责，予以受理"})).await?;
    Ok(())
}

/// A page with nothing on it but, unseen, its name: what a demonstration's file holds.
fn paper(name: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n% {name}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
         2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n\
         trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    .into_bytes()
}

fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Of a made-up paper: of its name.
fn hash(name: &str) -> String {
    Sha256::digest(name).iter().map(|byte| format!("{byte:02x}")).collect()
}
