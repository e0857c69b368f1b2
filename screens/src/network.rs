//! Who meets whom over many lots: the network of bidders (竞买人关系网络), its groups, and whether wins go round
//! inside them. A group is a place to look, not a finding: people who want the same land meet often.

use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use petgraph::visit::{EdgeRef, NodeIndexable};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Two bidders are linked from so many lots together on.
pub const TOGETHER_MIN: u32 = 3;
/// And only if they meet in at least this share of the lots of the one who bids less: large bidders meet everybody.
pub const SHARE_MIN: f64 = 0.5;
/// Lots of more bidders link nobody: pairs grow with the square, and rings are small.
pub const BIDDERS_MAX: usize = 40;
/// Groups and links told, the most notable first.
pub const GROUPS_MAX: usize = 50;
pub const LINKS_MAX: usize = 2_000;
/// Rounds in which labels settle; they rarely take ten.
const ROUNDS_MAX: usize = 50;

/// Wins inside a group before its turns are told from chance.
const WINS_MIN: usize = 10;

/// One closed lot and its final offers, in the order of closing.
#[derive(Clone, Debug)]
pub struct Meeting {
    pub offers: Vec<Stake>,
}

#[derive(Clone, Debug)]
pub struct Stake {
    pub bidder: String,
    pub price: f64,
    pub won: bool,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Network {
    pub lots: usize,
    pub bidders: usize,
    /// Those in a link or a group told.
    pub members: Vec<Member>,
    pub links: Vec<Link>,
    pub groups: Vec<Group>,
}

/// Two who meet often.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Link {
    pub between: [String; 2],
    /// Lots together, and that over the lots of the one who bids less.
    pub together: u32,
    pub share: f64,
    /// Lots together that one of them won.
    pub won: [u32; 2],
    /// Of those lots one behind another, the share where the winner changed; none below two.
    pub turns: Option<f64>,
    /// Mean distance of their prices over the mean of the two.
    pub distance: f64,
}

/// Bidders who meet one another more than others.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Group {
    pub members: Vec<String>,
    /// Lots where two or more of them met, and those of them that a member won.
    pub lots: u32,
    pub won_inside: u32,
    /// How evenly the members share these wins: 0 one has all, 1 all have alike (entropy over its greatest).
    pub evenness: f64,
    /// Of wins one behind another, the share where the winner changed, and what chance alone would give.
    pub turns: f64,
    pub turns_by_chance: f64,
    /// 轮流中标: won inside × evenness × turns beyond chance; 1 is a ring that goes round without a miss, 0 what equals do
    /// by chance, or fewer than ten wins.
    pub rotation: f64,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Member {
    pub bidder: String,
    /// Lots he bid on, and won, in all.
    pub lots: u32,
    pub won: u32,
}

#[derive(Default)]
struct Pair {
    together: u32,
    won: [u32; 2],
    last: Option<usize>,
    changed: u32,
    distance: f64,
}

/// The network of lots closed one behind another.
pub fn network(meetings: &[Meeting]) -> Network {
    let counted: Vec<&Meeting> = meetings.iter().filter(|one| one.offers.len() <= BIDDERS_MAX).collect();
    let mut members: BTreeMap<&str, Member> = BTreeMap::new();
    let mut pairs: BTreeMap<[&str; 2], Pair> = BTreeMap::new();
    for meeting in &counted {
        let mut offers: Vec<&Stake> = meeting.offers.iter().collect();
        offers.sort_by(|one, other| one.bidder.cmp(&other.bidder));
        // A bidder who won with one of several offers has won.
        offers.dedup_by(|later, kept| later.bidder == kept.bidder);
        for (at, one) in offers.iter().enumerate() {
            let member =
                members.entry(&one.bidder).or_insert_with(|| Member { bidder: one.bidder.clone(), lots: 0, won: 0 });
            member.lots += 1;
            member.won += u32::from(one.won);
            for other in &offers[at + 1..] {
                pairs.entry([&one.bidder, &other.bidder]).or_default().meet(one, other);
            }
        }
    }
    let links: Vec<Link> = pairs.into_iter().filter_map(|(between, pair)| pair.link(between, &members)).collect();
    let groups = groups(&links, &counted);
    let mut told = links;
    told.sort_by(|one, other| other.share.total_cmp(&one.share).then(other.together.cmp(&one.together)));
    told.truncate(LINKS_MAX);
    let named: BTreeSet<&String> =
        told.iter().flat_map(|link| &link.between).chain(groups.iter().flat_map(|group| &group.members)).collect();
    let bidders = members.len();
    let known = members.into_values().filter(|member| named.contains(&member.bidder)).collect();
    Network { lots: counted.len(), bidders, members: known, links: told, groups }
}

