//! A look at a server that was killed and started again: is all there that it ever told?

use std::time::Duration;

use crate::client::Api;
use crate::clock;
use crate::fault::Fault;
use crate::findings;
use crate::house::{House, Lot, Seat};
use crate::judge::{self, Judge, Known};
use crate::report::CrashReport;
use crate::settle::settled;
use crate::wire::BidRow;

/// The public record is written after the reply; if it does not move for this long, it is judged
/// as it stands.
const RECORD_WAIT_MAX: Duration = Duration::from_secs(10);
const RECORD_LOOK_EVERY: Duration = Duration::from_millis(20);

/// Lots and standing maxima as they are shown now. A bidder's own reply may overtake the public
/// feed by a moment; what was acknowledged before a kill may not be missing for longer than that.
pub async fn states(api: &Api, house: &House, judge: &Judge, report: &mut CrashReport) -> Result<(), Fault> {
    for lot in &house.lots {
        let Some(known) = judge.lot(&lot.id) else { continue };
        if let Err(difference) = settled(async || Ok(known.check_state(&api.state(&lot.id).await?))).await? {
            report.states.add(format!("lot {}: {difference}", lot.id));
        }
    }
    for Seat { person, lot, paddle } in &house.seats {
        let Some(told) = judge.lot(&lot.id).and_then(|known| known.maximum(*paddle)) else { continue };
        let held = async || Ok(judge::check_maximum(told, person.you(&lot.id).await?.proxy_max));
        if let Err(difference) = settled(held).await? {
            report.lost_proxies.add(format!("lot {} paddle {paddle}: {difference}", lot.id));
        }
    }
    Ok(())
}

/// The public record of each lot after the number it was judged up to. Every reply must be in.
pub async fn records(
    api: &Api,
    house: &House,
    judge: &Judge,
    judged_up_to: &mut [u64],
    report: &mut CrashReport,
) -> Result<(), Fault> {
    for (lot, judged_up_to) in house.lots.iter().zip(judged_up_to) {
        let Some(known) = judge.lot(&lot.id) else { continue };
        if let Some(last) = record(api, lot, known, *judged_up_to, report).await? {
            *judged_up_to = last;
        }
    }
    Ok(())
}

/// The last number of a lot's record, if it has any after `after_seq`.
async fn record(
    api: &Api,
    lot: &Lot,
    known: &Known,
    after_seq: u64,
    report: &mut CrashReport,
) -> Result<Option<u64>, Fault> {
    let told = known.told(after_seq);
    let state = api.state(&lot.id).await?;
    let reach = if told.is_empty() { 0 } else { state.seq };
    let record = read(api, lot, after_seq, reach).await?;
    report.findings.note(&lot.id, &told, |paddle| known.maximum(paddle), &record);
    let Some(last) = record.last() else { return Ok(None) };
    if let Err(difference) = findings::check_end(&state, last, lot.terms.sliding_ms) {
        report.states.add(format!("lot {}: {difference}", lot.id));
    }
    Ok(Some(last.seq))
}

/// Waits for the record to reach a number, as long as it still grows.
async fn read(api: &Api, lot: &Lot, after_seq: u64, reach: u64) -> Result<Vec<BidRow>, Fault> {
    let mut record: Vec<BidRow> = Vec::new();
    let mut last = after_seq;
    let mut grew_at = clock::now();
    loop {
        let page = api.bids(&lot.id, last).await?.items;
        if let Some(row) = page.last() {
            last = row.seq;
            grew_at = clock::now();
            record.extend(page);
        } else if last >= reach || grew_at.elapsed() >= RECORD_WAIT_MAX {
            return Ok(record);
        } else {
            tokio::time::sleep(RECORD_LOOK_EVERY).await;
        }
    }
}
