//! A door that refuses by the head alone has not read the body: neither the answer nor the next request is lost by it.

use crate::house::Server;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A door for the signed in.
const GUARDED: &str = "POST /api/lots HTTP/1.1\r\nhost: x\r\n";
/// Far longer than the server takes to answer, and shorter than it waits.
const LATE: Duration = Duration::from_millis(300);

struct Caller {
    out: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Caller {
    fn of(server: &Server) -> Caller {
        let out = TcpStream::connect(&server.host).expect("a connection");
        let answers = BufReader::new(out.try_clone().expect("the same stream"));
        Caller { out, answers }
    }

    fn say(&mut self, bytes: &[u8]) {
        self.out.write_all(bytes).expect("it listens");
    }

    /// Nothing comes for so long.
    fn is_silent(&mut self) -> bool {
        self.out.set_read_timeout(Some(LATE)).expect("a timeout");
        let waited = self.out.peek(&mut [0]);
        self.out.set_read_timeout(None).expect("no timeout");
        waited.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }

    /// Status, and whether the connection is said to end.
    fn answer(&mut self) -> (u16, bool) {
        let (mut status, mut length, mut ends) = (0, 0, false);
        loop {
            let mut line = String::new();
            self.answers.read_line(&mut line).expect("an answer");
            let line = line.trim_end().to_lowercase();
            match line.split_once(' ') {
                None => break,
                Some(("http/1.1", said)) => status = said[..3].parse().expect("a status"),
                Some(("content-length:", said)) => length = said.parse().expect("a length"),
                Some(("connection:", said)) => ends = said == "close",
                Some(_) => {}
            }
        }
        self.answers.read_exact(&mut vec![0; length]).expect("a body");
        (status, ends)
    }
}

#[test]
fn a_body_that_comes_after_the_refusal_takes_the_next_request_with_it_no_more() {
    let server = Server::start();
    let mut caller = Caller::of(&server);
    for _ in 0..2 {
        caller.say(format!("{GUARDED}transfer-encoding: chunked\r\n\r\n").as_bytes());
        assert!(caller.is_silent(), "it hears the caller out first");
        caller.say(b"2\r\n{}\r\n0\r\n\r\n");
        assert_eq!(caller.answer(), (403, false));
    }
}

#[test]
fn the_sender_of_too_large_a_file_is_told_why() {
    let server = Server::start();
    let mut caller = Caller::of(&server);
    let large = vec![b' '; 3 << 20];
    caller.say(format!("{GUARDED}content-length: {}\r\n\r\n", large.len()).as_bytes());
    caller.say(&large);
    assert_eq!(caller.answer(), (403, false));
    // And who waits to be told to go on, or never would end, that the connection does.
    for (announced, expected) in
        [("content-length: 5\r\nexpect: 100-continue", true), ("content-length: 99999999", true)]
    {
        let mut caller = Caller::of(&server);
        caller.say(format!("{GUARDED}{announced}\r\n\r\n").as_bytes());
        assert_eq!(caller.answer(), (403, expected), "{announced}");
    }
}
