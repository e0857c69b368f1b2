//! 关联关系: bidders of one lot who hang together on the register of legal entities, and staff among bidders.
//! Regulations on tendering, article 34: control bars both; shareholding alone asks for a look.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::facts::Link;
use crate::lot::{Lot, Now, Said, Topic, Who, listed};
use crate::memory::Memory;
use crate::rules::blind;
use uuid::Uuid;

/// Somebody sits down: who of those already here is known to hang together with him?
pub fn seated(lot: &mut Lot, now: &mut Now, memory: &Memory, who: Who) {
    let account = lot.of(who).account;
    if let Some(bound) = memory.links_beyond(&account) {
        blind::beyond(lot, now, bound);
    }
    for (other, link) in memory.links(&account) {
        linked(lot, now, account, *other, *link);
    }
}

/// A link became known: raises it where both already sit in this lot. Evidence are their seats. The register's records
/// are not named: behind their numbers stand the names that nobody is told before the close.
pub fn linked(lot: &mut Lot, now: &mut Now, a: Uuid, b: Uuid, link: Link) {
    let seat = |account: Uuid| lot.bidders.iter().position(|bidder| bidder.account == account).map(|at| at as Who);
    let Some(one) = seat(a) else { return };
    if matches!(link, Link::Staff | Link::StaffPerson) {
        return if b == lot.terms.center {
            staff(lot, now, one, link)
        };
    }
    let Some(other) = seat(b).filter(|other| *other != one) else { return };
    let (level, how_zh, how_en) = match link {
        Link::Control => (Level::Red, "之间存在控股或管理关系", "one controls or manages the other"),
        Link::SameHead => (Level::Red, "的单位负责人为同一人", "one person is responsible for both"),
        Link::SameController => (Level::Red, "由同一控制人控制", "a third controls both"),
        Link::Shareholding => (Level::Yellow, "之间存在持股关系", "one holds shares of the other"),
        Link::SameShareholder => (Level::Yellow, "有共同股东", "a third holds shares of both"),
        Link::Contact | Link::Staff | Link::StaffPerson => {
            (Level::Yellow, "登记了相同的联系人", "they share a contact on record")
        }
        Link::Address => (
            Level::Yellow,
            "登记住所相同（集中办公、商务秘书地址也会如此）",
            "they are registered at one address, as firms of a shared office are",
        ),
    };
    let topic = Topic { rule: Rule::RelatedParties, level, about: link as u64 };
    lot.speak_about(now, topic, &[one, other], |lot| {
        let (zh, en) = listed(&lot.paddles(&[one, other]));
        said(
            vec![lot.of(one).first_n, lot.of(other).first_n],
            format!("据法人库登记，号牌{zh}{how_zh}，请核实是否可以同时参与"),
            format!("by the register of legal entities, of paddles {en}: {how_en}; ask whether both may take part"),
        )
    });
}

fn staff(lot: &mut Lot, now: &mut Now, one: Who, link: Link) {
    // By name it is yellow: two people may share one.
    let (level, zh, en) = match link {
        Link::StaffPerson => (
            Level::Red,
            "登记的公民身份号码与本中心从业人员名册相符；工作人员不得参与竞买",
            "is registered under the identity number of one of this center's staff, who are barred from bidding",
        ),
        _ => (
            Level::Yellow,
            "登记的姓名或其法定代表人姓名与本中心工作人员相同；工作人员不得参与竞买，请核实是否同一人",
            "is registered, or legally represented, under the name of a clerk of this center; staff are barred from \
             bidding: ask whether it is the same person",
        ),
    };
    lot.speak(now, Rule::StaffBidding, level, &[one], |lot| {
        let paddle = lot.of(one).paddle;
        said(vec![lot.of(one).first_n], format!("号牌{paddle}{zh}"), format!("paddle {paddle} {en}"))
    });
}

fn said(evidence: Vec<u64>, zh: String, en: String) -> Said {
    Said { evidence, measured: Measured { found: 1.0, baseline: 0.0, unit: Unit::Count }, zh, en }
}
