//! 标记: names that say nothing, for what supervision compares and nobody may read: the network a request came
//! from, the account a deposit was paid from. Addresses are personal data and the record is kept for ten years,
//! so it holds a hash under a key of this installation: two equal ones are one network, and none tells which.

use crate::keys;
use aws_lc_rs::hmac;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

/// Of a network's hash: enough that two never meet by accident.
const NAME_BYTES: usize = 12;
/// An IPv6 house has 64 bits of addresses to itself and changes among them at will.
const IPV6_NETWORK_BYTES: usize = 8;

pub struct Marks {
    key: hmac::Key,
}

impl Marks {
    /// The key is drawn at the first start and kept beside the journal. Were it lost, only what was marked before
    /// and what is marked after could no longer be compared.
    pub fn open(dir: &Path) -> std::io::Result<Marks> {
        Ok(Marks::with_key(&keys::secret(&dir.join("marks.key"))?))
    }

    pub fn with_key(key: &[u8]) -> Marks {
        Marks { key: hmac::Key::new(hmac::HMAC_SHA256, key) }
    }

    /// The network behind a peer's address: the whole of it for IPv4, its first half for IPv6.
    pub fn network(&self, peer: IpAddr) -> Arc<str> {
        let tag = match peer.to_canonical() {
            IpAddr::V4(address) => hmac::sign(&self.key, &address.octets()),
            IpAddr::V6(address) => hmac::sign(&self.key, &address.octets()[..IPV6_NETWORK_BYTES]),
        };
        tag.as_ref()[..NAME_BYTES].iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
    }

    /// 从业人员 and bidders are compared by it: the number itself is nowhere, and its few digits cannot be tried
    /// through without the key.
    pub fn person(&self, id_number: &str) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(b"person\0");
        context.update(id_number.as_bytes());
        context.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A number for a text among those of its kind.
    pub fn number(&self, kind: &str, text: &str) -> u64 {
        let mut context = hmac::Context::with_key(&self.key);
        for part in [kind.as_bytes(), &[0], text.as_bytes()] {
            context.update(part);
        }
        let tag = context.sign();
        u64::from_be_bytes(tag.as_ref()[..8].try_into().expect("HMAC-SHA256 has 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_house_has_one_name_and_the_name_does_not_tell_which() {
        let marks = Marks::with_key(&[7; 32]);
        let name = |address: &str| marks.network(address.parse().expect("an address"));
        assert_eq!(name("192.0.2.7"), name("::ffff:192.0.2.7"), "the same peer, over either socket");
        assert_ne!(name("192.0.2.7"), name("192.0.2.8"));
        assert_eq!(name("2001:db8:1:2::5"), name("2001:db8:1:2:ffff::9"), "a house");
        assert_ne!(name("2001:db8:1:2::5"), name("2001:db8:1:3::5"), "its neighbour");
        let elsewhere = Marks::with_key(&[8; 32]);
        assert_ne!(name("192.0.2.7"), elsewhere.network("192.0.2.7".parse().expect("an address")));
        assert_eq!(name("192.0.2.7").len(), 2 * NAME_BYTES);
    }

    #[test]
    fn kinds_do_not_meet() {
        let marks = Marks::with_key(&[7; 32]);
        assert_eq!(marks.number("payer", "6222"), marks.number("payer", "6222"));
        assert_ne!(marks.number("payer", "6222"), marks.number("device", "6222"));
        assert_ne!(marks.number("a", "bc"), marks.number("ab", "c"));
    }
}