impl Pair {
    fn meet(&mut self, one: &Stake, other: &Stake) {
        self.together += 1;
        let middle = (one.price + other.price) / 2.0;
        if middle > 0.0 {
            self.distance += (one.price - other.price).abs() / middle;
        }
        let winner = match (one.won, other.won) {
            (true, false) => 0,
            (false, true) => 1,
            _ => return,
        };
        self.won[winner] += 1;
        self.changed += u32::from(self.last.is_some_and(|last| last != winner));
        self.last = Some(winner);
    }

    fn link(self, between: [&str; 2], members: &BTreeMap<&str, Member>) -> Option<Link> {
        let fewer = between.iter().map(|bidder| members[bidder].lots).min()?;
        let share = f64::from(self.together) / f64::from(fewer);
        let wins = self.won[0] + self.won[1];
        (self.together >= TOGETHER_MIN && share >= SHARE_MIN).then(|| Link {
            between: between.map(String::from),
            together: self.together,
            share,
            won: self.won,
            turns: (wins >= 2).then(|| f64::from(self.changed) / f64::from(wins - 1)),
            distance: self.distance / f64::from(self.together),
        })
    }
}

/// Communities by labels that spread along links, weighed by lots together (Raghavan et al. 2007), inside each
/// connected part; bidders take their turns in order and the smallest of equal labels wins, so the same lots give
/// the same groups.
fn groups(links: &[Link], meetings: &[&Meeting]) -> Vec<Group> {
    let mut graph: UnGraph<&str, f64> = UnGraph::new_undirected();
    let mut nodes: BTreeMap<&str, NodeIndex> = BTreeMap::new();
    for link in links {
        let [one, other] = link
            .between
            .each_ref()
            .map(|bidder| *nodes.entry(bidder.as_str()).or_insert_with(|| graph.add_node(bidder.as_str())));
        graph.add_edge(one, other, f64::from(link.together) * link.share);
    }
    let mut parts = UnionFind::<usize>::new(graph.node_bound());
    graph.edge_references().for_each(|edge| {
        parts.union(edge.source().index(), edge.target().index());
    });
    let mut label: Vec<usize> = (0..graph.node_bound()).collect();
    for _ in 0..ROUNDS_MAX {
        let mut settled = true;
        for node in nodes.values() {
            let mut pull: BTreeMap<usize, f64> = BTreeMap::new();
            for edge in graph.edges(*node) {
                let other = if edge.source() == *node { edge.target() } else { edge.source() };
                *pull.entry(label[other.index()]).or_default() += edge.weight();
            }
            let most = pull.values().copied().fold(0.0, f64::max);
            let own = label[node.index()];
            let stays = pull.get(&own).is_some_and(|weight| *weight == most);
            if let Some(new) = pull.iter().find(|(_, weight)| **weight == most).map(|(label, _)| *label)
                && !stays
            {
                label[node.index()] = new;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    let mut together: BTreeMap<(usize, usize), BTreeSet<&str>> = BTreeMap::new();
    for (bidder, node) in &nodes {
        together.entry((parts.find(node.index()), label[node.index()])).or_default().insert(*bidder);
    }
    let mut groups: Vec<Group> =
        together.into_values().filter(|inside| inside.len() > 1).map(|inside| Group::of(&inside, meetings)).collect();
    groups.sort_by(|one, other| other.rotation.total_cmp(&one.rotation).then(other.lots.cmp(&one.lots)));
    groups.truncate(GROUPS_MAX);
    groups
}

impl Group {
    fn of(inside: &BTreeSet<&str>, meetings: &[&Meeting]) -> Group {
        let (mut lots, mut winners) = (0, Vec::new());
        for meeting in meetings {
            let own = || meeting.offers.iter().filter(|one| inside.contains(one.bidder.as_str()));
            let met: BTreeSet<&str> = own().map(|one| one.bidder.as_str()).collect();
            if met.len() > 1 {
                lots += 1;
                winners.extend(own().find(|one| one.won).map(|one| one.bidder.as_str()));
            }
        }
        let mut wins: BTreeMap<&str, f64> = BTreeMap::new();
        winners.iter().for_each(|winner| *wins.entry(winner).or_default() += 1.0);
        let all = winners.len().max(1) as f64;
        let entropy: f64 = wins.values().map(|won| -(won / all) * (won / all).ln()).sum();
        let evenness = entropy / (inside.len() as f64).ln();
        let changed = winners.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let turns = changed as f64 / (winners.len().max(2) - 1) as f64;
        // Two wins drawn from the same ones, in any order.
        let same: f64 = wins.values().map(|won| won * (won - 1.0)).sum();
        let turns_by_chance = if winners.len() < 2 { 0.0 } else { 1.0 - same / (all * (all - 1.0)) };
        let beyond_chance = match winners.len() < WINS_MIN || turns_by_chance >= 1.0 {
            true => 0.0,
            false => ((turns - turns_by_chance) / (1.0 - turns_by_chance)).max(0.0),
        };
        let won_share = winners.len() as f64 / f64::from(lots.max(1));
        Group {
            members: inside.iter().map(|bidder| (*bidder).to_string()).collect(),
            lots,
            won_inside: winners.len() as u32,
            evenness,
            turns,
            turns_by_chance,
            rotation: won_share * evenness * beyond_chance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first wins.
    fn lot(bidders: &[&str]) -> Meeting {
        let stake = |(at, bidder): (usize, &&str)| Stake {
            bidder: (*bidder).to_string(),
            price: 100.0 - 10.0 * at as f64,
            won: at == 0,
        };
        Meeting { offers: bidders.iter().enumerate().map(stake).collect() }
    }

    #[test]
    fn a_ring_whose_wins_go_round_stands_first() {
        let mut lots = Vec::new();
        for round in 0..4 {
            for winner in 0..3 {
                let ring = ["a", "b", "c"];
                lots.push(lot(&[ring[winner], ring[(winner + 1) % 3], ring[(winner + 2) % 3], "z"]));
            }
            // Two who meet as often, where one always wins.
            lots.push(lot(&["x", "y"]));
            lots.push(lot(&[["q", "r", "s", "t"][round], "z"]));
        }
        // Everybody meets z; he meets nobody in half of anybody's lots but the ring's.
        let found = network(&lots);
        assert_eq!((found.lots, found.bidders), (20, 10));
        let ring = &found.groups[0];
        assert_eq!(ring.members, ["a", "b", "c", "z"]);
        assert_eq!((ring.lots, ring.won_inside, ring.turns), (12, 12, 1.0));
        // Entropy of three alike over that of four members.
        assert!((ring.evenness - 3.0_f64.ln() / 4.0_f64.ln()).abs() < 1e-12);
        assert!((ring.rotation - ring.evenness).abs() < 1e-12);
        // Twelve wins, four each: another's is drawn next with 8 of 11.
        assert!((ring.turns_by_chance - 8.0 / 11.0).abs() < 1e-12);
        let pair = &found.groups[1];
        assert_eq!((pair.members[0].as_str(), pair.rotation, pair.turns), ("x", 0.0, 0.0));
    }

    #[test]
    fn equals_who_win_by_chance_are_no_ring() {
        let mut chance = crate::chance::Chance(5);
        let firms = ["a", "b", "c", "d", "e"];
        let honest: Vec<Meeting> = (0..60)
            .map(|_| {
                let first = chance.below(firms.len());
                lot(&[firms[first], firms[(first + 1) % 5], firms[(first + 2) % 5], firms[(first + 3) % 5]])
            })
            .collect();
        let by_chance = network(&honest).groups[0].clone();
        assert!(by_chance.turns > 0.6 && by_chance.rotation < 0.3, "{by_chance:?}");
        let few: Vec<Meeting> =
            (0..WINS_MIN - 1).map(|n| lot(&[firms[n % 3], firms[(n + 1) % 3], firms[(n + 2) % 3]])).collect();
        assert_eq!(network(&few).groups[0].rotation, 0.0, "too few to tell");
    }

    #[test]
    fn a_link_counts_turns_and_distance() {
        let lots = [lot(&["a", "b"]), lot(&["b", "a"]), lot(&["b", "a"]), lot(&["a", "b"])];
        let found = network(&lots);
        let link = &found.links[0];
        assert_eq!((link.together, link.share, link.won), (4, 1.0, [2, 2]));
        assert_eq!(link.turns, Some(2.0 / 3.0));
        assert!((link.distance - 10.0 / 95.0).abs() < 1e-12);
        assert_eq!(network(&lots), found, "the same lots, the same network");
    }

    #[test]
    fn those_who_met_twice_or_in_a_crowd_are_not_linked() {
        assert!(network(&[lot(&["a", "b"]), lot(&["b", "a"])]).links.is_empty());
        let names: Vec<String> = (0..=BIDDERS_MAX).map(|n| n.to_string()).collect();
        let crowd: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = network(&[lot(&crowd), lot(&crowd), lot(&crowd)]);
        assert_eq!(found, Network::default());
    }

    #[test]
    fn two_circles_joined_by_one_pair_stay_two_groups() {
        let mut lots = Vec::new();
        for _ in 0..6 {
            lots.extend([lot(&["a", "b", "c"]), lot(&["d", "e", "f"])]);
        }
        lots.extend([lot(&["c", "d"]), lot(&["c", "d"]), lot(&["d", "c"])]);
        let found = network(&lots);
        let sizes: Vec<usize> = found.groups.iter().map(|group| group.members.len()).collect();
        assert_eq!(sizes, [3, 3]);
    }
}
