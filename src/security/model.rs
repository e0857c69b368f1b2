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
    /// 监督人员.
    Supervisor,
    /// 公证方: watches, read-only.
    Notary,
    /// 转让方: watches, read-only.
    Transferor,
    Admin,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Bidder, Role::Clerk, Role::Supervisor, Role::Notary, Role::Transferor, Role::Admin];

    pub fn name(self) -> &'static str {
        match self {
            Role::Bidder => "bidder",
            Role::Clerk => "clerk",
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
}

/// Who a request comes from, as its token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub account: Uuid,
    pub role: Role,
    pub center: Option<Uuid>,
    pub expires_at: Moment,
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
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    pub login: String,
    pub password: String,
    pub name: String,
    pub role: Role,
    pub center_id: Option<Uuid>,
}
