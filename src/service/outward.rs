//! Calls to addresses strangers gave us. A name is looked up once, what it leads to is judged, and that
//! address is the one called: nobody reaches our own network through us (SSRF).

use axum::http::Uri;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;
use ureq::config::Config;
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// A receiver takes the news and answers; what it makes of them is its own time.
const PATIENCE: Duration = Duration::from_secs(10);
pub const URL_BYTES_MAX: usize = 500;

/// Whether an address is of the open internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    // The special-purpose registry of IANA (RFC 6890).
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a, b) == (100, b & 0x3F | 0x40)
        || (a, b, c) == (192, 0, 0)
        || (a, b & 0xFE) == (198, 18))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // Mapped, translated (64:ff9b::/96) and 6to4: as the address inside.
        [0, 0, 0, 0, 0, 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo and documentation lie inside of global unicast, which is 2000::/3.
        [0x2001, 0 | 0xDB8, ..] => false,
        [first, ..] => first & 0xE000 == 0x2000,
    }
}

/// Looks a name up and gives nothing where any of its addresses is not public.
#[derive(Debug)]
struct Guarded {
    names: DefaultResolver,
    to_private: bool,
}

impl Resolver for Guarded {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        match self.to_private || found.iter().all(|address| is_public(address.ip())) {
            true => Ok(found),
            false => Err(ureq::Error::HostNotFound),
        }
    }
}

/// Calls strangers' addresses: no redirects, no proxy, no answer's body.
pub struct Caller {
    agent: ureq::Agent,
    to_private: bool,
}

impl Caller {
    /// `to_private`: also plain http and addresses of our own network, for rehearsals and tests.
    pub fn new(to_private: bool) -> Caller {
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = Config::builder()
            .tls_config(TlsConfig::builder().unversioned_rustls_crypto_provider(crypto).build())
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .max_idle_connections(0)
            .user_agent("sunbid-webhooks")
            .build();
        let resolver = Guarded { names: DefaultResolver::default(), to_private };
        Caller { agent: ureq::Agent::with_parts(config, DefaultConnector::default(), resolver), to_private }
    }

    /// Whether a URL may be called at all; its name is judged with each call.
    pub fn takes(&self, url: &str) -> bool {
        let Ok(uri) = url.parse::<Uri>() else { return false };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let literal = host.parse::<IpAddr>().ok();
        url.len() <= URL_BYTES_MAX
            && !authority.as_str().contains('@')
            && !host.is_empty()
            && (scheme == "https" || scheme == "http" && self.to_private)
            && (self.to_private || literal.is_none_or(is_public))
    }

    /// The answer's status; an error in words where nobody answered. Blocks.
    pub fn post(&self, url: &str, headers: [(&str, &str); 3], body: &str) -> Result<u16, String> {
        if !self.takes(url) {
            return Err("not an address to be called".into());
        }
        let mut request = self.agent.post(url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.send(body).map(|answer| answer.status().as_u16()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_internet_is_called() {
        for (ip, public) in [
            ("8.8.8.8", true),
            ("100.63.0.1", true),
            ("100.64.0.1", false),
            ("100.127.255.255", false),
            ("100.128.0.1", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("0.0.0.0", false),
            ("198.19.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2400:3200::1", true),
            ("::1", false),
            ("::", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::a00:1", false),
            ("2002:7f00:1::", false),
            ("2001:db8::1", false),
            ("2001::1", false),
        ] {
            assert_eq!(is_public(ip.parse().expect("an address")), public, "{ip}");
        }
    }

    #[test]
    fn a_url_is_https_without_a_login_and_of_no_private_number() {
        let caller = Caller::new(false);
        assert!(caller.takes("https://example.org/hook?a=1") && caller.takes("https://8.8.8.8:8443/"));
        for wrong in [
            "http://example.org/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://me:secret@example.org/",
            "ftp://example.org/",
            "/hook",
            "https://",
            "",
        ] {
            assert!(!caller.takes(wrong), "{wrong}");
        }
        assert!(caller.post("https://localhost/", [("a", "b"); 3], "{}").is_err(), "a name that leads home");
        assert!(Caller::new(true).takes("http://127.0.0.1:9/"));
    }
}
