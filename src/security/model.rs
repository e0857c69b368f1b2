//! Accounts and roles.

use matching::Moment;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 竞买人.
    Bidder,
    /// 中心工作人员.
    Clerk,
    /// 审批人员, 执法人员: works for an agency, within the duties given him.
    Officer,
    /// 监督人员.
    Supervisor,
    /// 公证方: watches, read-only.
    Notary,
    /// 转让方: watches, read-only.
    Transferor,
    Admin,
}

impl Role {
    pub const ALL: [Role; 7] =
        [Role::Bidder, Role::Clerk, Role::Officer, Role::Supervisor, Role::Notary, Role::Transferor, Role::Admin];

    pub fn name(self) -> &'static str {
        match self {
            Role::Bidder => "bidder",
            Role::Clerk => "clerk",
            Role::Officer => "officer",
            Role::Supervisor => "supervisor",
            Role::Notary => "notary",
            Role::Transferor => "transferor",
            Role::Admin => "admin",
        }
    }

    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Account {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Duty>,
}

/// What an officer may do with a case.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 受理.
    Receive,
    /// 审核.
    Review,
    /// 决定.
    Decide,
    /// 调查: investigates, serves and carries out.
    Investigate,
    /// 数据管理: answers for his agency's registers.
    OwnData,
}

impl Duty {
    /// As tables and the wire name it; the same as serde's.
    pub fn name(self) -> &'static str {
        match self {
            Duty::Receive => "receive",
            Duty::Review => "review",
            Duty::Decide => "decide",
            Duty::Investigate => "investigate",
            Duty::OwnData => "own_data",
        }
    }
}

/// 行政机关.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Agency {
    pub id: Uuid,
    /// 统一社会信用代码.
    pub credit_code: String,
    pub name_zh: String,
    pub name_en: String,
    /// GB/T 2260.
    pub region: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgency {
    pub credit_code: String,
    pub name_zh: String,
    pub name_en: String,
    pub region: String,
}

/// Who a request comes from, as its token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub account: Uuid,
    pub role: Role,
    pub center: Option<Uuid>,
    /// Under which number of the account's sessions the token was issued.
    pub sessions: i64,
    pub expires_at: Moment,
    /// Whether the password was chosen by somebody else, who may be the one who asks.
    pub password_to_change: bool,
}

/// 公共资源交易中心, of the city or of a district.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Center {
    pub id: Uuid,
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub tier: Tier,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Uuid>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    City,
    District,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub login: String,
    pub password: String,
}

#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Bearer token, ten minutes.
    pub token: String,
    pub expires_at: i64,
    pub account: Account,
    /// Somebody else chose the password: every door but that to change it answers PASSWORD_TO_CHANGE.
    pub password_to_change: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    pub login: String,
    pub password: String,
    pub name: String,
    pub role: Role,
    pub center_id: Option<Uuid>,
    /// An officer's.
    pub agency_id: Option<Uuid>,
    #[serde(default)]
    pub duties: Vec<Duty>,
    /// 公民身份号码 of staff, to be compared with bidders'; kept as a keyed hash alone.
    pub id_number: Option<String>,
}

/// A row of the audit trail.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct AuditRow {
    pub n: i64,
    pub at: i64,
    /// Who it was, as the trail is asked for one person's rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Method and route, or the name of an act.
    pub action: String,
    /// The address asked for, or what was acted on.
    pub subject: String,
    /// What was answered, as an HTTP status.
    pub status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// SHA-256 over the row and the hash before it, in hex.
    pub hash: String,
}

#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    pub items: Vec<AuditRow>,
    /// Where to read on towards the past; absent at the first row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_n: Option<i64>,
}
