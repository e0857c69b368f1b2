//! Who follows the platform: Atom feeds, e-mail through a real SMTP server, webhooks to a real listener.

use crate::house::{Person, Server, draft, open_lot, soon};
use mailin::{Action, Handler, Response, SessionBuilder};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

fn serve(more: &[&str]) -> Server {
    Server::start_with(TempDir::new().expect("a temporary folder"), more)
}

fn clerks(server: &Server) -> (Person, Person) {
    (server.person("c1", "clerk"), server.person("c2", "clerk"))
}

/// Status, ETag and body, as a feed reader asks.
fn read_feed(server: &Server, path: &str, known: Option<&str>) -> (u16, String, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.get(format!("http://{}{path}", server.host));
    if let Some(known) = known {
        request = request.header("if-none-match", known);
    }
    let mut answer = request.call().expect("an answer");
    let tag = answer.headers().get("etag").map_or("", |tag| tag.to_str().expect("text")).to_string();
    (answer.status().as_u16(), tag, answer.body_mut().read_to_string().expect("text"))
}

fn tags(feed: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let inside = |part: &str| part.split_once(&close).expect("closed").0.to_string();
    feed.split(&open).skip(1).map(inside).collect()
}

#[test]
fn feeds_are_atom_and_their_ids_outlive_a_power_cut() {
    let server = serve(&["--site", "https://bid.example.cn/"]);
    let (writes, checks) = clerks(&server);
    let mut lot = draft("F-<1>&", 1_000);
    lot["title_zh"] = json!("设备<一批>");
    let id = open_lot(&writes, &checks, &[], lot);
    let results = soon(|| {
        let (_, _, feed) = read_feed(&server, "/feeds/results.atom", None);
        feed.contains("<entry>").then_some(feed)
    });
    let (status, tag, lots) = read_feed(&server, "/feeds/lots.atom", None);
    assert_eq!(status, 200);
    // Well-formed to a parser that forgives nothing.
    for feed in [&lots, &results] {
        let mut reader = quick_xml::Reader::from_str(feed);
        while !matches!(reader.read_event().expect("well-formed XML"), quick_xml::events::Event::Eof) {}
        assert_eq!((tags(feed, "id").len(), tags(feed, "updated").len()), (2, 2), "{feed}");
    }
    assert!(lots.contains("F-&lt;1&gt;&amp; 设备&lt;一批&gt;"), "{lots}");
    assert!(lots.contains(&format!("href=\"https://bid.example.cn/lots/{id}\"")), "{lots}");
    assert!(results.contains("流拍"), "{results}");
    assert_ne!(tags(&lots, "id")[1], tags(&results, "id")[1], "the lot and its result are two pieces of news");

    let (status, _, body) = read_feed(&server, "/feeds/lots.atom", Some(&tag));
    assert_eq!((status, body.as_str()), (304, ""));
    for (query, entries) in [("kind=equipment", 1), ("kind=vehicle", 0)] {
        let (_, _, feed) = read_feed(&server, &format!("/feeds/lots.atom?{query}"), None);
        assert_eq!(feed.matches("<entry>").count(), entries, "{query}");
    }
    assert_eq!(read_feed(&server, "/feeds/lots.atom?kind=moon", None).0, 400);

    let server = Server::start_with(server.kill(), &["--site", "https://bid.example.cn"]);
    let (_, again, after) = read_feed(&server, "/feeds/lots.atom", None);
    assert_eq!((tags(&after, "id"), again), (tags(&lots, "id"), tag), "told once, the same for ever");
}

/// What a mail server was handed.
#[derive(Debug, Clone)]
struct Letter {
    to: String,
    text: String,
}

/// A mailbox's side of one SMTP session.
struct Inbox {
    to: String,
    text: Vec<u8>,
    out: Sender<Letter>,
}

