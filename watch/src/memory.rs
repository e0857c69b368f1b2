//! What outlives a lot: links between accounts, who sits where, habits of a bidder, winners. All of it bounded.

use crate::bounds::{ACROSS_MAX, CLOSED_MAX, LINKS_EACH_MAX, LINKS_MAX, SEATS_EACH_MAX};
use crate::facts::Link;
use crate::keys::{Lately, Table};
use crate::rules::blind::Beyond;
use crate::rules::{cover::Beside, ratio::Ratio, shill::Favour, step::Habit};
use uuid::Uuid;

pub struct Memory {
    links: Table<Uuid, Vec<Known>>,
    links_count: usize,
    seats: Table<Uuid, Vec<Uuid>>,
    /// Bidder and grantor.
    pub favours: Lately<(Uuid, u64), Favour>,
    pub habits: Lately<Uuid, Habit>,
    /// Two bidders, the smaller account first.
    pub ratios: Lately<(Uuid, Uuid), Ratio>,
    pub besides: Lately<(Uuid, Uuid), Beside>,
    /// Lots an account opened a price in.
    pub offered: Lately<Uuid, u32>,
    pub winners: Lately<Uuid, Winner>,
    /// Sold lots of a grantor that an account bid in, of all it bid in; and of all lots.
    joined: Lately<Uuid, u32>,
    sold: Lately<u64, u32>,
    sold_all: u32,
}

/// Whom an account hangs together with, and how.
pub type Known = (Uuid, Link);

/// Who won a lot that is closed, and whether that was set aside.
#[derive(Default)]
pub struct Winner {
    pub paddle: Option<u32>,
    /// Nil where it is not known who sat behind it.
    pub account: Uuid,
    pub n: u64,
    pub is_annulled: bool,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            links: Table::default(),
            links_count: 0,
            seats: Table::default(),
            favours: Lately::of(ACROSS_MAX),
            habits: Lately::of(ACROSS_MAX),
            ratios: Lately::of(ACROSS_MAX),
            besides: Lately::of(ACROSS_MAX),
            offered: Lately::of(ACROSS_MAX),
            winners: Lately::of(CLOSED_MAX),
            joined: Lately::of(ACROSS_MAX),
            sold: Lately::of(ACROSS_MAX),
            sold_all: 0,
        }
    }
}

impl Memory {
    pub fn link(&mut self, a: Uuid, b: Uuid, link: Link) {
        for (one, other) in [(a, b), (b, a)] {
            // The barred one is the one who works there; the center itself does not bid.
            if matches!(link, Link::Staff | Link::StaffPerson) && one == b {
                continue;
            }
            let known = self.links.entry(one).or_default();
            let fits = known.len() < LINKS_EACH_MAX && self.links_count < LINKS_MAX;
            if fits && !known.contains(&(other, link)) {
                known.push((other, link));
                self.links_count += 1;
            }
        }
    }

    /// Forgets how an account hangs together with others.
    pub fn unlink(&mut self, account: &Uuid) {
        let known = self.links.remove(account).unwrap_or_default();
        self.links_count -= known.len();
        for (other, ..) in known {
            let Some(back) = self.links.get_mut(&other) else { continue };
            let before = back.len();
            back.retain(|(to, ..)| to != account);
            self.links_count -= before - back.len();
            if back.is_empty() {
                self.links.remove(&other);
            }
        }
    }

    pub fn links(&self, account: &Uuid) -> &[Known] {
        self.links.get(account).map_or(&[], Vec::as_slice)
    }

    /// Whether more links of this account were told than are kept, or may have been.
    pub fn links_beyond(&self, account: &Uuid) -> Option<Beyond> {
        if self.links(account).len() == LINKS_EACH_MAX {
            return Some(Beyond::LinksOfOne);
        }
        (self.links_count == LINKS_MAX).then_some(Beyond::Links)
    }

    /// Whether he has room for one more lot.
    pub fn sit(&mut self, account: Uuid, lot: Uuid) -> bool {
        let lots = self.seats.entry(account).or_default();
        if lots.contains(&lot) {
            return true;
        }
        let fits = lots.len() < SEATS_EACH_MAX;
        if fits {
            lots.push(lot);
        }
        fits
    }

    pub fn stand(&mut self, account: &Uuid, lot: &Uuid) {
        if let Some(lots) = self.seats.get_mut(account) {
            lots.retain(|seat| seat != lot);
            if lots.is_empty() {
                self.seats.remove(account);
            }
        }
    }

    /// The live lots an account sits in, in the order it sat down.
    pub fn seats(&self, account: &Uuid) -> &[Uuid] {
        self.seats.get(account).map_or(&[], Vec::as_slice)
    }

    pub fn joined(&mut self, account: Uuid) {
        *self.joined.entry(account) += 1;
    }

    pub fn sold(&mut self, grantor: u64) {
        *self.sold.entry(grantor) += 1;
        self.sold_all += 1;
    }

    /// The chance that a bidder who does not care whose a lot is would have met this grantor in `lots` or more
    /// of the lots it bid in. Where one grantor sells nearly all there is, that chance is 1 and says nothing.
    pub fn concentration(&self, account: &Uuid, grantor: u64, lots: usize) -> f64 {
        let joined = self.joined.get(account).map_or(0, |joined| *joined as usize).max(lots);
        let share = self.sold.get(&grantor).map_or(0.0, |sold| f64::from(*sold) / f64::from(self.sold_all.max(1)));
        let mut term = (1.0 - share).powi(joined as i32);
        if term <= 0.0 {
            return 1.0;
        }
        let mut under = 0.0;
        for met in 0..lots {
            under += term;
            term *= (joined - met) as f64 / (met + 1) as f64 * share / (1.0 - share);
        }
        (1.0 - under).max(0.0)
    }
}
