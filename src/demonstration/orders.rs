//! Orders of today: one acknowledged and answered, one that waits.

use super::doors::Doors;
use crate::error::{ApiError, ApiResult};
use serde_json::{Value, json};
use uuid::Uuid;

pub async fn fill(doors: &Doors) -> ApiResult<()> {
    let page = doors.get("city.clerk1", "/api/dispatch/orders").await?;
    let no = page["items"][0]["no"].as_i64().ok_or_else(ApiError::internal)?;
    let acts = format!("/api/dispatch/orders/{no}/acts");
    doors.post("city.clerk1", &acts, json!({"act": "acknowledge"})).await?;
    let said = "宗地图已补充上传，并在更正公告中说明";
    doors.post("city.clerk1", &acts, json!({"act": "answer", "note": said})).await?;

    let centers = doors.get("supervisor", "/api/dispatch/centers").await?;
    let longgang = centers.as_array().and_then(|all| all.iter().find(|center| center["code"] == "440307"));
    let center = longgang.map(|center| center["id"].clone()).unwrap_or(Value::Null);
    let words = "请于两日内报送本月保证金退还台账";
    let order = json!({"key": Uuid::new_v4(), "kind": "explain", "center": center, "words": words, "limit": {"wd": 2}});
    doors.post("supervisor2", "/api/dispatch/orders", order).await?;
    Ok(())
}