impl Handler for Inbox {
    fn rcpt(&mut self, to: &str) -> Response {
        self.to = to.to_string();
        match to.starts_with("nobody") {
            true => mailin::response::NO_MAILBOX,
            false => mailin::response::OK,
        }
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.text.clear();
        mailin::response::OK
    }

    fn data(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.text.extend(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let text = String::from_utf8_lossy(&self.text).into_owned();
        self.out.send(Letter { to: self.to.clone(), text }).expect("the test listens");
        mailin::response::OK
    }
}

/// A real SMTP server on a port of its own.
fn mail_server() -> (String, Receiver<Letter>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let (out, letters) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let inbox = Inbox { to: String::new(), text: Vec::new(), out: out.clone() };
            let _ = session(stream, inbox);
        }
    });
    (url, letters)
}

fn session(stream: TcpStream, inbox: Inbox) -> std::io::Result<()> {
    let mut session = SessionBuilder::new("mail.test").build(IpAddr::from([127, 0, 0, 1]), inbox);
    let (mut reader, mut writer) = (BufReader::new(stream.try_clone()?), stream);
    session.greeting().write_to(&mut writer)?;
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let answer = session.process(&line);
        line.clear();
        if !matches!(answer.action, Action::NoReply) {
            answer.write_to(&mut writer)?;
        }
        if matches!(answer.action, Action::Close) {
            break;
        }
    }
    Ok(())
}

/// The token behind `key` in a letter's body, whatever its transfer encoding.
fn token(letter: &Letter, key: &str) -> String {
    use base64::Engine;
    let (head, body) = letter.text.split_once("\r\n\r\n").expect("head and body");
    let body = match head.to_lowercase().contains("encoding: base64") {
        true => {
            let joined: String = body.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(joined).expect("Base64");
            String::from_utf8(bytes).expect("text")
        }
        // Quoted-printable: "=" ends a line softly, and is itself written =3D.
        false => body.replace("=\r\n", "").replace("=3D", "="),
    };
    let (_, after) = body.split_once(&format!("{key}=")).unwrap_or_else(|| panic!("{key} is not in {body}"));
    after.chars().take(36).collect()
}

