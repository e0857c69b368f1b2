//! What the watch is told: one thing that happened, in the journal's order.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that happened on one lot. Facts come in the order of the record and are numbered by it; several
/// facts may share a number when one entry said several things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Nil for what is no lot's: [`What::Related`] and [`What::Unlinked`].
    pub lot: Uuid,
    /// The entry's number: what evidence points to. Of [`What::Related`] it is a place in the record and no evidence:
    /// a link is no lot's.
    pub n: u64,
    pub at_ms: i64,
    pub what: What,
}

/// What happened. Devices, networks, payers, branches and grantors are hashes made by the caller, who salts them:
/// equal means equal, and nothing else can be read from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// The lot is on offer under these terms. Nothing of a lot is looked at before this.
    Published(Terms),
    /// Who sits behind a paddle. Comes before the paddle's first bid.
    Seated {
        paddle: u32,
        account: Uuid,
    },
    /// A deposit credited, by the bank's own moment. `branch`: the paying bank's branch, where the notice names it.
    Deposit {
        paddle: u32,
        payer: u64,
        branch: Option<u64>,
        paid_at_ms: i64,
        /// 到账流水: the credit's number, where it has one.
        #[serde(default)]
        credit: Option<u64>,
        /// Whether it counts as the deposit. What does not, from another payer or too late, goes back.
        #[serde(default = "yes")]
        counted: bool,
    },
    /// 重新上市: the lot takes the place of another, whose result it may be compared with.
    Relisted {
        of: Uuid,
    },
    /// The period that law or profile asks for before the lot may begin, where that is known only after its terms.
    Period {
        min_ms: i64,
        /// How law counts it, where law does.
        #[serde(default)]
        notice: Option<Notice>,
    },
    /// A phase of bidding began: the first, or one after it.
    Began,
    /// A link between two accounts, from the register of legal entities; may come at any time.
    Related {
        a: Uuid,
        b: Uuid,
        link: Link,
        /// The register's records of the two that show it; none where another list does. Kept for an inquiry and said to
        /// nobody: behind them stand the bidders' names.
        #[serde(default)]
        records: Option<[u64; 2]>,
    },
    /// What was known of how this account hangs together with anybody holds no longer; what holds now follows.
    Unlinked {
        account: Uuid,
    },
    /// An accepted bid, by hand or in answer by a maximum that stood (`by_proxy`). What a bidder's maximum bids the
    /// moment he sets it is by hand.
    Bid {
        paddle: u32,
        amount_minor: i64,
        leads: bool,
        by_proxy: bool,
        device: Option<u64>,
        network: Option<u64>,
    },
    /// A sealed offer came in; its amount is nobody's business yet.
    Offered {
        paddle: u32,
        device: Option<u64>,
        network: Option<u64>,
    },
    /// A sealed offer was opened. All of a lot's come together, before [`What::Closed`].
    Opened {
        paddle: u32,
        amount_minor: i64,
    },
    Refused {
        paddle: u32,
        device: Option<u64>,
        network: Option<u64>,
    },
    Withdrawn {
        paddle: u32,
    },
    /// 撤回申请: an applicant without a paddle is gone, by his application's number. It stands beside the record.
    Left {
        application: u32,
    },
    /// 悔拍: after the close a winner did not keep his word.
    GaveUp {
        paddle: u32,
    },
    /// Turned away by review, before the close.
    Rejected {
        paddle: u32,
    },
    EndsAt(i64),
    Closed {
        winner: Option<u32>,
        price_minor: Option<i64>,
        reserve_minor: Option<i64>,
    },
    /// The result was set aside; the next [`What::Closed`] of the lot, or of the one that takes its place, is compared
    /// with it.
    Annulled,
    /// Sealed data was read while sealed; the fact's number is the lot's last entry before it, which shows nothing.
    SealedRead {
        by_staff: bool,
        /// 经两人同意: a second one had granted it.
        #[serde(default)]
        granted: bool,
        /// 审计记录: its number in the audit trail, where it has one.
        #[serde(default)]
        audit: Option<u64>,
    },
    /// What stands beside the record about a paddle, or about the lot, was asked for and could not be read.
    Unanswered {
        paddle: Option<u32>,
    },
    /// More sit here than newcomers are compared with: [`crate::bounds::SEATS_MAX`].
    Crowded,
    Suspended,
    Resumed,
}

impl What {
    /// How two accounts hang together is no lot's.
    pub fn is_of_a_lot(&self) -> bool {
        !matches!(self, What::Related { .. } | What::Unlinked { .. })
    }

    /// Who did it while the lot was live, or to whom it was done.
    pub fn paddle(&self) -> Option<u32> {
        match self {
            What::Seated { paddle, .. }
            | What::Deposit { paddle, .. }
            | What::Bid { paddle, .. }
            | What::Offered { paddle, .. }
            | What::Opened { paddle, .. }
            | What::Refused { paddle, .. }
            | What::Withdrawn { paddle }
            | What::Rejected { paddle } => Some(*paddle),
            _ => None,
        }
    }
}

/// Facts kept before a word was asked for.
fn yes() -> bool {
    true
}

/// 公告期: law counts it from the day of the notice, which is not the lot's coming to the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When the day of the notice began.
    pub from_ms: i64,
    /// Calendar days from it to the first on which the lot may begin.
    pub days: u32,
    /// Where law counts working days: how many make up those.
    #[serde(default)]
    pub working_days: Option<u32>,
}

/// What of a lot's terms the rules need; first what every bid asks.
#[repr(C)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    pub start_minor: i64,
    pub step_minor: i64,
    /// How finely moments are stamped. The platform's: 1. Rules about speed do not speak on coarser stamps.
    pub stamp_ms: i64,
    /// Whether prices rise (a sale) or fall (a purchase).
    pub rising: bool,
    /// The reserve is public: a price at it says nothing.
    pub reserve_known: bool,
    pub grantor: Option<u64>,
    /// Whose staff may not bid.
    pub center: Uuid,
    pub ends_at_ms: Option<i64>,
    pub sealed: bool,
    /// The period that law or profile asks for between publication and end, where one is asked for.
    pub period_min_ms: Option<i64>,
}

/// How two accounts hang together. What a relation was measured by is told, since it is what a supervisor asks about;
/// the numbers tell one relation of a pair from another among what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// 持股: one holds shares of the other.
    Shareholding = 1,
    /// 控股、管理: one controls or manages the other.
    Control = 2,
    /// `a` works for the center `b`, or is that center's: barred from bidding there, whoever else sits.
    Staff = 3,
    /// The same by identity number, not by name alone.
    StaffPerson = 4,
    /// 同一联系人: one contact, clerk or telephone.
    Contact = 5,
    /// 单位负责人为同一人: one person is responsible for both.
    SameHead = 6,
    /// 同一控制人: a third controls both.
    SameController = 7,
    /// 共同股东: a third holds shares of both.
    SameShareholder = 8,
    /// 同一住所: both are registered at one address, as all firms of a shared office are.
    Address = 9,
}
