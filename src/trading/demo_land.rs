//! The demonstration's land: parcels with a boundary, filed and noticed as the law has it before they are
//! put on the floor.

use crate::app::App;
use crate::approval::case::{CaseAct, CaseOutcome};
use crate::approval::cases;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Account;
use crate::security::store as people;
use crate::trading::demo_cases::{self, Begun};
use crate::trading::life::acts::{ActWords, perform};
use crate::trading::life::limits::Basis;
use crate::trading::life::model::Act;
use crate::trading::life::notices::{self, NoticeDraft, NoticeKind};
use crate::trading::life::parcel::{Boundary, FileDraft, LandUse, Polygon, PolygonName, ReviewMode, check};
use crate::trading::life::store as life;
use crate::trading::lots::{LotDraft, LotKind};
use crate::trading::store;
use serde_json::json;
use uuid::Uuid;

/// South-west corner and sides of a made-up parcel, metres in the plane of EPSG 4547.
struct Parcel {
    number: &'static str,
    corner: [f64; 2],
    sides: [f64; 2],
    code: &'static str,
}

const PARCELS: [Parcel; 4] = [
    Parcel {
        number: "A122-0341",
        corner: [489_750.0, 2_491_400.0],
        sides: [250.0, 168.55],
        code: "440305007003GB00341",
    },
    Parcel {
        number: "T207-0051",
        corner: [493_900.0, 2_489_250.0],
        sides: [118.0, 100.172],
        code: "440305002001GB00051",
    },
    Parcel {
        number: "G14207-0136",
        corner: [529_300.0, 2_509_800.0],
        sides: [190.0, 160.604],
        code: "440307012002GB00136",
    },
    Parcel {
        number: "G02301-0087",
        corner: [525_100.0, 2_512_700.0],
        sides: [160.0, 160.376],
        code: "440307003001GB00087",
    },
];

/// The file of a lot that has one, by its number.
pub fn file(number: &str, kind: LotKind) -> Option<FileDraft> {
    let parcel = PARCELS.iter().find(|parcel| parcel.number == number)?;
    let ([x, y], [wide, high]) = (parcel.corner, parcel.sides);
    // One corner is cut for the crossing.
    let cut = 4.0;
    let ring =
        vec![[x, y], [x + wide, y], [x + wide, y + high - cut], [x + wide - cut, y + high], [x, y + high], [x, y]];
    let (land_use, term_years) = match kind {
        LotKind::HousingLand => (LandUse::Residential, 70),
        LotKind::IndustrialLand => (LandUse::Industrial, 30),
        _ => (LandUse::Commercial, 40),
    };
    Some(FileDraft {
        basis: Basis::LandGrant,
        boundary: Some(Boundary {
            epsg: 4547,
            polygon: Polygon { kind: PolygonName::Polygon, coordinates: vec![ring] },
        }),
        parcel_code: Some(parcel.code.into()),
        plot_ratio: Some("≤3.2".into()),
        land_use: Some(land_use),
        term_years: Some(term_years),
        area_note: None,
        review: ReviewMode::Post,
        application_deadline: None,
    })
}

/// Beside the draft, before it is checked.
pub async fn keep_file(app: &App, lot: Uuid, file: &FileDraft, of: &LotDraft, by: Uuid) -> ApiResult<()> {
    let now = clock::now();
    let area = check(file, of.kind, of.area_m2.as_deref(), now)?.area_m2.map(|area| area.to_string());
    let mut db = app.db.acquire().await?;
    life::save_file(&mut db, lot, file, area, by, now).await
}

async fn officer(app: &App, login: &str) -> ApiResult<Account> {
    let (account, _) = people::by_login(&app.db, login).await?.ok_or_else(ApiError::internal)?;
    Ok(account)
}

/// From the check to the floor's door: asked for, granted by two officers, noticed by two clerks.
pub async fn file_and_notice(app: &App, lot: Uuid, writes: &Account, checks: &Account) -> ApiResult<()> {
    let words = ActWords::default();
    perform(app, &store::find(&app.db, lot).await?, Act::AskFiling, &words, writes.id).await?;
    let receives = officer(app, "officer1").await?;
    let (proposes, confirms) = (officer(app, "officer2").await?, officer(app, "officer3").await?);
    let note = || "演示：方案经集体决策，宗地权属清晰。".to_string();
    let form = json!({"summary": "演示出让方案：规划条件齐备，挂牌出让。"});
    let acts = [
        (&receives, CaseAct::Accept),
        (&receives, CaseAct::Forward { note: note() }),
        (&proposes, CaseAct::Propose { outcome: CaseOutcome::Granted, note: note() }),
        (&confirms, CaseAct::Confirm { note: note() }),
    ];
    let agency = people::agencies(&app.db).await?.into_iter().next().ok_or_else(ApiError::internal)?.id;
    let begun = Begun { agency, item: "LOT-FILING", subject: lot, form, material: "plan", at: clock::now() };
    let case = demo_cases::begin(app, writes, begun).await?;
    for (who, act) in acts {
        cases::act(app, who, case, &act).await?;
    }
    perform(app, &store::find(&app.db, lot).await?, Act::File, &words, writes.id).await?;

    let lot = store::find(&app.db, lot).await?;
    let card = lot.detail()?.card;
    let draft = NoticeDraft {
        kind: NoticeKind::Grant,
        title_zh: format!("{}国有建设用地使用权挂牌出让公告", card.number),
        title_en: format!("Notice of the sale of land {}", card.number),
        text_zh: format!(
            "经批准，现对{}（{}，位于{}）国有建设用地使用权进行网上挂牌出让。本公告为平台演示所设，不构成要约。",
            card.number, card.title_zh, card.location
        ),
        text_en: format!(
            "The right to use lot {} is offered by online listing. Demonstration data: not an offer.",
            card.number
        ),
        material: false,
        opens_at: None,
        corrects: None,
    };
    notices::check(&draft)?;
    let (id, now) = (Uuid::new_v4(), clock::now());
    notices::write(&app.db, id, lot.id, lot.center, &draft, writes.id, now).await?;
    let notice = notices::find(&app.db, id, None).await?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    notices::publish(&mut tx, &notice, Some(checks.id), clock::now()).await?;
    Ok(tx.commit().await?)
}