#[test]
fn news_by_mail_need_a_yes_and_end_with_a_click() {
    let (url, letters) = mail_server();
    let server = serve(&["--smtp-url", &url, "--mail-from", "sunbid <post@example.cn>"]);
    let (writes, checks) = clerks(&server);
    let anyone = server.anyone();
    for wrong in [
        json!({"email": "no address", "topics": ["lot"]}),
        json!({"email": "a@example.cn", "topics": []}),
        json!({"email": "a@example.cn", "topics": ["gossip"]}),
        json!({"email": "a@example.cn\r\nBcc: b@example.cn", "topics": ["lot"]}),
    ] {
        assert_eq!(anyone.call("POST", "/api/subscriptions", wrong.clone()).0, 400, "{wrong}");
    }
    let wanted = json!({"email": "ann@example.cn", "topics": ["lot"], "kind": "equipment"});
    anyone.ok("POST", "/api/subscriptions", wanted.clone());
    let asked = letters.recv_timeout(PATIENCE).expect("a letter");
    assert_eq!(asked.to, "ann@example.cn");
    let yes = token(&asked, "confirm");

    // Nothing is sent before the yes.
    open_lot(&writes, &checks, &[], draft("M-1", 3_600_000));
    let lots = || read_feed(&server, "/feeds/lots.atom", None).2.matches("<entry>").count();
    soon(|| (lots() == 1).then_some(()));
    let followed = anyone.ok("POST", "/api/subscriptions/confirm", json!({"token": yes}));
    assert_eq!((&followed["email"], &followed["topics"]), (&json!("ann@example.cn"), &json!(["lot"])));
    assert_eq!(anyone.call("POST", "/api/subscriptions/confirm", json!({"token": uuid::Uuid::new_v4()})).0, 404);

    let mut other = draft("M-2", 3_600_000);
    other["kind"] = json!("vehicle");
    open_lot(&writes, &checks, &[], other);
    open_lot(&writes, &checks, &[], draft("M-3", 3_600_000));
    let news = letters.recv_timeout(PATIENCE).expect("a letter");
    assert!(news.text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{}", news.text);
    assert!(news.text.contains("Message-ID:") && news.text.contains("From: sunbid <post@example.cn>"), "{}", news.text);
    let out = token(&news, "cancel");
    assert_eq!(out, yes);
    assert!(letters.try_recv().is_err(), "one letter: the vehicle was not asked for, M-1 came before the yes");

    assert_eq!(anyone.call("POST", &format!("/api/subscriptions/cancel?token={out}"), Value::Null).0, 204);
    open_lot(&writes, &checks, &[], draft("M-4", 3_600_000));
    soon(|| (lots() == 4).then_some(()));
    // An address the server refuses for good is not tried again, and holds up nobody.
    anyone.ok("POST", "/api/subscriptions", json!({"email": "nobody@example.cn", "topics": ["result"]}));
    anyone.ok("POST", "/api/subscriptions", json!({"email": "bo@example.cn", "topics": ["result"]}));
    assert_eq!(letters.recv_timeout(PATIENCE).expect("a letter").to, "bo@example.cn");
    // Nobody's mailbox is filled through us: three letters a day ask for a yes.
    for _ in 0..5 {
        anyone.ok("POST", "/api/subscriptions", json!({"email": "bo@example.cn", "topics": ["result"]}));
    }
    anyone.ok("POST", "/api/subscriptions", json!({"email": "cy@example.cn", "topics": ["result"]}));
    let mut to = Vec::new();
    while to.last().is_none_or(|last| last != "cy@example.cn") {
        to.push(letters.recv_timeout(PATIENCE).expect("a letter").to);
    }
    assert_eq!(to, ["bo@example.cn", "bo@example.cn", "cy@example.cn"]);

    // Neither leaving nor another spelling begins the count anew.
    let asks = |email: &str| json!({"email": email, "topics": ["lot", "result"]});
    for _ in 0..3 {
        anyone.ok("POST", "/api/subscriptions", asks("Dee@Example.cn"));
        let letter = letters.recv_timeout(PATIENCE).expect("a letter");
        assert_eq!(letter.to, "dee@example.cn");
        let out = token(&letter, "confirm");
        assert_eq!(anyone.call("POST", &format!("/api/subscriptions/cancel?token={out}"), Value::Null).0, 204);
    }
    anyone.ok("POST", "/api/subscriptions", asks("DEE@example.cn"));
    anyone.ok("POST", "/api/subscriptions", asks("eve@example.cn"));
    assert_eq!(letters.recv_timeout(PATIENCE).expect("a letter").to, "eve@example.cn");

    // One network address asks for no more than a house would.
    let asked = (0..100).map(|n| anyone.call("POST", "/api/subscriptions", asks(&format!("f{n}@example.cn"))).0);
    let statuses: Vec<u16> = asked.collect();
    assert!(statuses.contains(&200) && statuses.last() == Some(&503), "{statuses:?}");
}

#[test]
fn a_feed_loses_nothing_beyond_its_first_page() {
    let server = serve(&[]);
    let tables = server.tables();
    let (writes, checks) = clerks(&server);
    open_lot(&writes, &checks, &[], draft("F-1", 3_600_000));
    let news = |path: &str| read_feed(&server, path, None).2;
    soon(|| (news("/feeds/lots.atom").matches("<entry>").count() == 1).then_some(()));
    // A hundred and twenty results, as their events stand in the tables: of the one lot there is.
    let copy = "insert into public_events (kind, ref, lot, at)
        with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
        select 'result', 'copy-' || i, e.lot, e.at + i from n, public_events e where e.kind = 'lot' and e.ref = e.lot";
    tables.execute(copy, []).expect("copied");
    let (mut path, mut ids) = ("/feeds/results.atom?kind=equipment".to_string(), Vec::new());
    loop {
        let page = news(&path);
        let entries: Vec<&str> = page.split("<entry>").skip(1).collect();
        assert!(entries.len() <= 50);
        ids.extend(entries.iter().map(|entry| entry.split("<id>").nth(1).expect("an id")[..45].to_string()));
        let next = page.split("<link rel=\"next\"").nth(1).and_then(|link| link.split('"').nth(3));
        let Some(next) = next.map(|link| link.replace("&amp;", "&")) else { break };
        path = next[next.find("/feeds").expect("a path")..].to_string();
        assert!(path.contains("kind=equipment"), "{path}");
    }
    let different: std::collections::BTreeSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), different.len()), (120, 120), "each once");
}

