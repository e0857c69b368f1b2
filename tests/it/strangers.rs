//! Strangers who hold connections and say nothing take the platform from nobody.

use crate::house::{Server, Socket, draft, open_lot, soon};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tokio::net::TcpSocket;

/// Open files the system allows the server; half of them are for connections, a quarter of those for one address.
const DESCRIPTORS: u32 = 512;
const FROM_ADDRESS: usize = 64;
/// No answer takes so long, but one that waits for something.
const WAITS: Duration = Duration::from_secs(3);

/// A connection from another address of this machine; half of them begin a request.
fn silent(from: u8, n: usize, to: SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    let stream = runtime.block_on(async {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from(([127, 0, 0, from], 0))).expect("an address of ours");
        socket.connect(to).await.expect("a connection").into_std().expect("a stream")
    });
    stream.set_nonblocking(false).expect("blocking");
    if n.is_multiple_of(2) {
        // It may be turned away before it has said so much.
        let _ = (&stream).write_all(b"GET /healthz HTT");
    }
    stream
}

/// The status somebody is answered, if he is.
fn status(from: u8, to: SocketAddr) -> Option<String> {
    let mut stream = silent(from, 1, to);
    stream.set_read_timeout(Some(WAITS)).expect("a timeout");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    // One who is turned away may lose the end of what he is told.
    let _ = stream.read_to_string(&mut answer);
    answer.split(' ').nth(1).map(str::to_string)
}

#[test]
fn silent_connections_take_the_platform_from_nobody() {
    let server = Server::start_within(DESCRIPTORS);
    let to: SocketAddr = server.host.parse().expect("an address");
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (first, second) = (server.person("b1", "bidder"), server.person("b2", "bidder"));
    let lot = open_lot(&writes, &checks, &[&first, &second], draft("X-1", 3_600_000));
    let mut halls = [first.socket(), second.socket()];

    let mut held: Vec<TcpStream> = (0..FROM_ADDRESS * 2).map(|n| silent(2, n, to)).collect();
    assert_ne!(status(2, to).as_deref(), Some("200"), "one address has taken all it gets");
    assert_eq!(status(1, to).as_deref(), Some("200"), "and took it from nobody");

    for from in 3..=6 {
        held.extend((0..FROM_ADDRESS).map(|n| silent(from, n, to)));
    }
    assert_ne!(status(7, to).as_deref(), Some("200"), "no place is left");
    // Enough for a file of the log.
    for n in 0..300 {
        assert_eq!(halls[n % 2].bid(&lot, &format!("{}.00", 1_000 + n))["accepted"], true);
    }
    soon(|| (status(7, to).as_deref() == Some("200")).then_some(()));
    // Who says nothing does not keep his place.
    soon(|| (status(2, to).as_deref() == Some("200")).then_some(()));
    drop(held);
}

/// How many open files the server may have from now on; how many before.
fn allow(server: &Server, descriptors: Option<u64>) -> Option<u64> {
    let pid = Pid::from_raw(server.pid() as i32);
    // The hard limit is the one it has from us.
    let limit = Rlimit { current: descriptors, ..getrlimit(Resource::Nofile) };
    prlimit(pid, Resource::Nofile, limit).expect("our own child").current
}

#[test]
fn a_file_of_the_log_waits_for_a_descriptor() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (first, second) = (server.person("b1", "bidder"), server.person("b2", "bidder"));
    let lot = open_lot(&writes, &checks, &[&first, &second], draft("X-2", 3_600_000));
    let mut halls = [first.socket(), second.socket()];

    let before = allow(&server, Some(1));
    for n in 0..400 {
        let hall = &mut halls[n % 2];
        hall.send(bid(&lot, n));
        if let Some(reply) = reply(hall) {
            assert_eq!(reply["accepted"], true);
            continue;
        }
        allow(&server, before);
        assert_eq!(hall.until("reply")["accepted"], true, "it was waited for");
        let seen = || first.ok("GET", &format!("/api/lots/{lot}"), Value::Null)["card"]["bids"] == n + 1;
        soon(|| seen().then_some(()));
        return;
    }
    panic!("no file was wanting a descriptor");
}

fn bid(lot: &str, n: usize) -> Value {
    let amount = format!("{}.00", 1_000 + n);
    json!({"type": "bid", "lot": lot, "key": uuid::Uuid::new_v4(), "amount": amount})
}

/// The reply, unless it waits.
fn reply(hall: &mut Socket) -> Option<Value> {
    let since = std::time::Instant::now();
    while let Some(frame) = hall.next_within(WAITS) {
        if frame["type"] == "reply" {
            return Some(frame);
        }
        if since.elapsed() > WAITS {
            break;
        }
    }
    None
}
