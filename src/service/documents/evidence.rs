//! 存证: what the transparency log vouches for when a sale is confirmed on paper. It dates the printing, not
//! the fact: a later checkpoint makes no new version.

use super::paper::Part;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use uuid::Uuid;

/// The signed state of the log that holds a sale's last leaf.
pub struct Evidence {
    /// A note as the log signed it, with every cosignature it carries.
    pub checkpoint: String,
    /// Number of the leaf of the hammer.
    pub leaf: u64,
}

/// Of a closed lot; `None` where its end is no leaf.
pub fn of(app: &App, lot: Uuid) -> ApiResult<Option<Evidence>> {
    let Some(seq) = app.feed.look(lot, |replica| replica.book.seq()) else { return Ok(None) };
    let receipt = app.log.receipt(lot, seq).map_err(|fault| {
        tracing::error!(?fault, %lot, "no proof of a sale");
        ApiError::internal()
    })?;
    Ok(receipt.map(|receipt| Evidence { checkpoint: receipt.checkpoint.to_string(), leaf: receipt.index }))
}

impl Evidence {
    /// The log's own lines: origin, size, root, and who signed.
    pub fn parts(&self) -> Vec<Part> {
        let mut lines = self.checkpoint.lines();
        let mut next = || lines.next().unwrap_or_default().to_string();
        let (origin, size, root) = (next(), next(), next());
        let row = |label: &str, value: String| Part::Row(label.into(), value);
        let mut parts = vec![
            Part::Heading("公开存证".into()),
            row("日志", origin),
            row("成交记录", format!("第{}条，共{size}条", self.leaf + 1)),
            row("检查点根值", root),
        ];
        let signed = lines.filter_map(|line| line.strip_prefix("— ")).map(|line| row("签名与共签", line.into()));
        parts.extend(signed);
        parts
    }
}