#[test]
fn without_a_mail_server_no_mail_is_promised() {
    let server = serve(&[]);
    let wanted = json!({"email": "ann@example.cn", "topics": ["lot"]});
    let (status, refused) = server.anyone().call("POST", "/api/subscriptions", wanted);
    assert_eq!((status, &refused["code"]), (503, &json!("MAIL_NOT_SET_UP")));
}

/// What a webhook's receiver was sent.
struct Call {
    headers: Vec<(String, String)>,
    body: String,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A real HTTP listener that answers with these statuses, the last one for ever.
fn receiver(statuses: &'static [u16]) -> (String, Receiver<Call>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (out, calls) = channel();
    std::thread::spawn(move || {
        for (no, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let status = statuses[no.min(statuses.len() - 1)];
            if let Ok(call) = take_call(stream, status)
                && out.send(call).is_err()
            {
                return;
            }
        }
    });
    (url, calls)
}

fn take_call(mut stream: TcpStream, status: u16) -> std::io::Result<Call> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut headers, mut line) = (Vec::new(), String::new());
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        headers.push((name.to_lowercase(), value.to_string()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    write!(stream, "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")?;
    Ok(Call { headers, body: String::from_utf8_lossy(&body).into_owned() })
}

#[test]
fn a_webhook_is_signed_tried_again_and_its_owners_alone() {
    use base64::Engine;
    let base64 = base64::engine::general_purpose::STANDARD;
    let (url, calls) = receiver(&[500, 204]);
    let server = serve(&["--webhooks-to-private"]);
    let (writes, checks) = clerks(&server);
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let made = ann.ok("POST", "/api/me/webhooks", json!({"url": url, "topics": ["lot"]}));
    let secret = made["secret"].as_str().and_then(|text| text.strip_prefix("whsec_")).expect("a secret");
    let lot = open_lot(&writes, &checks, &[], draft("W-1", 3_600_000));

    let refused = calls.recv_timeout(PATIENCE).expect("a call");
    let call = calls.recv_timeout(PATIENCE).expect("another try");
    assert_eq!(call.header("webhook-id"), refused.header("webhook-id"), "a receiver knows it again");
    assert_eq!(call.body, refused.body);
    let news: Value = serde_json::from_str(&call.body).expect("JSON");
    assert_eq!((&news["topic"], &news["lot"], &news["lot_number"]), (&json!("lot"), &json!(lot), &json!("W-1")));
    let signed = format!("{}.{}.{}", call.header("webhook-id"), call.header("webhook-timestamp"), call.body);
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &base64.decode(secret).expect("Base64"));
    let signature = call.header("webhook-signature").strip_prefix("v1,").expect("the first version");
    let signature = base64.decode(signature).expect("Base64");
    aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &signature).expect("signed with the secret shown once");

    let kept = soon(|| {
        let kept = ann.ok("GET", "/api/me/webhooks", Value::Null);
        (kept[0]["deliveries"][0]["delivered"] == true).then_some(kept)
    });
    assert_eq!((&kept[0]["deliveries"][0]["tries"], &kept[0]["failures"]), (&json!(2), &json!(0)));
    assert!(!kept.to_string().contains(secret), "{kept}");
    let id = made["id"].as_str().expect("an id");
    assert_eq!(bo.ok("GET", "/api/me/webhooks", Value::Null), json!([]));
    assert_eq!(bo.call("DELETE", &format!("/api/me/webhooks/{id}"), Value::Null).0, 404);
    for _ in 1..5 {
        ann.ok("POST", "/api/me/webhooks", json!({"url": url, "topics": ["result"]}));
    }
    assert_eq!(ann.call("POST", "/api/me/webhooks", json!({"url": url, "topics": ["result"]})).0, 409);
    assert_eq!(ann.call("DELETE", &format!("/api/me/webhooks/{id}"), Value::Null).0, 204);
}

