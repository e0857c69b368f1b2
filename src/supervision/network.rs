//! 竞买人网络: who of a lot's bidders hangs together with whom, and from which entry on. Pure. It draws what the
//! record shows and finds nobody guilty: whether a thread means anything is the rules' and then a person's to say.

use ::watch::{Facts, Link, What};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;
use uuid::Uuid;

/// A picture of more bidders shows nothing; those of the alert and the busiest come first.
pub const NODES_MAX: usize = 60;
pub const EDGES_MAX: usize = 400;
/// Answers to each other from which two bidders are joined: fewer happen to anybody.
const TURNS_MIN: u32 = 4;

#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct BidderNode {
    pub paddle: u32,
    /// Accepted bids.
    pub bids: u32,
    /// He had the best bid at the end of what was read.
    pub leads: bool,
    /// The alert names him.
    pub named: bool,
    /// The entry he first appears in.
    pub since_n: u64,
}

#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct BidderEdge {
    /// The lower paddle first.
    pub a: u32,
    pub b: u32,
    pub kind: EdgeKind,
    /// The entry from which on the record shows it.
    pub since_n: u64,
    /// How often; 1 where it is there or not.
    pub count: u32,
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    Device,
    Network,
    Payer,
    /// 关联关系, by the register.
    Related,
    /// They answer each other.
    Turns,
}

#[derive(Default)]
struct Drawn {
    nodes: BTreeMap<u32, BidderNode>,
    edges: BTreeMap<(u32, u32, EdgeKind), BidderEdge>,
    traces: HashMap<(EdgeKind, u64), Vec<u32>>,
    accounts: HashMap<Uuid, u32>,
    answers: HashMap<(u32, u32), u32>,
    last: Option<u32>,
    leader: Option<u32>,
}

/// Nodes and edges of one lot's facts, in their order. `named`: whom the alert names.
pub fn network(facts: &[Facts], named: &[u32]) -> (Vec<BidderNode>, Vec<BidderEdge>) {
    let mut drawn = Drawn::default();
    for fact in facts {
        drawn.take(fact);
    }
    let Drawn { nodes, edges, leader, .. } = drawn;
    let mut nodes: Vec<BidderNode> = nodes
        .into_values()
        .map(|node| BidderNode { leads: leader == Some(node.paddle), named: named.contains(&node.paddle), ..node })
        .collect();
    nodes.sort_by_key(|node| (!node.named, !node.leads, u32::MAX - node.bids, node.paddle));
    nodes.truncate(NODES_MAX);
    nodes.sort_by_key(|node| node.paddle);
    let shown = |paddle: u32| nodes.iter().any(|node| node.paddle == paddle);
    let mut edges: Vec<BidderEdge> = edges.into_values().filter(|edge| shown(edge.a) && shown(edge.b)).collect();
    edges.sort_by_key(|edge| (edge.since_n, edge.a, edge.b, edge.kind));
    edges.truncate(EDGES_MAX);
    (nodes, edges)
}

impl Drawn {
    fn take(&mut self, fact: &Facts) {
        match &fact.what {
            What::Seated { paddle, account } => {
                self.node(*paddle, fact.n);
                self.accounts.insert(*account, *paddle);
            }
            What::Deposit { paddle, payer, .. } => self.trace(EdgeKind::Payer, Some(*payer), *paddle, fact.n),
            What::Related { a, b, link, .. } if !matches!(link, Link::Staff | Link::StaffPerson) => {
                let sits = |account: &Uuid| self.accounts.get(account).copied();
                if let Some((a, b)) = sits(a).zip(sits(b)) {
                    self.edge(a, b, EdgeKind::Related, fact.n, 1);
                }
            }
            What::Unlinked { account } => {
                let gone = self.accounts.get(account).copied();
                let is_gone = |paddle: u32| Some(paddle) == gone;
                self.edges.retain(|(a, b, kind), _| *kind != EdgeKind::Related || !is_gone(*a) && !is_gone(*b));
            }
            What::Bid { paddle, leads, by_proxy, device, network, .. } => {
                self.node(*paddle, fact.n).bids += 1;
                self.traces(*paddle, *device, *network, fact.n);
                if *leads {
                    self.leader = Some(*paddle);
                }
                if !by_proxy {
                    self.turn(*paddle, fact.n);
                }
            }
            What::Offered { paddle, device, network } | What::Refused { paddle, device, network } => {
                self.node(*paddle, fact.n);
                self.traces(*paddle, *device, *network, fact.n);
            }
            _ => {}
        }
    }

