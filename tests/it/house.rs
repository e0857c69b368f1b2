//! A server of one's own, and the people of a test.

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tungstenite::client::IntoClientRequest;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

const BINARY: &str = env!("CARGO_BIN_EXE_sunbid");
pub const PASSWORD: &str = "a-password-for-tests";
/// What an administrator, or whoever starts the server, gives an account; its owner chooses [`PASSWORD`] first of all.
pub const GIVEN: &str = "given-by-somebody-else";
/// Nothing on this machine takes longer; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// What fits into the buffers of a connection, refused or not.
const LARGE_BYTES: usize = 64 * 1024;

pub struct Server {
    child: Child,
    pub dir: TempDir,
    pub host: String,
}

impl Server {
    pub fn start() -> Server {
        Server::start_on(TempDir::new().expect("a temporary folder"))
    }

    /// 演练: legal minimum periods are shown and not enforced.
    pub fn start_rehearsal() -> Server {
        Server::start_with(TempDir::new().expect("a temporary folder"), &["--rehearsal"])
    }

    pub fn start_rehearsal_on(dir: TempDir) -> Server {
        Server::start_with(dir, &["--rehearsal"])
    }

    pub fn start_on(dir: TempDir) -> Server {
        Server::start_with(dir, &[])
    }

    /// With the demonstration's people, whose password is the demonstration's.
    pub fn start_demonstration() -> Server {
        Server::begin(TempDir::new().expect("a temporary folder"), &[])
    }

    pub fn start_with(dir: TempDir, more: &[&str]) -> Server {
        Server::begin(dir, &[&["--no-demo"], more].concat())
    }

    /// Where the system allows it no more than so many open files.
    pub fn start_within(descriptors: u32) -> Server {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("ulimit -n {descriptors} && exec \"$0\" \"$@\"")).arg(BINARY);
        Server::begin_by(shell, TempDir::new().expect("a temporary folder"), &["--no-demo"])
    }

    fn begin(dir: TempDir, more: &[&str]) -> Server {
        Server::begin_by(Command::new(BINARY), dir, more)
    }

    fn begin_by(mut command: Command, dir: TempDir, more: &[&str]) -> Server {
        let port_file = dir.path().join("port");
        let _ = std::fs::remove_file(&port_file);
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .arg("--data")
            .arg(dir.path().join("data"))
            .arg("--port-file")
            .arg(&port_file)
            .env("SUNBID_ADMIN", format!("admin:{GIVEN}"))
            .env("SUNBID_SECOND_ADMIN", format!("admin2:{GIVEN}"))
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .spawn()
            .expect("the server starts");
        let since = Instant::now();
        let host = loop {
            if let Ok(host) = std::fs::read_to_string(&port_file) {
                break host;
            }
            assert!(child.try_wait().expect("a child").is_none(), "the server stopped before it was ready");
            assert!(since.elapsed() < PATIENCE, "the server is not ready");
            std::thread::park_timeout(Duration::from_millis(10));
        };
        let server = Server { child, dir, host };
        for login in ["admin", "admin2"] {
            // On a folder used before, he did so then.
            let _ = server.anyone().begin(login);
        }
        server
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The tables beside the server, for a test that breaks or reads what no door shows.
    pub fn tables(&self) -> rusqlite::Connection {
        tables(self.dir.path())
    }

    /// Kills the server as a power cut would; its folder stays.
    pub fn kill(mut self) -> TempDir {
        self.child.kill().expect("killed");
        self.child.wait().expect("reaped");
        std::mem::replace(&mut self.dir, TempDir::new().expect("a temporary folder"))
    }

    /// Asks the server to stop, as its keeper would, and waits until it has; its folder stays.
    pub fn stop(mut self) -> TempDir {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(asked.success());
        soon(|| self.child.try_wait().expect("a child"));
        std::mem::replace(&mut self.dir, TempDir::new().expect("a temporary folder"))
    }

    pub fn sign_in(&self, login: &str) -> Person {
        self.sign_in_with(login, PASSWORD)
    }

    pub fn sign_in_with(&self, login: &str, password: &str) -> Person {
        let anyone = self.anyone();
        let session = anyone.ok("POST", "/api/session", json!({"login": login, "password": password}));
        Person { token: Some(session["token"].as_str().expect("a token").to_string()), ..anyone }
    }

    pub fn anyone(&self) -> Person {
        Person { host: self.host.clone(), token: None, agent: agent() }
    }

    /// A new person of a role, signed in.
    pub fn person(&self, login: &str, role: &str) -> Person {
        let admin = self.sign_in("admin");
        let center = admin.ok("GET", "/api/centers", Value::Null)[0]["id"].clone();
        let center = if role == "clerk" { center } else { Value::Null };
        if role == "officer" {
            let agency = self.agency(&admin, "11440300123456788X");
            return self.officer(login, &agency, &["receive", "review", "decide", "own_data"]);
        }
        self.staff(json!({"login": login, "password": PASSWORD, "name": login, "role": role, "center_id": center}))
    }

    /// A new person as described, signed in; of staff, once the second administrator agreed.
    pub fn staff(&self, new: Value) -> Person {
        let login = new["login"].as_str().expect("a login").to_string();
        let mut new = new;
        new["password"] = json!(GIVEN);
        let step = self.sign_in("admin").ok("POST", "/api/accounts", new);
        if let Some(proposal) = step["proposal"].as_str() {
            self.sign_in("admin2").ok("POST", &format!("/api/staff-proposals/{proposal}/grant"), json!({}));
        }
        self.newcomer(&login)
    }

    /// Somebody whose account was just made, with a password of his own.
    pub fn newcomer(&self, login: &str) -> Person {
        self.anyone().begin(login).expect("the password given serves once")
    }

    /// The id of the agency with this credit code, founded if need be.
    pub fn agency(&self, admin: &Person, credit_code: &str) -> String {
        let known = admin.ok("GET", "/api/agencies", Value::Null);
        let same = known.as_array().expect("a list").iter().find(|agency| agency["credit_code"] == credit_code);
        let founded = same.cloned().unwrap_or_else(|| {
            let new =
                json!({"credit_code": credit_code, "name_zh": "测试机关", "name_en": "an agency", "region": "440300"});
            admin.ok("POST", "/api/agencies", new)
        });
        founded["id"].as_str().expect("an id").to_string()
    }

    /// A new officer of an agency, signed in.
    pub fn officer(&self, login: &str, agency: &str, duties: &[&str]) -> Person {
        let new = json!({"login": login, "password": PASSWORD, "name": login, "role": "officer", "agency_id": agency,
            "duties": duties});
        self.staff(new)
    }
}

