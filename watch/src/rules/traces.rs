//! 同一设备、同一网络: two paddles speak from one browser, or from one network. Either is a question and no more: a
//! device is lent, a network is shared by a whole office tower, and a crowd on it is one. A sign of another kind beside
//! it makes it red.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::bounds::{TRACES_EACH_MAX, TRACES_MAX, USERS_FEW, USERS_MAX};
use crate::keys::Near;
use crate::lot::{Lot, Now, Said, Shown, Topic, Who, listed};
use crate::rules::blind::{self, Beyond};
use crate::rules::together;

/// Everybody who used a device or a network, each with the entry that first showed him there. Most have one user
/// alone, who costs no list.
#[derive(Default)]
struct Users {
    first: (Who, u64),
    others: Vec<(Who, u64)>,
}

impl Users {
    fn everybody(&self) -> impl Iterator<Item = (Who, u64)> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

#[derive(Default)]
pub struct Traces {
    devices: Near<u64, Users>,
    networks: Near<u64, Users>,
}

impl Traces {
    pub fn touch(&self) -> u64 {
        self.devices.touch().wrapping_add(self.networks.touch())
    }
}

pub fn look(lot: &mut Lot, now: &mut Now, who: Who, device: Option<u64>, network: Option<u64>) {
    // A bidder's trace is looked up when it changes, not at every bid. 0 is what no trace was seen yet.
    if let Some(device) = device.filter(|device| *device != lot.of(who).device) {
        lot.of_mut(who).device = device;
        match joined(lot, now.n, |traces| &mut traces.devices, device, who) {
            Joined::Nothing => {}
            Joined::NoPlace(bound) => blind::beyond(lot, now, bound),
            Joined::Shared(users) => {
                one_device(lot, now, users[0], (who, now.n));
                signs(lot, now, Rule::SharedDevice, &users);
            }
        }
    }
    if let Some(network) = network.filter(|network| *network != lot.of(who).network) {
        lot.of_mut(who).network = network;
        match joined(lot, now.n, |traces| &mut traces.networks, network, who) {
            Joined::Nothing => {}
            Joined::NoPlace(bound) => blind::beyond(lot, now, bound),
            Joined::Shared(users) => one_network(lot, now, &users),
        }
    }
}

enum Joined {
    Nothing,
    /// It is not kept.
    NoPlace(Beyond),
    /// Everybody who used it, the newcomer last.
    Shared(Vec<(Who, u64)>),
}

/// A bidder speaks from a device or network that is new of him.
fn joined(lot: &mut Lot, n: u64, of: impl Fn(&mut Traces) -> &mut Near<u64, Users>, trace: u64, who: Who) -> Joined {
    let own = lot.of(who).traces;
    let seen = of(&mut lot.kept.traces);
    let Some(place) = seen.find(&trace) else {
        if seen.len() == TRACES_MAX {
            return Joined::NoPlace(Beyond::Traces);
        }
        if own == TRACES_EACH_MAX {
            return Joined::NoPlace(Beyond::TracesOfOne);
        }
        seen.push(trace, Users { first: (who, n), others: Vec::new() });
        lot.of_mut(who).traces += 1;
        return Joined::Nothing;
    };
    let users = &mut seen[place];
    if users.everybody().any(|(known, _)| known == who) {
        return Joined::Nothing;
    }
    if users.others.len() + 1 == USERS_MAX {
        return Joined::NoPlace(Beyond::Users);
    }
    users.others.push((who, n));
    Joined::Shared(users.everybody().collect())
}

fn one_device(lot: &mut Lot, now: &mut Now, first: (Who, u64), last: (Who, u64)) {
    lot.speak(now, Rule::SharedDevice, Level::Yellow, &[first.0, last.0], |lot| {
        let (zh, en) = listed(&lot.paddles(&[first.0, last.0]));
        said(
            vec![first.1, last.1],
            2,
            format!("号牌{zh}使用同一设备，请核实是否由同一人操作"),
            format!("paddles {en} act from one device; ask whether one person holds both"),
        )
    });
}

/// One alert, with whoever was first, is enough to ask; a sign of another kind may be about any two of them.
fn signs(lot: &mut Lot, now: &mut Now, rule: Rule, users: &[(Who, u64)]) {
    let [_, others @ .., last] = users else { return };
    if users.len() > USERS_FEW {
        return;
    }
    for other in others {
        let shown = Shown { evidence: vec![other.1, last.1], earlier: Vec::new() };
        let topic = Topic { rule, level: Level::Yellow, about: 0 };
        together::note(lot, now, topic, &[other.0, last.0], shown);
    }
}

/// Names the newcomer beside whoever was first while they are few, and the crowd each time it has doubled.
fn one_network(lot: &mut Lot, now: &mut Now, users: &[(Who, u64)]) {
    let (crowd, count) = (USERS_FEW + 1, users.len());
    if count < crowd {
        many(lot, now, &[users[0], users[count - 1]]);
        signs(lot, now, Rule::SharedNetwork, users);
    } else if count.is_multiple_of(crowd) && (count / crowd).is_power_of_two() {
        many(lot, now, users);
    }
}

fn many(lot: &mut Lot, now: &mut Now, shared: &[(Who, u64)]) {
    let (whom, evidence): (Vec<Who>, Vec<u64>) = shared.iter().copied().unzip();
    let count = whom.len();
    lot.speak(now, Rule::SharedNetwork, Level::Yellow, &whom, |lot| {
        let (zh, en) = match count {
            2 => {
                let (zh, en) = listed(&lot.paddles(&whom));
                (format!("号牌{zh}"), format!("paddles {en}"))
            }
            USERS_MAX => (format!("{count}个以上号牌"), format!("{count} paddles and more")),
            _ => (format!("{count}个号牌"), format!("{count} paddles")),
        };
        said(
            evidence,
            count,
            format!("{zh}来自同一网络地址。共用办公网络或运营商出口也会如此，单凭此项不能说明问题"),
            format!(
                "{en} come from one network address; a shared office or carrier does the same, so this alone proves \
                 nothing"
            ),
        )
    });
}

fn said(evidence: Vec<u64>, count: usize, zh: String, en: String) -> Said {
    Said { evidence, measured: Measured { found: count as f64, baseline: 1.0, unit: Unit::Count }, zh, en }
}
