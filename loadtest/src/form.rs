//! The two forms of a tape, and the terms a lot needs to be auctioned that way again.

use rust_decimal::Decimal;

use crate::stage::{ProxyRule, Terms};
use crate::wire::Wish;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Ascending lots of standing maxima: `lot,at_ms,bidder,proxy_max,open_bid,final_price,…`.
    Proxies,
    /// Descending lots of open bids: `lot,at_s,bidder,amount,…,winner`.
    Descending,
}

impl Form {
    pub fn scale(self) -> u32 {
        match self {
            Form::Proxies => 2,
            Form::Descending => 4,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Form::Proxies => "ascending, proxies",
            Form::Descending => "descending, open bids",
        }
    }

    /// What a row of the tape asks.
    pub fn wish(self) -> Wish {
        match self {
            Form::Proxies => Wish::Proxy,
            Form::Descending => Wish::Bid,
        }
    }

    pub fn terms(self, start_price: Decimal) -> Terms {
        let scale = self.scale();
        match self {
            Form::Proxies => Terms {
                scale,
                direction: "ascending",
                rule: "at_least",
                bands: increments(),
                start_price,
                proxy: ProxyRule::Visible,
                self_outbid: true,
                sliding_ms: None,
            },
            Form::Descending => Terms {
                scale,
                direction: "descending",
                rule: "own",
                bands: vec![(Decimal::ZERO, Decimal::new(1, scale))],
                start_price,
                proxy: ProxyRule::None,
                self_outbid: true,
                sliding_ms: None,
            },
        }
    }
}

/// The recorded site's increments, in hundredths: from this price on, this step.
fn increments() -> Vec<(Decimal, Decimal)> {
    const BANDS: [(i64, i64); 10] = [
        (0, 5),
        (100, 25),
        (500, 50),
        (2_500, 100),
        (10_000, 250),
        (25_000, 500),
        (50_000, 1_000),
        (100_000, 2_500),
        (250_000, 5_000),
        (500_000, 10_000),
    ];
    BANDS.iter().map(|&(from, step)| (Decimal::new(from, 2), Decimal::new(step, 2))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_increment_is_the_band_s_the_price_is_in() {
        let bands = increments();
        let step = |price: i64| {
            let price = Decimal::new(price, 2);
            let band = bands.iter().rev().find(|(from, _)| *from <= price);
            band.map(|(_, step)| step.to_string())
        };
        let cases = [
            (0, "0.05"),
            (99, "0.05"),
            (100, "0.25"),
            (499, "0.25"),
            (2499, "0.50"),
            (9999, "1.00"),
            (24999, "2.50"),
            (25000, "5.00"),
            (99999, "10.00"),
            (249_999, "25.00"),
            (499_999, "50.00"),
            (500_000, "100.00"),
        ];
        for (price, wanted) in cases {
            assert_eq!(step(price).as_deref(), Some(wanted), "{price}");
        }
    }
}