/// The tables in a server's folder.
pub fn tables(dir: &Path) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(dir.join("data/sunbid.db")).expect("the tables");
    db.busy_timeout(PATIENCE).expect("a timeout");
    db
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps cookies from one call to the next, as a browser does.
pub struct Person {
    pub host: String,
    pub token: Option<String>,
    agent: ureq::Agent,
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

impl Person {
    /// Signs in with the password given and chooses a password of one's own; nothing where that was done before.
    fn begin(mut self, login: &str) -> Option<Person> {
        let (status, given) = self.call("POST", "/api/session", json!({"login": login, "password": GIVEN}));
        if status != 200 {
            return None;
        }
        self = self.holding(&given);
        let own = self.ok("POST", "/api/me/password", json!({"old": GIVEN, "password": PASSWORD}));
        Some(self.holding(&own))
    }

    /// With the token of a session that was answered.
    pub fn holding(self, session: &Value) -> Person {
        Person { token: session["token"].as_str().map(String::from), ..self }
    }

    /// Status and body of any request.
    pub fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        match body {
            Value::Null => self.send(method, path, ""),
            body => self.send(method, path, &body.to_string()),
        }
    }

    /// A body as it is, JSON or a file; none when empty.
    pub fn send(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("http://{}{path}", self.host));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let sent = if body.is_empty() {
            self.agent.run(request.body(()).expect("a request"))
        } else {
            let mut request = request.header("content-type", "application/json");
            if body.len() > LARGE_BYTES {
                // A door that refuses a body by its length closes without reading it.
                request = request.header("expect", "100-continue");
            }
            self.agent.run(request.body(body).expect("a request"))
        };
        let mut response = sent.expect("the server answers");
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Status and bytes of what stands at an address.
    pub fn fetch(&self, path: &str) -> (u16, Vec<u8>) {
        self.raw("GET", path, "", &[])
    }

