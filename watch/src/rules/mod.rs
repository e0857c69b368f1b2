//! The rules, a file each: what it looks at, what it keeps of a lot, when it speaks and in what words.

pub mod alternating;
pub mod blind;
pub mod cover;
pub mod leaving;
pub mod money;
pub mod premium;
pub mod prices;
pub mod ratio;
pub mod related;
pub mod review;
pub mod shill;
pub mod speed;
pub mod step;
pub mod tempo;
pub mod together;
pub mod traces;

/// What the rules keep of a live lot.
#[derive(Default)]
#[repr(C)]
pub struct Kept {
    pub prices: prices::Prices,
    pub traces: traces::Traces,
    pub money: money::Money,
    pub leaving: leaving::Leaving,
    pub review: review::Review,
    pub signs: together::Signs,
}
