//! 来访地址: the network address a request came from. Behind a reverse proxy every connection is the proxy's own;
//! what it says of its caller counts only where the installation names the proxy as trusted (受信代理).

use crate::app::App;
use crate::error::ApiError;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A network: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy)]
struct Network {
    base: IpAddr,
    prefix_bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Network> {
        let (base, prefix) = text.split_once('/').map_or((text, None), |(base, prefix)| (base, Some(prefix)));
        let base: IpAddr = base.parse().ok()?;
        let bits = if base.is_ipv4() { 32 } else { 128 };
        let prefix_bits = prefix.map_or(Some(bits), |prefix| prefix.parse().ok())?;
        (prefix_bits <= bits).then_some(Network { base, prefix_bits })
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                (base.to_bits() ^ address.to_bits()).leading_zeros() >= self.prefix_bits
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                (base.to_bits() ^ address.to_bits()).leading_zeros() >= self.prefix_bits
            }
            _ => false,
        }
    }
}

/// The proxies we believe, and the header they write.
pub struct Proxies {
    trusted: Vec<Network>,
    header: HeaderName,
}

impl Proxies {
    /// `standard`: they write `Forwarded` (RFC 7239) rather than `X-Forwarded-For`. Only one is ever read: a proxy
    /// passes on what its caller wrote into the other.
    pub fn new(networks: &[String], standard: bool) -> Result<Proxies, String> {
        let network = |text: &String| Network::parse(text.trim()).ok_or_else(|| format!("{text:?} is no network"));
        let trusted = networks.iter().map(network).collect::<Result<_, _>>()?;
        Ok(Proxies { trusted, header: if standard { header::FORWARDED } else { X_FORWARDED_FOR } })
    }

    /// Whether it is one of them.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(peer.to_canonical()))
    }

    /// Who stands before the outermost proxy we trust. Each proxy adds its caller on the right, so the list is read
    /// from there, and what an untrusted hop wrote to its left is hearsay.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let told = headers.get_all(&self.header);
        let mut hops = told.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        while self.trusts(client) {
            // A hop without a readable address is known by the proxy that told of it.
            let Some(before) = hops.next().and_then(|hop| address(std::str::from_utf8(hop).ok()?)) else { break };
            client = before.to_canonical();
        }
        client
    }
}

/// The address in one hop of either header: bare, with a port, or as `for=` among other parts.
fn address(hop: &str) -> Option<IpAddr> {
    let parts = || hop.split(';').filter_map(|part| part.split_once('='));
    let named = parts().find(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, value)| value);
    let text = named.unwrap_or(hop).trim().trim_matches('"');
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip())).or_else(bare)
}

/// Where the request came from, for limits and for the network's mark in the record.
pub struct Client(pub IpAddr);

impl FromRequestParts<App> for Client {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Client, ApiError> {
        let ConnectInfo(peer) =
            ConnectInfo::<SocketAddr>::from_request_parts(parts, app).await.map_err(|_| ApiError::internal())?;
        Ok(Client(app.proxies.client(peer.ip(), &parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(networks: &[&str], standard: bool, peer: &str, lines: &[&str]) -> String {
        let networks: Vec<String> = networks.iter().map(|text| text.to_string()).collect();
        let proxies = Proxies::new(&networks, standard).expect("networks");
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(&proxies.header, line.parse().expect("a header"));
        }
        proxies.client(peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn the_rightmost_hop_that_is_not_ours_is_the_client() {
        let ours = ["10.0.0.0/8", "2001:db8::/32", "127.0.0.1"];
        for (peer, lines, expected) in [
            ("10.0.0.1", &["203.0.113.7"][..], "203.0.113.7"),
            ("10.0.0.1", &["198.51.100.1, 203.0.113.7, 10.1.2.3"], "203.0.113.7"),
            ("10.0.0.1", &["198.51.100.1", "203.0.113.7,10.1.2.3"], "203.0.113.7"),
            ("10.0.0.1", &["10.9.9.9"], "10.9.9.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.7, unknown"], "10.0.0.1"),
            ("11.0.0.1", &["203.0.113.7"], "11.0.0.1"),
            ("127.0.0.2", &["203.0.113.7"], "127.0.0.2"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.7"], "203.0.113.7"),
            ("2001:db8::1", &["[2001:470::5]:4711"], "2001:470::5"),
            ("10.0.0.1", &["203.0.113.7:4711"], "203.0.113.7"),
        ] {
            assert_eq!(client(&ours, false, peer, lines), expected, "{peer} {lines:?}");
        }
        assert_eq!(client(&[], false, "10.0.0.1", &["203.0.113.7"]), "10.0.0.1", "nobody is trusted unasked");
    }

    #[test]
    fn the_standard_header_is_read_likewise() {
        for (line, expected) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("For=\"[2001:470:cafe::17]:4711\"", "2001:470:cafe::17"),
            ("for=\"[2001:470:cafe::17]\"", "2001:470:cafe::17"),
            ("for=\"1.2.3.4, for=192.0.2.60", "192.0.2.60"),
            ("for=_hidden", "10.0.0.1"),
        ] {
            assert_eq!(client(&["10.0.0.0/8"], true, "10.0.0.1", &[line]), expected, "{line}");
        }
    }

    #[test]
    fn what_is_no_network_is_named() {
        for wrong in ["", "10.0.0.0/33", "example.org", "10.0.0.0/", "::/129"] {
            assert!(Proxies::new(&[wrong.to_string()], false).is_err(), "{wrong}");
        }
    }
}
