//! What a caller was still saying when the answer stood already: a door that refuses by the head alone has not read the
//! body. Closing on unread bytes resets the connection, and the answer, or the caller's next request, is lost with it.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{CONNECTION, EXPECT, HeaderValue};
use axum::http::{HeaderMap, Request, Response};
use hyper::body::{Frame, Incoming, SizeHint};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

/// Heard out and forgotten, so that the sender of too large a file (20 MB may be one) is told why; who has more, or takes
/// longer over it, hears that it is the end.
const UNREAD_BYTES_MAX: u64 = 32 << 20;
/// As long as somebody may take over it.
const UNREAD_WAIT_MAX: Duration = Duration::from_secs(10);

/// Parts a request from its body's rest, which is asked for once it is answered.
pub fn part(request: Request<Incoming>) -> (Request<Said>, Option<Rest>) {
    let waits = expects_leave(request.headers());
    let (head, body) = request.into_parts();
    let ended = body.is_end_stream();
    let said = Said(Arc::new(Mutex::new(body)));
    let rest = (!ended).then(|| Rest { said: Said(said.0.clone()), waits });
    (Request::from_parts(head, said), rest)
}

/// It sends its body only when told to go on: asking for the rest would be telling it.
fn expects_leave(head: &HeaderMap) -> bool {
    head.contains_key(EXPECT)
}

/// A body that two can ask for more, one after the other.
pub struct Said(Arc<Mutex<Incoming>>);

impl Said {
    fn body(&self) -> MutexGuard<'_, Incoming> {
        self.0.lock().expect("nobody panics while reading")
    }
}

impl HttpBody for Said {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}

/// Of a body, after the answer.
pub struct Rest {
    said: Said,
    waits: bool,
}

impl Rest {
    /// Hears the rest out, or lets the answer say that the connection ends with it.
    pub async fn settle(self, answer: &mut Response<Body>) {
        if !self.said.is_end_stream() && !self.heard_out().await {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }

    async fn heard_out(mut self) -> bool {
        if self.waits || self.said.size_hint().lower() > UNREAD_BYTES_MAX {
            return false;
        }
        let rest = async {
            let mut heard = 0;
            while let Some(frame) = poll_fn(|context| Pin::new(&mut self.said).poll_frame(context)).await {
                let Ok(frame) = frame else { return false };
                heard += frame.data_ref().map_or(0, |bytes| bytes.len() as u64);
                if heard > UNREAD_BYTES_MAX {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(UNREAD_WAIT_MAX, rest).await.unwrap_or(false)
    }
}
