//! The kinds of printed documents: their names, and whose they are.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PrintedKind {
    /// 成交确认书; its subject is the lot.
    Confirmation,
    /// 网上竞得证明: the winner prints it once the hammer has fallen; its subject is the lot.
    WinLetter,
    /// 中标通知书: in the place of a win letter where experts scored the offers; its subject is the lot.
    AwardNotice,
    /// 公告 of any kind, as it was published; its subject is the notice.
    Notice,
    /// 退款凭单: the bank has paid a deposit back; its subject is the refund.
    RefundSlip,
    /// 保证金到账证明; its subject is "<lot>-<application no>".
    DepositReceipt,
}

impl PrintedKind {
    const ALL: [PrintedKind; 6] = [
        PrintedKind::Confirmation,
        PrintedKind::WinLetter,
        PrintedKind::AwardNotice,
        PrintedKind::Notice,
        PrintedKind::RefundSlip,
        PrintedKind::DepositReceipt,
    ];

    pub fn name(self) -> &'static str {
        match self {
            PrintedKind::Confirmation => "confirmation",
            PrintedKind::WinLetter => "win_letter",
            PrintedKind::AwardNotice => "award_notice",
            PrintedKind::Notice => "notice",
            PrintedKind::RefundSlip => "refund_slip",
            PrintedKind::DepositReceipt => "deposit_receipt",
        }
    }

    pub fn from_name(name: &str) -> Option<PrintedKind> {
        PrintedKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn zh(self) -> &'static str {
        match self {
            PrintedKind::Confirmation => "成交确认书",
            PrintedKind::WinLetter => "网上竞得证明",
            PrintedKind::AwardNotice => "中标通知书",
            PrintedKind::Notice => "公告",
            PrintedKind::RefundSlip => "保证金退款凭单",
            PrintedKind::DepositReceipt => "竞买保证金到账证明",
        }
    }
}
