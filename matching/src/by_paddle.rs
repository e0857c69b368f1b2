//! A value for each paddle.

use crate::money::Paddle;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Paddles found by table; a hall's have three digits. Higher ones are searched for.
pub(crate) const LOW_MAX: u32 = 1_024;

/// Nobody's value is the default one. Low paddles stand in a table, since a tree touches a cold line of
/// memory at each step.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ByPaddle<T> {
    low: Vec<T>,
    high: BTreeMap<Paddle, T>,
}

impl<T: Copy + Default> ByPaddle<T> {
    pub fn get(&self, paddle: Paddle) -> T {
        let found = if paddle.0 < LOW_MAX { self.low.get(paddle.0 as usize) } else { self.high.get(&paddle) };
        found.copied().unwrap_or_default()
    }

    pub fn slot(&mut self, paddle: Paddle) -> &mut T {
        if paddle.0 >= LOW_MAX {
            return self.high.entry(paddle).or_default();
        }
        let at = paddle.0 as usize;
        if self.low.len() <= at {
            self.low.resize(at + 1, T::default());
        }
        &mut self.low[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_paddle_has_its_own_value_whatever_its_height() {
        let mut table = ByPaddle::default();
        let paddles = [0, 1, 100, 999, 1_023, 1_024, 5_000, u32::MAX].map(Paddle);
        for (value, paddle) in (1_u32..).zip(paddles) {
            assert_eq!(table.get(paddle), 0);
            *table.slot(paddle) = value;
        }
        for (value, paddle) in (1_u32..).zip(paddles) {
            assert_eq!(table.get(paddle), value);
        }
        assert_eq!(table.get(Paddle(1_025)), 0);
    }
}
