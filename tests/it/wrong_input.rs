//! Wrong input gets a coded answer in two languages, and the floor goes on.

use crate::house::{Server, draft, open_lot};
use serde_json::{Value, json};

#[test]
fn every_kind_of_wrong_frame_is_answered_and_the_next_bid_is_taken() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann], draft("W-1", 3_600_000));
    let key = uuid::Uuid::new_v4().to_string();
    let bid = |amount: Value| json!({"type": "bid", "lot": lot, "key": key, "amount": amount}).to_string();
    let mut socket = ann.socket();
    for (text, code) in [
        ("not json".to_string(), "BAD_FRAME"),
        ("{}".to_string(), "BAD_FRAME"),
        ("[]".to_string(), "BAD_FRAME"),
        (json!({"type": "steal"}).to_string(), "BAD_FRAME"),
        (json!({"type": "bid", "lot": 7}).to_string(), "BAD_FRAME"),
        (json!({"type": "ping", "at": 1e300}).to_string(), "BAD_FRAME"),
        (bid(json!(1000)), "BAD_FRAME"),
        (bid(json!("lots")), "BAD_AMOUNT"),
        (bid(json!("")), "BAD_AMOUNT"),
        (bid(json!("1e9")), "BAD_AMOUNT"),
        (bid(json!("1000.001")), "AMOUNT_TOO_PRECISE"),
        (bid(json!("-1000.00")), "AMOUNT_OUT_OF_RANGE"),
        (bid(json!("99999999999999999999")), "AMOUNT_OUT_OF_RANGE"),
        (bid(json!("9".repeat(200))), "BAD_AMOUNT"),
        (bid(json!("9".repeat(5_000))), "FRAME_TOO_LARGE"),
        (json!({"type": "watch", "lot": key}).to_string(), "UNKNOWN_LOT"),
        (json!({"type": "bid", "lot": key, "key": key, "amount": "1.00"}).to_string(), "UNKNOWN_LOT"),
        (json!({"type": "supervise"}).to_string(), "FORBIDDEN"),
    ] {
        socket.send_text(text.clone());
        let error = socket.until("error");
        assert_eq!(error["code"], code, "{text}: {error}");
        assert!(error["zh"].as_str().is_some_and(|zh| !zh.is_empty()) && error["en"].as_str().is_some());
    }
    assert_eq!(socket.bid(&lot, "1000.00")["accepted"], true);
    socket.close();
}

#[test]
fn without_a_good_token_nobody_bids() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann], draft("W-2", 3_600_000));
    let bid = json!({"type": "bid", "lot": lot, "key": uuid::Uuid::new_v4(), "amount": "1000.00"});
    let mut stranger = server.anyone().socket();
    stranger.send(bid.clone());
    assert_eq!(stranger.until("error")["code"], "NOT_SIGNED_IN");
    for token in ["", "x.y.z", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."] {
        stranger.send(json!({"type": "hello", "token": token}));
        assert_eq!(stranger.until("error")["code"], "TOKEN_INVALID");
    }
    let mut clerk = writes.socket();
    clerk.send(bid);
    assert_eq!(clerk.until("error")["code"], "FORBIDDEN");
    let no_seat = server.person("bo", "bidder").socket().bid(&lot, "1000.00");
    assert_eq!(no_seat["code"], "NOT_ADMITTED");
}

#[test]
fn another_sites_page_opens_no_socket() {
    use tungstenite::client::IntoClientRequest;
    let server = Server::start();
    for (origin, opens) in [
        ("https://evil.example".to_string(), false),
        ("null".to_string(), false),
        (format!("http://{}", server.host), true),
    ] {
        let mut request = format!("ws://{}/api/socket", server.host).into_client_request().expect("a request");
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
        assert_eq!(tungstenite::connect(request).is_ok(), opens, "{origin}");
    }
}

#[test]
fn wrong_requests_name_the_field() {
    let server = Server::start();
    let clerk = server.person("c1", "clerk");
    let spoilt = |change: fn(&mut Value)| {
        let mut lot = draft("W-3", 1_000);
        change(&mut lot);
        clerk.call("POST", "/api/desk/lots", lot)
    };
    for (answer, code, field) in [
        (spoilt(|lot| lot["number"] = json!("")), "BAD_REQUEST", "number"),
        (spoilt(|lot| lot["terms"]["start_price"] = json!("1.001")), "AMOUNT_TOO_PRECISE", "terms.start_price"),
        (spoilt(|lot| lot["terms"]["start_price"] = json!("abc")), "BAD_AMOUNT", "terms.start_price"),
        (spoilt(|lot| lot["terms"]["reserve"] = json!("1.00")), "BAD_REQUEST", "terms.reserve"),
        (spoilt(|lot| lot["terms"]["step"]["bands"] = json!([])), "BAD_REQUEST", "terms.step"),
        (spoilt(|lot| lot["terms"]["phases"] = json!([])), "BAD_REQUEST", "terms.phases"),
        (spoilt(|lot| lot["terms"]["phases"][0]["length_ms"] = json!(0)), "BAD_REQUEST", "terms.phases.length_ms"),
        (spoilt(|lot| lot["area_m2"] = json!("-3")), "BAD_REQUEST", "area_m2"),
    ] {
        let (status, body) = answer;
        assert_eq!((status, body["code"].as_str(), body["field"].as_str()), (400, Some(code), Some(field)), "{body}");
    }
    let (status, body) = spoilt(|lot| lot["kind"] = json!("castle"));
    assert_eq!((status, body["code"].as_str()), (400, Some("BAD_REQUEST")));
    clerk.ok("POST", "/api/desk/lots", draft("W-3", 1_000));
    let (status, body) = clerk.call("POST", "/api/desk/lots", draft("W-3", 1_000));
    assert_eq!((status, body["code"].as_str(), body["field"].as_str()), (409, Some("CONFLICT"), Some("number")));
    for (method, path, status, code) in [
        ("GET", "/api/lots/not-an-id", 400, "BAD_REQUEST"),
        ("GET", "/api/lots?page=x", 400, "BAD_REQUEST"),
        ("PATCH", "/api/lots", 403, "FORBIDDEN"),
        ("GET", "/api/nothing", 404, "NOT_FOUND"),
        ("GET", "/api/socket", 400, "BAD_REQUEST"),
    ] {
        let (told, body) = server.anyone().call(method, path, Value::Null);
        assert_eq!((told, body["code"].as_str()), (status, Some(code)), "{method} {path}: {body}");
        assert!(body["zh"].is_string() && body["en"].is_string());
    }
    assert_eq!(server.anyone().call("HEAD", "/api/lots", Value::Null).0, 200);
}