    fn node(&mut self, paddle: u32, n: u64) -> &mut BidderNode {
        let fresh = BidderNode { paddle, bids: 0, leads: false, named: false, since_n: n };
        self.nodes.entry(paddle).or_insert(fresh)
    }

    fn traces(&mut self, paddle: u32, device: Option<u64>, network: Option<u64>, n: u64) {
        self.trace(EdgeKind::Device, device, paddle, n);
        self.trace(EdgeKind::Network, network, paddle, n);
    }

    fn trace(&mut self, kind: EdgeKind, value: Option<u64>, paddle: u32, n: u64) {
        let Some(value) = value else { return };
        let known = self.traces.entry((kind, value)).or_default();
        if known.contains(&paddle) {
            return;
        }
        // More than a picture holds share it: nothing is told apart by it any more.
        if known.len() < NODES_MAX {
            known.push(paddle);
        }
        for other in known.clone() {
            self.edge(other, paddle, kind, n, 1);
        }
    }

    fn turn(&mut self, paddle: u32, n: u64) {
        let Some(before) = self.last.replace(paddle).filter(|before| *before != paddle) else { return };
        let pair = (before.min(paddle), before.max(paddle));
        let count = self.answers.entry(pair).or_default();
        *count += 1;
        let count = *count;
        if count >= TURNS_MIN {
            self.edge(pair.0, pair.1, EdgeKind::Turns, n, count);
        }
    }

    fn edge(&mut self, a: u32, b: u32, kind: EdgeKind, n: u64, count: u32) {
        if a == b {
            return;
        }
        let (a, b) = (a.min(b), a.max(b));
        let fresh = BidderEdge { a, b, kind, since_n: n, count };
        self.edges.entry((a, b, kind)).or_insert(fresh).count = count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story() -> Vec<Facts> {
        let bid = |paddle, device| What::Bid {
            paddle,
            amount_minor: 1,
            leads: true,
            by_proxy: false,
            device: Some(device),
            network: Some(1),
        };
        let (ann, bo) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let whats = vec![
            What::Seated { paddle: 7, account: ann },
            What::Deposit { paddle: 7, payer: 5, branch: None, paid_at_ms: 0, credit: None, counted: true },
            What::Seated { paddle: 3, account: bo },
            What::Deposit { paddle: 3, payer: 5, branch: None, paid_at_ms: 0, credit: None, counted: true },
            What::Related { a: bo, b: ann, link: Link::Shareholding, records: None },
            bid(7, 70),
            bid(3, 30),
            bid(7, 70),
            bid(3, 30),
            bid(7, 30),
            bid(9, 90),
        ];
        let fact = |(n, what)| Facts { lot: Uuid::nil(), n: n as u64, at_ms: 0, what };
        whats.into_iter().enumerate().map(fact).collect()
    }

    #[test]
    fn a_thread_is_there_from_the_entry_that_shows_it() {
        let (nodes, edges) = network(&story(), &[7]);
        let seen: Vec<(u32, u32, EdgeKind, u64, u32)> =
            edges.iter().map(|edge| (edge.a, edge.b, edge.kind, edge.since_n, edge.count)).collect();
        assert_eq!(
            seen,
            [
                (3, 7, EdgeKind::Payer, 3, 1),
                (3, 7, EdgeKind::Related, 4, 1),
                (3, 7, EdgeKind::Network, 6, 1),
                (3, 7, EdgeKind::Device, 9, 1),
                (3, 7, EdgeKind::Turns, 9, 4),
                (3, 9, EdgeKind::Network, 10, 1),
                (7, 9, EdgeKind::Network, 10, 1),
            ]
        );
        let told: Vec<(u32, u32, bool, bool)> = nodes.iter().map(|n| (n.paddle, n.bids, n.leads, n.named)).collect();
        assert_eq!(told, [(3, 2, false, false), (7, 3, false, true), (9, 1, true, false)]);
    }

    #[test]
    fn a_crowd_is_cut_to_the_named_and_the_busiest() {
        let bid = |n: u64| Facts {
            lot: Uuid::nil(),
            n,
            at_ms: 0,
            what: What::Bid {
                paddle: n as u32,
                amount_minor: 1,
                leads: true,
                by_proxy: false,
                device: None,
                network: Some(1),
            },
        };
        let (nodes, edges) = network(&(1..=200).map(bid).collect::<Vec<_>>(), &[150]);
        assert_eq!(nodes.len(), NODES_MAX);
        assert!(nodes.iter().any(|node| node.paddle == 150) && nodes.iter().any(|node| node.paddle == 200));
        assert!(edges.len() <= EDGES_MAX);
    }
}
