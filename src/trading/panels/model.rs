//! What is asked and told of a panel, and what a good request is.

use crate::error::{ApiError, ApiResult};
use crate::registers::{self, ChoiceView, Drawn, Pooled, Recusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A panel has five persons or more, odd in number; nobody has asked for a hundred.
const WANTED_MAX: u32 = 99;
const RECUSED_MAX: usize = 200;
const RECUSED_CHARS_MAX: usize = 40;
/// Two of them and a stroke between are a line of at most 200 characters.
const SEED_CHARS_MAX: usize = 90;
/// Shorter ones could be tried out by whoever has seen the hash.
const SEED_CHARS_MIN: usize = 16;
const REASON_CHARS_MAX: usize = 500;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelAsked {
    /// A field of the experts' register.
    pub field: String,
    pub wanted: u32,
    /// 回避: credit codes whose people take no part. The applicants' own are added when the pool is fixed.
    #[serde(default)]
    pub employers: Vec<String>,
    /// Experts, by number, who take no part.
    #[serde(default)]
    pub experts: Vec<String>,
    /// Why another panel is drawn after the first.
    #[serde(default)]
    pub reason: String,
}

impl PanelAsked {
    pub fn check(&self, is_first: bool) -> ApiResult<()> {
        let wrong = |field: &str, zh: &str, en: &str| Err(ApiError::bad_request(field, zh, en));
        if !(1..=WANTED_MAX).contains(&self.wanted) {
            return wrong("wanted", "人数为1至99", "from 1 to 99 persons");
        }
        let (many, long) = (RECUSED_MAX, |text: &String| text.chars().count() > RECUSED_CHARS_MAX);
        if self.employers.len() > many || self.employers.iter().any(long) {
            return wrong("employers", "回避单位不超过200家", "at most 200 employers whose people take no part");
        }
        if self.experts.len() > many || self.experts.iter().any(long) {
            return wrong("experts", "回避专家不超过200名", "at most 200 experts who take no part");
        }
        let reason = self.reason.trim();
        if reason.chars().count() > REASON_CHARS_MAX || (!is_first && reason.is_empty()) {
            return wrong(
                "reason",
                "重新抽取须写明理由，不超过500字",
                "a panel drawn anew says why, in at most 500 characters",
            );
        }
        registers::check_field(&self.field)
    }

    pub fn recused(self) -> Recused {
        let tidy = |list: Vec<String>| list.iter().map(|text| text.trim().to_ascii_uppercase()).collect();
        Recused { employers: tidy(self.employers), experts: self.experts }
    }
}

/// As a clerk fixed it.
#[derive(Serialize, Deserialize)]
pub struct Recused {
    employers: Vec<String>,
    experts: Vec<String>,
}

impl Recused {
    /// With those for whom the applicants' own people are left out.
    pub fn with(self, applicants: impl IntoIterator<Item = String>) -> Vec<Recusal> {
        let experts = self.experts.into_iter().map(Recusal::Expert);
        experts.chain(self.employers.into_iter().chain(applicants).map(Recusal::Employer)).collect()
    }
}

/// Everything but the seeds that decides. Its text is kept as it was hashed.
#[derive(Serialize, Deserialize)]
pub struct PanelPool {
    pub lot: Uuid,
    pub no: i64,
    pub field: String,
    pub wanted: usize,
    pub experts: Vec<Pooled>,
    /// Hex; nobody can try out from the hash who was left out.
    pub salt: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PanelOffice {
    Clerk,
    Supervisor,
}

impl PanelOffice {
    pub fn name(self) -> &'static str {
        match self {
            PanelOffice::Clerk => "clerk",
            PanelOffice::Supervisor => "supervisor",
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct PanelsOfLot {
    /// Fields experts are drawn from.
    pub fields: Vec<ChoiceView>,
    /// The newest first.
    pub items: Vec<Panel>,
}

#[derive(Serialize, ToSchema)]
pub struct Panel {
    pub no: i64,
    pub field: String,
    pub wanted: i64,
    pub reason: String,
    pub asked_at: i64,
    pub seeds: Vec<PanelSeed>,
    /// SHA-256 of the pool, hex, in the log as `panel_pool`: fixed with the second commitment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_sha256: Option<String>,
    /// Its text, when the lot is over: who could be drawn, who was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn_at: Option<i64>,
    /// Staff read whom to call at once, everybody everything when the lot is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
}

#[derive(Serialize, ToSchema)]
pub struct PanelSeed {
    /// clerk or supervisor.
    pub office: String,
    /// SHA-256 of the seed, hex, in the log as `panel_seed`.
    pub commitment: String,
    pub committed_at: i64,
    /// Both hashes and the pool's stand in the log: it may be shown.
    pub noted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelCommitment {
    /// SHA-256 of my seed, lowercase hex.
    commitment: String,
}

impl PanelCommitment {
    pub fn digest(self) -> ApiResult<String> {
        let is_hex = self.commitment.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match self.commitment.len() == 64 && is_hex {
            true => Ok(self.commitment),
            false => Err(ApiError::bad_request("commitment", "承诺为64位十六进制小写", "64 lowercase hex digits")),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelReveal {
    /// One line of 16 to 90 characters.
    seed: String,
}

impl PanelReveal {
    pub fn seed(self) -> ApiResult<String> {
        let long_enough = (SEED_CHARS_MIN..=SEED_CHARS_MAX).contains(&self.seed.chars().count());
        // The stroke stands between the two.
        match long_enough && !self.seed.contains(['\n', '\r', '|']) {
            true => Ok(self.seed),
            false => Err(ApiError::bad_request(
                "seed",
                "种子为一行16至90个字符，不含竖线",
                "one line of 16 to 90 characters, without a stroke",
            )),
        }
    }
}

/// The line by which two seeds draw.
pub fn joined(clerk: &str, supervisor: &str) -> String {
    format!("{clerk}|{supervisor}")
}
