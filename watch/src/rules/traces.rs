//! 同一设备、同一网络: two paddles speak from one browser, or from one network. Either is a question and no more: a
//! device is lent, a network is shared by a whole office tower, and a crowd on it is one. A sign of another kind beside
//! it makes it red.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::bounds::{NETWORK_FEW, NETWORK_MAX, TRACES_MAX};
use crate::keys::Near;
use crate::lot::{Lot, Now, Said, Who, listed};

/// Who used it first, and in which entry.
type Devices = Near<u64, (Who, u64)>;
type Networks = Near<u64, Network>;

/// Everybody who used a network, each with the entry that first showed him there. Most have one user alone, who
/// costs no list.
#[derive(Default)]
struct Network {
    first: (Who, u64),
    others: Vec<(Who, u64)>,
}

impl Network {
    fn everybody(&self) -> impl Iterator<Item = (Who, u64)> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

#[derive(Default)]
pub struct Traces {
    devices: Devices,
    networks: Networks,
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
        let at = now.n;
        if let Some((first, n)) = met(&mut lot.kept.traces.devices, device, who, now.n) {
            lot.speak(now, Rule::SharedDevice, Level::Yellow, &[first, who], |lot| {
                let (zh, en) = listed(&lot.paddles(&[first, who]));
                said(
                    vec![n, at],
                    2,
                    format!("号牌{zh}使用同一设备，请核实是否由同一人操作"),
                    format!("paddles {en} act from one device; ask whether one person holds both"),
                )
            });
        }
    }
    if let Some(network) = network.filter(|network| *network != lot.of(who).network) {
        lot.of_mut(who).network = network;
        if let Some(shared) = joined(&mut lot.kept.traces.networks, network, who, now.n) {
            together(lot, now, shared);
        }
    }
}

fn met(seen: &mut Devices, device: u64, who: Who, n: u64) -> Option<(Who, u64)> {
    if let Some(place) = seen.find(&device) {
        let (first, at) = seen[place];
        return (first != who).then_some((first, at));
    }
    if seen.len() < TRACES_MAX {
        seen.push(device, (who, n));
    }
    None
}

/// Whom to name now that one more is on a network: a pair while they are few, the crowd when it has doubled.
fn joined(networks: &mut Networks, network: u64, who: Who, n: u64) -> Option<Vec<(Who, u64)>> {
    let Some(place) = networks.find(&network) else {
        if networks.len() < TRACES_MAX {
            networks.push(network, Network { first: (who, n), others: Vec::new() });
        }
        return None;
    };
    let here = &mut networks[place];
    if here.others.len() + 1 == NETWORK_MAX || here.everybody().any(|(known, _)| known == who) {
        return None;
    }
    here.others.push((who, n));
    let count = here.others.len() + 1;
    if count <= NETWORK_FEW {
        return Some(vec![here.first, (who, n)]);
    }
    let crowd = NETWORK_FEW + 1;
    let is_told = count.is_multiple_of(crowd) && (count / crowd).is_power_of_two();
    is_told.then(|| here.everybody().collect())
}

fn together(lot: &mut Lot, now: &mut Now, shared: Vec<(Who, u64)>) {
    let (whom, evidence): (Vec<Who>, Vec<u64>) = shared.into_iter().unzip();
    let count = whom.len();
    lot.speak(now, Rule::SharedNetwork, Level::Yellow, &whom, |lot| {
        let (zh, en) = match count {
            2 => {
                let (zh, en) = listed(&lot.paddles(&whom));
                (format!("号牌{zh}"), format!("paddles {en}"))
            }
            NETWORK_MAX => (format!("{count}个以上号牌"), format!("{count} paddles and more")),
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
