//! Which names a request may use for this server. Must not know the site.
//!
//! A web page can give its own host name the address of this machine (DNS rebinding) and then read the preview as if
//! it were its own. A request that reached us by such a name says so in its `Host` header.

use std::net::{IpAddr, Ipv6Addr};

/// Whether a `Host` header, such as `localhost:4400`, names this server, which listens on `bound`.
pub(super) fn is_ours(header: &str, bound: IpAddr) -> bool {
    let name = without_port(header).trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    let address = match name.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')) {
        Some(inside) => inside.parse::<Ipv6Addr>().map(IpAddr::V6).ok(),
        None => name.parse::<IpAddr>().ok().filter(IpAddr::is_ipv4),
    };
    // A server on all addresses of the machine is reached by each of them; an address cannot be rebound.
    address.is_some_and(|address| address.is_loopback() || address == bound || bound.is_unspecified())
}

fn without_port(header: &str) -> &str {
    match header.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => header,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn names_of_this_machine_and_no_others() {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let here = IpAddr::from([192, 168, 1, 7]);
        let all = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        for (header, bound, expected) in [
            ("localhost:4400", loopback, true),
            ("LOCALHOST", loopback, true),
            ("handbook.localhost:4400", loopback, true),
            ("127.0.0.1:4400", loopback, true),
            ("[::1]:4400", loopback, true),
            ("[::1]", loopback, true),
            ("192.168.1.7:4400", here, true),
            ("192.168.1.8:4400", here, false),
            ("192.168.1.8:4400", all, true),
            ("evil.example:4400", loopback, false),
            ("evil.example", all, false),
            ("localhost.evil.example", loopback, false),
            ("evillocalhost", loopback, false),
            ("127.0.0.1.evil.example", loopback, false),
            ("127.0.0.1@evil.example", loopback, false),
            ("::1", loopback, false),
            ("", loopback, false),
        ] {
            assert_eq!(is_ours(header, bound), expected, "{header} on {bound}");
        }
    }
}
