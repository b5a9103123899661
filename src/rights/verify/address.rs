//! Whether a link leads where the owner's link leads.
//!
//! The second half of rule 5. Must not know trees or texts.

use url::{Host, Url};

use super::report::AddressRule;

/// Rule 5: “The target is the same URL: written with a scheme, parsed as WHATWG URL; scheme equal or http upgraded to
/// https, never down; host equal after lower-casing and IDNA, or both in `hosts`; default port dropped; empty path is
/// `/`; no user info; no query (not even an empty one) or fragment that the statement does not have.”
///
/// The error says what is wrong, in plain words.
pub(super) fn compare(expected: &Url, found: &str, hosts: &[Host]) -> Result<AddressRule, String> {
    let found = absolute(found)?;
    let upgraded = match (expected.scheme(), found.scheme()) {
        (expected, found) if expected == found => false,
        ("http", "https") => true,
        ("https", "http") => return Err("it leads to http where the owner uses https".to_owned()),
        (expected, found) => return Err(format!("it begins with `{found}:` instead of `{expected}:`")),
    };
    let listed = !same_host(expected, &found, hosts)?;
    if found.port_or_known_default() != default_port(expected, &found) {
        return Err("it names another port".to_owned());
    }
    if !found.username().is_empty() || found.password().is_some() {
        return Err("it holds a user name".to_owned());
    }
    if found.path() != expected.path() {
        return Err(format!("its path is `{}` instead of `{}`", found.path(), expected.path()));
    }
    same_part("query", '?', expected.query(), found.query())?;
    same_part("fragment", '#', expected.fragment(), found.fragment())?;
    Ok(match (listed, upgraded) {
        (false, false) => AddressRule::Same,
        (false, true) => AddressRule::UpgradedToHttps,
        (true, false) => AddressRule::HostListed,
        (true, true) => AddressRule::HostListedAndUpgraded,
    })
}

/// An address that does not depend on the page it stands in.
fn absolute(text: &str) -> Result<Url, String> {
    let relative = || "it is not a complete address with its scheme".to_owned();
    let url = Url::parse(text).map_err(|_| relative())?;
    // `https:host` is relative on a page whose own scheme is https. Browsers drop tabs and line breaks wherever they
    // stand, and take a backslash for a slash.
    let rest = text.chars().filter(|character| !matches!(character, '\t' | '\n' | '\r')).skip_while(|it| *it != ':');
    let slashes = rest.skip(1).take_while(|character| matches!(character, '/' | '\\')).take(2).count();
    if url.has_host() && slashes < 2 {
        return Err(relative());
    }
    Ok(url)
}

/// Whether the hosts are equal; an error if they differ and are not both listed.
fn same_host(expected: &Url, found: &Url, hosts: &[Host]) -> Result<bool, String> {
    if expected.host() == found.host() {
        return Ok(true);
    }
    let listed = |url: &Url| url.host().is_some_and(|host| hosts.contains(&host.to_owned()));
    if listed(expected) && listed(found) {
        return Ok(false);
    }
    let name = |url: &Url| url.host_str().unwrap_or("no host").to_owned();
    Err(format!("its host is `{}` instead of `{}`", name(found), name(expected)))
}

/// The port expected of the address found: an upgrade to https moves the default with it.
fn default_port(expected: &Url, found: &Url) -> Option<u16> {
    expected
        .port()
        .or_else(|| if expected.scheme() == found.scheme() { expected.port_or_known_default() } else { Some(443) })
}

fn same_part(name: &str, mark: char, expected: Option<&str>, found: Option<&str>) -> Result<(), String> {
    match (expected, found) {
        (None, None) => Ok(()),
        (None, Some(found)) => Err(format!("it adds the {name} `{mark}{found}`")),
        (Some(expected), None) => Err(format!("it lacks the {name} `{mark}{expected}`")),
        (Some(expected), Some(found)) if expected == found => Ok(()),
        (Some(expected), Some(found)) => Err(format!("its {name} is `{mark}{found}` instead of `{mark}{expected}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_address_in_other_clothes() {
        let hosts = [Host::parse("hearth.example").unwrap(), Host::parse("www.hearth.example").unwrap()];
        for (expected, found, rule) in [
            ("https://hearth.example/", "https://hearth.example/", AddressRule::Same),
            ("https://hearth.example/", "HTTPS://Hearth.Example", AddressRule::Same),
            ("https://hearth.example/", " https://hearth.example:443/\n", AddressRule::Same),
            ("https://hearth.example/", "ht\ttps:\n//hearth\r\n.example/", AddressRule::Same),
            ("https://hearth.example/", "https:\\\\hearth.example\\", AddressRule::Same),
            ("https://hearth.example/", "https://ｈe%61rth.example/", AddressRule::Same),
            ("http://hearth.example/", "https://hearth.example/", AddressRule::UpgradedToHttps),
            ("http://hearth.example/", "http://hearth.example:80", AddressRule::Same),
            ("https://hearth.example/", "https://www.hearth.example/", AddressRule::HostListed),
            ("http://hearth.example/", "https://www.hearth.example/", AddressRule::HostListedAndUpgraded),
            ("https://bücher.example/", "https://xn--bcher-kva.example/", AddressRule::Same),
            ("https://hearth.example/a?b=1#c", "https://hearth.example/a?b=1#c", AddressRule::Same),
            ("mailto:a@hearth.example", "mailto:a@hearth.example", AddressRule::Same),
            ("https://other.example:8443/", "https://other.example:8443", AddressRule::Same),
        ] {
            assert_eq!(compare(&Url::parse(expected).unwrap(), found, &hosts), Ok(rule), "{found}");
        }
    }

    #[test]
    fn another_address() {
        for (expected, found) in [
            ("https://hearth.example/", "http://hearth.example/"),
            ("https://hearth.example/", "https://hearth.example/?utm_source=kb"),
            ("https://hearth.example/", "https://hearth.example/?"),
            ("https://hearth.example/", "https://hearth.example/#"),
            ("https://hearth.example/", "https://hearth.example./"),
            ("https://hearth.example/", "https://www.hearth.example/"),
            ("https://hearth.example/", "https://hearth.example:8443/"),
            ("http://hearth.example/", "https://hearth.example:80/"),
            ("https://hearth.example/", "https://me@hearth.example/"),
            ("https://hearth.example/", "https://:x@hearth.example/"),
            ("https://hearth.example/", "https://hearth.example.evil.example/"),
            ("https://hearth.example/", "https://r.example/?to=https://hearth.example/"),
            ("https://hearth.example/a", "https://hearth.example/a/"),
            ("https://hearth.example/a", "https://hearth.example/A"),
            ("https://hearth.example/?a", "https://hearth.example/"),
            ("https://hearth.example/", "//hearth.example/"),
            ("https://hearth.example/", "https:hearth.example/"),
            ("https://hearth.example/", "https:/hearth.example/"),
            ("https://hearth.example/", "/"),
            ("https://hearth.example/", ""),
            ("https://hearth.example/", "javascript:location='https://hearth.example/'"),
            ("https://hearth.example/", "https://h\u{435}arth.example/"),
        ] {
            assert!(compare(&Url::parse(expected).unwrap(), found, &[]).is_err(), "{found}");
        }
    }
}
