//! 关联关系: bidders of one lot who hang together on the register of legal entities, and staff among bidders.
//! Regulations on tendering, article 34: control bars both; shareholding alone asks for a look.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::facts::Link;
use crate::lot::{Lot, Now, Said, Who, listed};
use crate::memory::Memory;
use uuid::Uuid;

/// Somebody sits down: who of those already here is known to hang together with him?
pub fn seated(lot: &mut Lot, now: &mut Now, memory: &Memory, who: Who) {
    let account = lot.of(who).account;
    for (other, link, records) in memory.links(&account) {
        linked(lot, now, account, *other, *link, *records);
    }
}

/// A link became known: raises it where both already sit in this lot. Evidence are their seats; the register's records
/// are named, by number alone: what stands in them is another door's business.
pub fn linked(lot: &mut Lot, now: &mut Now, a: Uuid, b: Uuid, link: Link, records: Option<[u64; 2]>) {
    let seat = |account: Uuid| lot.bidders.iter().position(|bidder| bidder.account == account).map(|at| at as Who);
    let Some(one) = seat(a) else { return };
    if link == Link::StaffPerson {
        lot.speak(now, Rule::StaffBidding, Level::Red, &[one], |lot| {
            let paddle = lot.of(one).paddle;
            said(
                vec![lot.of(one).first_n],
                format!("号牌{paddle}登记的公民身份号码与从业人员名册相符；工作人员不得参与竞买"),
                format!("paddle {paddle} is registered under the identity number of one of the staff, who are barred from bidding"),
            )
        });
        return;
    }
    if link == Link::Staff {
        // Yellow: of this one only the name is known to be the same, and two people may share one.
        lot.speak(now, Rule::StaffBidding, Level::Yellow, &[one], |lot| {
            let paddle = lot.of(one).paddle;
            said(
                vec![lot.of(one).first_n],
                format!("号牌{paddle}的登记姓名与交易中心工作人员相同；工作人员不得参与竞买，请核实是否同一人"),
                format!("paddle {paddle} is registered under the name of a center's clerk; staff are barred from bidding: ask whether it is the same person"),
            )
        });
        return;
    }
    let Some(other) = seat(b) else { return };
    if one == other {
        return;
    }
    let (level, how_zh, how_en) = match link {
        Link::Control | Link::Staff | Link::StaffPerson => {
            (Level::Red, "存在控股或管理关系", "one controls or manages the other")
        }
        Link::Shareholding => (Level::Yellow, "存在持股关系", "one holds shares of the other"),
        Link::Contact => (Level::Yellow, "登记了相同的联系人", "they share a contact on record"),
    };
    lot.speak(now, Rule::RelatedParties, level, &[one, other], |lot| {
        let (zh, en) = listed(&lot.paddles(&[one, other]));
        let named = |(zh, en)| (format!("（登记记录第{zh}号）"), format!(" (records no. {en})"));
        let (by_zh, by_en) = records.map(|records| named(listed(&records))).unwrap_or_default();
        said(
            vec![lot.of(one).first_n, lot.of(other).first_n],
            format!("据法人库登记{by_zh}，号牌{zh}{how_zh}，请核实是否可以同时参与"),
            format!(
                "by the register of legal entities{by_en}, of paddles {en} {how_en}; ask whether both may take part"
            ),
        )
    });
}

fn said(evidence: Vec<u64>, zh: String, en: String) -> Said {
    Said { evidence, measured: Measured { found: 1.0, baseline: 0.0, unit: Unit::Count }, zh, en }
}