    fn raw(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("http://{}{path}", self.host));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let sent = match body {
            [] => self.agent.run(request.body(()).expect("a request")),
            _ => {
                if body.len() > LARGE_BYTES {
                    request = request.header("expect", "100-continue");
                }
                self.agent.run(request.header("content-type", kind).body(body).expect("a request"))
            }
        };
        let mut response = sent.expect("the server answers");
        (response.status().as_u16(), response.body_mut().read_to_vec().expect("a body"))
    }

    /// Sends a file as the body; status and answer.
    pub fn put_bytes(&self, path: &str, file: &[u8]) -> (u16, Value) {
        let (status, answer) = self.raw("PUT", path, "application/octet-stream", file);
        (status, serde_json::from_slice(&answer).expect("JSON"))
    }

    /// Sends text as the body; the answer.
    pub fn post_text(&self, path: &str, text: &str) -> Value {
        let (status, answer) = self.raw("POST", path, "text/plain", text.as_bytes());
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&answer));
        serde_json::from_slice(&answer).expect("JSON")
    }

    /// What stands at an address, as it is.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let (status, answer) = self.raw("GET", path, "", &[]);
        assert_eq!(status, 200, "{path}");
        answer
    }

    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).expect("text")
    }

    /// Sends a file as it is.
    pub fn upload(&self, path: &str, bytes: Vec<u8>) -> (u16, Value) {
        let (status, answer) = self.raw("POST", path, "application/octet-stream", &bytes);
        (status, serde_json::from_slice(&answer).expect("JSON"))
    }

    pub fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    pub fn socket(&self) -> Socket {
        self.socket_through(&[])
    }

    /// A socket whose opening carries these headers, as a proxy adds them.
    pub fn socket_through(&self, headers: &[(&'static str, &str)]) -> Socket {
        let mut request = format!("ws://{}/api/socket", self.host).into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().expect("a header"));
        }
        let (socket, _) = tungstenite::connect(request).expect("a socket");
        let mut socket = Socket { socket };
        socket.wait_at_most(PATIENCE);
        let mut hello = json!({"type": "hello"});
        if let Some(token) = &self.token {
            hello["token"] = json!(token);
        }
        socket.send(hello);
        socket.until("welcome");
        socket
    }
}

pub struct Socket {
    socket: WebSocket<MaybeTlsStream<std::net::TcpStream>>,
}

impl Socket {
    pub fn send(&mut self, frame: Value) {
        self.send_text(frame.to_string());
    }

    pub fn send_text(&mut self, text: String) {
        self.socket.send(Message::text(text)).expect("sent");
    }

    pub fn next(&mut self) -> Value {
        loop {
            match self.socket.read().expect("a frame") {
                Message::Text(text) => return serde_json::from_str(&text).expect("a frame is JSON"),
                Message::Close(close) => panic!("the server closed: {close:?}"),
                _ => {}
            }
        }
    }

    /// Reads on to the next frame of a type.
    pub fn until(&mut self, kind: &str) -> Value {
        self.until_any(&[kind])
    }

    /// Ticks come for ever: they are not what is waited for.
    pub fn until_any(&mut self, kinds: &[&str]) -> Value {
        let since = Instant::now();
        loop {
            let frame = self.next();
            if kinds.iter().any(|kind| frame["type"] == *kind) {
                return frame;
            }
            assert!(since.elapsed() < 4 * PATIENCE, "no {kinds:?} came, but {frame}");
        }
    }

    pub fn bid(&mut self, lot: &str, amount: &str) -> Value {
        self.bid_as(lot, amount, &uuid::Uuid::new_v4().to_string())
    }

    pub fn bid_as(&mut self, lot: &str, amount: &str, key: &str) -> Value {
        self.send(json!({"type": "bid", "lot": lot, "key": key, "amount": amount}));
        self.until("reply")
    }