/// Twenty refusals, then one that hears.
const DEAF: [u16; 21] = {
    let mut statuses = [500; 21];
    statuses[20] = 204;
    statuses
};

#[test]
fn a_webhook_that_refuses_twenty_times_is_called_no_more_until_its_owner_says_so() {
    let (url, calls) = receiver(&DEAF);
    let server = serve(&["--webhooks-to-private"]);
    let (writes, checks) = clerks(&server);
    let ann = server.person("ann", "bidder");
    let made = ann.ok("POST", "/api/me/webhooks", json!({"url": url, "topics": ["lot"]}));
    // A delivery is given up after its sixth try: four lots are twenty tries and more.
    for number in ["D-1", "D-2", "D-3", "D-4"] {
        open_lot(&writes, &checks, &[], draft(number, 3_600_000));
    }
    let hook = || ann.ok("GET", "/api/me/webhooks", Value::Null)[0].clone();
    let tables = server.tables();
    // The hours between two tries, gone by.
    let hurry = || tables.execute("update hook_deliveries set next_at = 0 where done_at is null", []).expect("hurried");
    for failures in 1..20 {
        calls.recv_timeout(PATIENCE).expect("a try");
        soon(|| (hook()["failures"] == failures).then_some(()));
        assert!(hook().get("disabled_at").is_none(), "{failures}");
        hurry();
    }
    let twentieth = calls.recv_timeout(PATIENCE).expect("the twentieth");
    soon(|| hook()["disabled_at"].is_i64().then_some(()));
    hurry();
    assert!(calls.recv_timeout(Duration::from_secs(2)).is_err(), "nobody calls it any more");
    let id = made["id"].as_str().expect("an id");
    assert_eq!(ann.call("POST", &format!("/api/me/webhooks/{id}/enable"), Value::Null).0, 204);
    let call = calls.recv_timeout(PATIENCE).expect("a call");
    // Lots announced in one write of the tables are told in any order.
    assert_eq!(call.body, twentieth.body, "what it had not taken comes first");
    soon(|| (hook()["failures"] == 0 && hook().get("disabled_at").is_none()).then_some(()));
}

#[test]
fn a_webhook_does_not_reach_into_our_own_network() {
    let server = serve(&[]);
    let ann = server.person("ann", "bidder");
    for url in ["http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest"] {
        let (status, refused) = ann.call("POST", "/api/me/webhooks", json!({"url": url, "topics": ["lot"]}));
        assert_eq!((status, &refused["field"]), (400, &json!("url")), "{url}");
    }
    // A name is judged by what it leads to, when it is called.
    let (writes, checks) = clerks(&server);
    ann.ok("POST", "/api/me/webhooks", json!({"url": format!("https://localhost:{}/", 9), "topics": ["lot"]}));
    open_lot(&writes, &checks, &[], draft("W-2", 3_600_000));
    let kept = soon(|| {
        let kept = ann.ok("GET", "/api/me/webhooks", Value::Null);
        (kept[0]["failures"] == 1).then_some(kept)
    });
    assert!(kept[0]["deliveries"][0].get("status").is_none(), "{kept}");
}
