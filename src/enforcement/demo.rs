//! The demonstration's enforcement agency: five officers, its standards, and a case under way.

use crate::app::App;
use crate::clock;
use crate::enforcement::acts::EnforcementAct;
use crate::enforcement::case::{CasePlace, Party, PartyKind};
use crate::enforcement::doing;
use crate::enforcement::standards;
use crate::enforcement::store::{self, CaseSource, NewCase};
use crate::error::ApiResult;
use crate::security::model::{Duty, NewAccount, NewAgency, Role};
use crate::security::routes as people;

pub async fn fill(app: &App, password: &str) -> ApiResult<()> {
    let agency = people::found(
        app,
        NewAgency {
            credit_code: "11440300MB2C12345R".into(),
            name_zh: "市公共资源交易综合执法支队".into(),
            name_en: "City Enforcement Brigade for Public Resource Trading".into(),
            region: "440300".into(),
        },
    )
    .await?;
    let officer = |no: u32, name: &str, duties: &[Duty]| {
        people::create(
            app,
            NewAccount {
                login: format!("enforcer{no}"),
                password: password.into(),
                name: name.into(),
                role: Role::Officer,
                center_id: None,
                agency_id: Some(agency.id),
                duties: duties.to_vec(),
                id_number: None,
            },
        )
    };
    let first = officer(1, "执法员甲", &[Duty::Investigate]).await?;
    let second = officer(2, "执法员乙", &[Duty::Investigate, Duty::Review]).await?;
    let head = officer(3, "执法支队长", &[Duty::Decide]).await?;
    let deputy = officer(4, "法制审核员", &[Duty::Review, Duty::Decide]).await?;
    // Who approves what leaves the standard neither proposed nor reviewed it.
    officer(5, "执法副支队长", &[Duty::Decide]).await?;
    standards::fill(app, agency.id, deputy.id, head.id).await?;
    let now = clock::now();
    let party =
        Party { kind: PartyKind::Entity, code: "91440300MA5DEM071G".into(), name: "演示竞买企业7".into() };
    let case = NewCase {
        source: CaseSource::Own,
        source_ref: String::new(),
        lot: None,
        agency: agency.id,
        title: "演示竞买企业7涉嫌在政府采购项目中提供虚假材料".into(),
        facts: "响应文件中的营业执照与登记机关核查结果不符。".into(),
        by: first.id,
        place: CasePlace::filed(now, Some(party)),
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    let id = store::file(&mut tx, &case, now).await?;
    tx.commit().await?;
    let team = EnforcementAct::Assign { officers: vec![first.id, second.id], note: "由甲、乙共同调查".into() };
    doing::act(app, &head, id, &team).await
}