    /// The next frame, if it comes within so long.
    pub fn next_within(&mut self, wait_max: Duration) -> Option<Value> {
        self.wait_at_most(wait_max);
        let told = match self.socket.read() {
            Ok(Message::Text(text)) => Some(serde_json::from_str(&text).expect("a frame is JSON")),
            Ok(other) => panic!("no frame of ours: {other:?}"),
            Err(tungstenite::Error::Io(_)) => None,
            Err(error) => panic!("the connection ended: {error}"),
        };
        self.wait_at_most(PATIENCE);
        told
    }

    fn wait_at_most(&self, wait_max: Duration) {
        if let MaybeTlsStream::Plain(stream) = self.socket.get_ref() {
            stream.set_read_timeout(Some(wait_max)).expect("a timeout");
        }
    }

    /// Whether the server gave the connection up before this moment, and ticks no more after it.
    pub fn ended_before(mut self, moment_ms: i64) -> bool {
        while let Ok(message) = self.socket.read() {
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(&text).expect("a frame is JSON");
            if frame["type"] == "tick" && frame["now"].as_i64() > Some(moment_ms) {
                return false;
            }
        }
        true
    }

    /// Is gone once all is sent, without the handshake; what was still told.
    pub fn hang_up(mut self) -> Vec<Value> {
        if let MaybeTlsStream::Plain(stream) = self.socket.get_ref() {
            stream.shutdown(std::net::Shutdown::Write).expect("an open stream");
        }
        let mut told = Vec::new();
        while let Ok(message) = self.socket.read() {
            if let Message::Text(text) = message {
                told.push(serde_json::from_str(&text).expect("a frame is JSON"));
            }
        }
        told
    }

    /// Closes as a browser does: the server answers the handshake.
    pub fn close(mut self) {
        self.socket.close(None).expect("close sent");
        loop {
            match self.socket.read() {
                Err(tungstenite::Error::ConnectionClosed) => return,
                Err(error) => panic!("unclean close: {error}"),
                Ok(_) => {}
            }
        }
    }
}

/// An ascending lot that stays open, with a step of one yuan.
pub fn draft(number: &str, open_ms: i64) -> Value {
    json!({
        "number": number, "kind": "equipment", "title_zh": "测试", "title_en": "test", "location": "here",
        "description_zh": "", "description_en": "", "grantor": "city", "facts": [],
        "terms": {
            "scale": 2, "direction": "ascending", "start_price": "1000.00",
            "step": {"rule": "at_least", "bands": [{"from": "0.00", "step": "1.00"}]},
            "deposit": "200.00", "proxy": "step", "self_outbid": false,
            "phases": [{"kind": "open", "length_ms": open_ms, "extension": {"kind": "none"}}],
            "resume": {"quick_ms": 3_600_000, "notice_ms": 86_400_000, "restart": "timed"},
            "reserve": "1000.00",
        },
    })
}

/// Writes, checks, publishes and opens a lot, the bidders seated; its id.
pub fn open_lot(writes: &Person, checks: &Person, bidders: &[&Person], draft: Value) -> String {
    open_lot_seated(writes, checks, bidders, draft).0
}

/// The same, and each bidder's paddle.
pub fn open_lot_seated(writes: &Person, checks: &Person, bidders: &[&Person], draft: Value) -> (String, Vec<u64>) {
    let lot = writes.ok("POST", "/api/desk/lots", draft);
    let id = lot["card"]["id"].as_str().expect("an id").to_string();
    checks.ok("POST", &format!("/api/desk/lots/{id}/check"), json!({}));
    writes.ok("POST", &format!("/api/desk/lots/{id}/publish"), json!({}));
    let seat = |bidder: &&Person| {
        let application = bidder.ok("POST", &format!("/api/lots/{id}/applications"), json!({}));
        let no = application["no"].as_i64().expect("a number");
        let admitted = writes.ok("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));
        admitted["paddle"].as_u64().expect("a paddle")
    };
    let paddles = bidders.iter().map(seat).collect();
    writes.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    (id, paddles)
}

pub fn verify(data: &Path) -> (bool, String) {
    let output = Command::new(BINARY).args(["verify", "--data"]).arg(data).output().expect("runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).expect("text"))
}

/// Waits for what readers of the record will show in a moment.
pub fn soon<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(since.elapsed() < PATIENCE, "it never came");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}
