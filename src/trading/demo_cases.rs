//! The demonstration's offices: officers, registered bidders, and cases in every state.

use crate::app::App;
use crate::approval::case::{CaseAct, CaseOutcome};
use crate::approval::cases;
use crate::approval::form::Form;
use crate::approval::store::{self, KeptMaterial};
use crate::clock;
use crate::content;
use crate::error::{ApiError, ApiResult};
use crate::registers;
use crate::security::model::{Account, Agency, Duty, NewAccount, Role};
use crate::security::{routes, store as people};
use matching::Moment;
use serde_json::json;
use uuid::Uuid;

/// Made up, with right check digits: no company's.
const CODES: [&str; 8] = [
    "91440300MA5DEM012D",
    "91440300MA5DEM0208",
    "91440300MA5DEM0395",
    "91440300MA5DEM0470",
    "91440300MA5DEM055T",
    "91440300MA5DEM063M",
    "91440300MA5DEM071G",
    "91440300MA5DEM08X8",
];
const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

fn company(no: usize) -> String {
    format!("演示竞买企业{no}")
}

struct Office {
    agency: Agency,
    receives: Account,
    decides: Account,
}

async fn office(app: &App, password: &str) -> ApiResult<Office> {
    let agency = people::agencies(&app.db).await?.into_iter().next().ok_or_else(ApiError::internal)?;
    let officer = |no: u32, duties: &[Duty]| {
        routes::create(
            app,
            NewAccount {
                login: format!("officer{no}"),
                password: password.into(),
                name: format!("审批员{no}"),
                role: Role::Officer,
                center_id: None,
                agency_id: Some(agency.id),
                duties: duties.to_vec(),
                id_number: None,
            },
        )
    };
    let receives = officer(1, &[Duty::Receive, Duty::Review]).await?;
    let decides = officer(2, &[Duty::Review, Duty::Decide]).await?;
    let owns = officer(3, &[Duty::Decide, Duty::OwnData]).await?;
    let companies: Vec<_> = CODES.into_iter().zip(1..).map(|(code, no)| (company(no), code)).collect();
    registers::demo::fill(&app.db, agency.id, owns.id, &companies).await?;
    Ok(Office { agency, receives, decides })
}

/// Officers, and every bidder registered but the last three: their cases are under way.
pub async fn fill(app: &App, password: &str, bidders: &[Account]) -> ApiResult<()> {
    let office = office(app, password).await?;
    let note = String::new;
    let granted = CaseOutcome::Granted;
    let all = [
        (&office.receives, CaseAct::Accept),
        (&office.receives, CaseAct::Forward { note: note() }),
        (&office.decides, CaseAct::Decide { outcome: granted, note: note() }),
    ];
    for (no, (bidder, code)) in bidders.iter().zip(CODES).enumerate() {
        let form = json!({"person": "legal", "name": company(no + 1), "credit_code": code,
            "contact": format!("演示联系人{0} 0755-0000000{0}", no + 1), "bank_account": format!("62220000{:08}", no + 1)});
        let begun = Begun {
            agency: office.agency.id,
            item: "BIDDER-REGISTRATION",
            subject: bidder.id,
            form,
            material: "identity",
            at: clock::now(),
        };
        let case = begin(app, bidder, begun).await?;
        let acts = match bidders.len() - no {
            3 => &all[..0],
            2 => &all[..1],
            1 => {
                let note = "营业执照扫描件不清晰，请重新上传".to_string();
                cases::act(app, &office.receives, case, &CaseAct::Return { note }).await?;
                continue;
            }
            _ => &all[..],
        };
        for (who, act) in acts {
            cases::act(app, who, case, act).await?;
        }
    }
    Ok(())
}

/// What an applicant begins, and when.
pub struct Begun<'a> {
    pub agency: Uuid,
    pub item: &'a str,
    pub subject: Uuid,
    pub form: serde_json::Value,
    /// The one that has to be there.
    pub material: &'a str,
    pub at: Moment,
}

/// A case of the demonstration, filed.
pub async fn begin(app: &App, applicant: &Account, begun: Begun<'_>) -> ApiResult<Uuid> {
    let kept = store::in_force(&app.db, begun.item).await?;
    let form: Form = begun.form.as_object().cloned().unwrap_or_default();
    let (agency, subject) = (begun.agency, begun.subject.to_string());
    let case = store::add_case(&app.db, &kept, agency, &subject, &form, applicant.id, begun.at).await?;
    let stored = content::keep(&app.dir, PDF.to_vec()).await?;
    let file = KeptMaterial {
        material: begun.material.into(),
        name: "演示材料.pdf".into(),
        kind: stored.kind.into(),
        bytes: stored.bytes as i64,
        sha256: stored.sha256,
        at: begun.at.0,
    };
    store::add_material(&app.db, case, &file, applicant.id).await?;
    cases::act_at(app, applicant, case, &CaseAct::File, begun.at).await?;
    Ok(case)
}
