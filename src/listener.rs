//! The doors' hinges: who is let in, how many at once, and how long somebody may stand there saying nothing.
//! A connection is a descriptor, and the log and the tables need theirs: strangers never get the last ones.

use crate::error::ApiError;
use crate::security::client::Proxies;
use crate::unread;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{ErrorKind, IoSlice, Result, Write};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

/// Connections at once, whatever the system would give: with what the kernel and we keep for each, two gigabytes.
const CONNECTIONS_MAX: usize = 16_384;
/// Descriptors kept for the record, the tables, uploads and calls to the outside.
const DESCRIPTORS_KEPT: usize = 256;
/// From one address: a large office behind one router, each of its people with several pages open.
const FROM_ADDRESS_MAX: usize = 1_024;
/// And where there are few places, never more than one in so many of them.
const ADDRESS_SHARE: usize = 4;
/// For the head of a request, and between two of them.
const HEAD_WAIT_MAX: Duration = Duration::from_secs(20);
/// A proxy keeps connections for its next caller: longer than those of the field do by themselves (a minute), so that
/// it is always the proxy that lets go.
const PROXY_WAIT_MAX: Duration = Duration::from_secs(75);
/// Where the system itself has no descriptor left, it is asked again after this.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// How often the log tells of those turned away.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// Serves until `stopped`, and then until the last request is answered.
pub async fn serve(listener: TcpListener, router: Router, proxies: Arc<Proxies>, stopped: impl Future<Output = ()>) {
    let places = Places::within(descriptors());
    let turned_away = turned_away();
    let (stop, stopping) = watch::channel(());
    let mut stopped = pin!(stopped);
    let (mut told_at, mut unserved) = (None::<Instant>, 0_u64);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stopped => break,
        };
        let is_proxy = proxies.trusts(peer.ip());
        let Some(place) = places.take((!is_proxy).then(|| peer.ip())) else {
            // Said into the kernel's buffer, and waited for by nobody.
            let _ = stream.into_std().and_then(|mut stream| stream.write(&turned_away));
            unserved += 1;
            if told_at.is_none_or(|at| at.elapsed() > TOLD_EVERY) {
                tracing::warn!(unserved, last = %peer.ip(), "no place for more connections, in all or from one address");
                told_at = Some(Instant::now());
            }
            continue;
        };
        // A reply waits for nothing to share its packet with.
        let _ = stream.set_nodelay(true);
        let wait_max = if is_proxy { PROXY_WAIT_MAX } else { HEAD_WAIT_MAX };
        tokio::spawn(connection(Seated { stream, _place: place }, peer, router.clone(), wait_max, stopping.clone()));
    }
    drop(listener);
    stop.send_replace(());
    drop(stopping);
    stop.closed().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // Of one caller, who is gone already.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => {
                tracing::error!(%error, "cannot take a connection");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

async fn connection(
    seated: Seated,
    peer: SocketAddr,
    router: Router,
    wait_max: Duration,
    mut stopping: watch::Receiver<()>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let (request, rest) = unread::part(request);
        let router = router.clone();
        async move {
            let mut answer = router.oneshot(request).await?;
            if let Some(rest) = rest {
                rest.settle(&mut answer).await;
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(wait_max);
    let mut serving = pin!(http.serve_connection(TokioIo::new(seated), service).with_upgrades());
    let served = tokio::select! {
        served = serving.as_mut() => served,
        _ = stopping.changed() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = served {
        tracing::trace!(%error, "a connection ended early");
    }
}

/// Raises the limit of open files to what the system allows; the limit then.
fn descriptors() -> usize {
    let known = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: known.maximum, ..known };
    let limit = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised.current,
        Err(_) => known.current,
    };
    limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// What somebody is told for whom there is no place.
fn turned_away() -> Vec<u8> {
    let body = serde_json::to_string(&ApiError::busy()).expect("an error serializes");
    let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nconnection: close\r\n";
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Places for connections: so many in all, and so many from one address.
struct Places {
    places_max: usize,
    from_address_max: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Of a connection, for as long as its stream lives, through an upgrade too.
struct Place {
    places: Arc<Places>,
    address: Option<IpAddr>,
}

impl Places {
    fn within(descriptors: usize) -> Arc<Places> {
        let kept = DESCRIPTORS_KEPT.min(descriptors / 2);
        let places_max = (descriptors - kept).min(CONNECTIONS_MAX);
        let from_address_max = (places_max / ADDRESS_SHARE).clamp(1, FROM_ADDRESS_MAX);
        Arc::new(Places { places_max, from_address_max, taken: Mutex::default() })
    }

    /// A place, if there is one; proxies we trust come without an address and count in all alone.
    fn take(self: &Arc<Places>, address: Option<IpAddr>) -> Option<Place> {
        let address = address.map(network);
        let mut taken = self.taken.lock().expect("nobody panics while counting");
        let from_there = address.and_then(|address| taken.by_address.get(&address)).copied().unwrap_or(0);
        if taken.all >= self.places_max || from_there >= self.from_address_max {
            return None;
        }
        taken.all += 1;
        if let Some(address) = address {
            taken.by_address.insert(address, from_there + 1);
        }
        Some(Place { places: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().expect("nobody panics while counting");
        taken.all -= 1;
        let Some(address) = self.address else { return };
        let left = taken.by_address.get(&address).map_or(0, |from_there| from_there - 1);
        match left {
            0 => taken.by_address.remove(&address),
            left => taken.by_address.insert(address, left),
        };
    }
}

/// Whoever has one address of the sixth version has its whole network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// A stream and its place.
struct Seated {
    stream: TcpStream,
    _place: Place,
}

impl AsyncRead for Seated {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Seated {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_and_an_address_gets_its_share() {
        let places = Places::within(2 * DESCRIPTORS_KEPT);
        let share = DESCRIPTORS_KEPT / ADDRESS_SHARE;
        let from = |text: &str| Some(text.parse::<IpAddr>().expect("an address"));
        let mut taken: Vec<Place> = (0..share).filter_map(|_| places.take(from("2001:db8::1"))).collect();
        assert_eq!(taken.len(), share);
        assert!(places.take(from("2001:db8::2")).is_none(), "the same network");
        taken.pop();
        assert!(places.take(from("2001:db8::2")).is_some());
        let proxied: Vec<Place> = (0..DESCRIPTORS_KEPT).filter_map(|_| places.take(None)).collect();
        assert_eq!(proxied.len(), DESCRIPTORS_KEPT - taken.len(), "all that is left");
        assert!(places.take(from("192.0.2.1")).is_none());
    }
}
