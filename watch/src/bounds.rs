//! Every bound of the watch, with its reason. What goes over a bound is not looked at, and that is told (`blind`);
//! nothing else changes.

/// Live lots, some 6 KB each: far above a city's. The one published first is forgotten when one more comes.
pub const LOTS_MAX: usize = 65_536;
/// Paddles of one lot that are told apart: as many as a desk can give out.
pub const PADDLES_MAX: usize = 60_000;
/// Devices, networks and payers of one lot, each.
pub const TRACES_MAX: usize = PADDLES_MAX;
/// Bids of one lot looked back on: as many as are ever named as evidence.
pub const LOOK_BACK: usize = 32;
/// Things one rule says of one lot at one level: people have looked at the lot long since. What is left out is
/// counted and told; no rule takes another's place, and no yellow word a red one's.
pub const SPOKEN_MAX: usize = 256;
/// Of them, what one paddle brought: a browser that names itself anew with each command must not take all places.
pub const TRACES_EACH_MAX: u8 = u8::MAX;
/// Paddles on one device or network: each of the first few is put beside the others; then it is a crowd, and of a
/// network spoken of once for each doubling, until it is the whole hall.
pub const USERS_FEW: usize = 6;
pub const USERS_MAX: usize = 7 << 4;
/// Pairs of one lot with a weak sign against them.
pub const SIGNS_MAX: usize = 256;
/// Deposits and withdrawals of one lot looked back on.
pub const RECENT_MAX: usize = 64;
/// Sealed prices of one lot compared with each other.
pub const OPENED_MAX: usize = 256;
/// Bidders whose sealed prices are paired across lots; a lot with more is compared within itself alone.
pub const PAIRED_MAX: usize = 32;
/// Known links between accounts.
pub const LINKS_MAX: usize = 262_144;
/// Links followed from one account.
pub const LINKS_EACH_MAX: usize = 256;
/// Accounts of one lot that a newcomer is compared with on the register: the first that came.
pub const SEATS_MAX: usize = 256;
/// Lots one account sits in that a new link is checked against.
pub const SEATS_EACH_MAX: usize = 256;
/// Bidders × grantors, and pairs of bidders, remembered across lots; the oldest goes first.
pub const ACROSS_MAX: usize = 65_536;
/// Winners of closed lots, for a result that is set aside later.
pub const CLOSED_MAX: usize = 65_536;
/// Entries named as evidence of one alert.
pub const EVIDENCE_MAX: usize = 32;
