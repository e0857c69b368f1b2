//! The demonstration's 网上监督 and 网上执法: steps past their limits with their cards, orders to centers, alerts of
//! real bids, and cases from them to their end. What happens today goes through the public doors, each act by
//! somebody with a token of his; only what must have begun weeks ago is dated by hand.

mod bids;
mod cards;
mod cases;
mod doors;
mod orders;
mod past;

use crate::app::App;
use crate::error::ApiResult;
use doors::Doors;

/// After the people, the lots and the enforcement agency.
pub async fn fill(app: &App) -> ApiResult<()> {
    let doors = Doors::new(app);
    past::fill(app).await?;
    let alerts = bids::fill(&doors).await?;
    orders::fill(&doors).await?;
    cases::fill(&doors, &alerts).await?;
    cards::fill(&doors).await
}
