//! What the watch is told: one thing that happened, in the journal's order.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that happened on one lot. Facts come in the order of the record and are numbered by it; several
/// facts may share a number when one entry said several things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Nil for what is no lot's: [`What::Related`].
    pub lot: Uuid,
    /// The entry's number: what evidence points to.
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
    },
    /// 重新上市: the lot takes the place of another, whose result it may be compared with.
    Relisted {
        of: Uuid,
    },
    /// The period that law or profile asks for before the lot may begin, where that is known only after its terms.
    Period {
        min_ms: i64,
    },
    /// Bidding began.
    Began,
    /// A link between two accounts, from the register of legal entities; may come at any time.
    Related {
        a: Uuid,
        b: Uuid,
        link: Link,
    },
    /// An accepted bid, by hand or by a standing maximum (`by_proxy`).
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
    /// Sealed data was read while sealed; the fact's number is the lot's last entry before it.
    SealedRead {
        by_staff: bool,
    },
    /// What stands beside the record about a paddle, or about the lot, was asked for and could not be read.
    Unanswered {
        paddle: Option<u32>,
    },
    Suspended,
    Resumed,
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
    pub center: u64,
    pub ends_at_ms: Option<i64>,
    pub sealed: bool,
    /// The period that law or profile asks for between publication and end, where one is asked for.
    pub period_min_ms: Option<i64>,
}

/// How two accounts hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// 持股: one holds shares of the other, or a third holds shares of both.
    Shareholding,
    /// 控股、管理: one controls or manages the other, or one person is responsible for both.
    Control,
    /// `a` works for the center `b` belongs to, or is that center's: barred from bidding there, whoever else sits.
    Staff,
    /// The same by identity number, not by name alone.
    StaffPerson,
    /// 同一联系人: one contact, address or clerk.
    Contact,
}
