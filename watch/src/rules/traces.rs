//! 同一设备、同一网络: two paddles speak from one browser, or from one network. A device is shared on purpose; a
//! network is shared by a whole office tower, so it is never more than a question.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::bounds::TRACES_MAX;
use crate::keys::Table;
use crate::lot::{Lot, Now, Said, Who, listed};

/// Who used it first, and in which entry.
type Seen = Table<u64, (Who, u64)>;

/// As many traces as a usual lot has: room made once, since a table that grows under a bid makes it wait.
const USUAL: usize = 14;

#[derive(Default)]
pub struct Traces {
    devices: Seen,
    networks: Seen,
}

pub fn look(lot: &mut Lot, now: &mut Now, who: Who, device: Option<u64>, network: Option<u64>) {
    // A bidder's trace is looked up when it changes, not at every bid. 0 is what no trace was seen yet.
    if let Some(device) = device.filter(|device| *device != lot.of(who).device) {
        lot.of_mut(who).device = device;
        let at = now.n;
        if let Some((first, n)) = met(&mut lot.kept.traces.devices, device, who, now.n) {
            lot.speak(now, Rule::SharedDevice, Level::Red, &[first, who], |lot| {
                let (zh, en) = listed(&lot.paddles(&[first, who]));
                said(
                    vec![n, at],
                    format!("号牌{zh}使用同一设备，请核实是否由同一人操作"),
                    format!("paddles {en} act from one device; ask whether one person holds both"),
                )
            });
        }
    }
    if let Some(network) = network.filter(|network| *network != lot.of(who).network) {
        lot.of_mut(who).network = network;
        if let Some((first, n)) = met(&mut lot.kept.traces.networks, network, who, now.n) {
            let at = now.n;
            lot.speak(now, Rule::SharedNetwork, Level::Yellow, &[first, who], |lot| {
                let (zh, en) = listed(&lot.paddles(&[first, who]));
                said(
                    vec![n, at],
                    format!("号牌{zh}来自同一网络地址。共用办公网络或运营商出口也会如此，单凭此项不能说明问题"),
                    format!(
                        "paddles {en} come from one network address; a shared office or carrier does the same, \
                         so this alone proves nothing"
                    ),
                )
            });
        }
    }
}

fn met(seen: &mut Seen, trace: u64, who: Who, n: u64) -> Option<(Who, u64)> {
    if seen.capacity() == 0 {
        seen.reserve(USUAL);
    }
    if let Some((first, at)) = seen.get(&trace) {
        return (*first != who).then_some((*first, *at));
    }
    if seen.len() < TRACES_MAX {
        seen.insert(trace, (who, n));
    }
    None
}

fn said(evidence: Vec<u64>, zh: String, en: String) -> Said {
    Said { evidence, measured: Measured { found: 2.0, baseline: 1.0, unit: Unit::Count }, zh, en }
}
