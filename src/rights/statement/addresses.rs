//! Web addresses in a text, as readers recognise them.
//!
//! An address is `http://…` or `https://…`, `www.…`, or labels that end in a top-level domain (IANA's list, and the
//! reserved `example` and `test` of RFC 2606), without the punctuation at its end. `e.g.`, `Ph.D.` and `v1.2` are none,
//! nor is any part of an e-mail address. Must not know links.

use std::ops::Range;

/// Top-level domains that are written in any letter case (`Booking.Com`). All others count only in capitals or in
/// small letters: in `with care.In most towns` a space is missing, and no Indian host is meant.
const ANY_CASE: [&str; 9] = ["com", "org", "net", "edu", "gov", "info", "biz", "example", "test"];

/// Characters at which an address ends although no white space follows.
const ENDS: [char; 10] = ['<', '>', '"', '“', '”', '«', '»', '[', ']', '|'];

/// The addresses in a text, in order.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        if !character.is_alphanumeric() {
            at += character.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let run = &rest[..rest.find(|next: char| !is_host_character(next)).unwrap_or(rest.len())];
        let address = if has_marked_start(rest) {
            Some(at..at + length(rest))
        } else if text[..at].ends_with('@') || rest[run.len()..].starts_with('@') {
            None
        } else {
            let host = run.trim_end_matches(['.', '-', '_']);
            is_host(host).then(|| match rest[host.len()..].chars().next() {
                Some('/' | '?' | '#' | ':') => at..at + length(rest).max(host.len()),
                _ => at..at + host.len(),
            })
        };
        at += address.as_ref().map_or(run.len(), |address| address.len().max(1));
        found.extend(address);
    }
    found
}

/// The address as a URL's text: with a scheme.
pub(super) fn with_scheme(address: &str) -> String {
    if starts_with(address, "http://") || starts_with(address, "https://") {
        address.to_owned()
    } else {
        format!("https://{address}")
    }
}

fn is_host_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '-' | '_')
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Whether a text begins as only addresses do.
fn has_marked_start(text: &str) -> bool {
    ["http://", "https://", "www."]
        .iter()
        .any(|start| starts_with(text, start) && text[start.len()..].starts_with(char::is_alphanumeric))
}

/// The length of the address that a text begins with.
fn length(text: &str) -> usize {
    let end = text.find(|next: char| next.is_whitespace() || ENDS.contains(&next)).unwrap_or(text.len());
    let mut address = &text[..end];
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’', '…', '*', '_']);
        let unbalanced = shorter.ends_with(')') && shorter.matches('(').count() < shorter.matches(')').count();
        let shorter = if unbalanced { &shorter[..shorter.len() - 1] } else { shorter };
        if shorter.len() == address.len() {
            return address.len();
        }
        address = shorter;
    }
}

fn is_host(candidate: &str) -> bool {
    let labels: Vec<&str> = candidate.split('.').collect();
    let valid = |label: &&str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let Some((last, others)) = labels.split_last() else { return false };
    !others.is_empty() && labels.iter().all(valid) && is_top_level(last)
}

fn is_top_level(label: &str) -> bool {
    let lower = label.to_lowercase();
    let one_case = label == lower || label == label.to_uppercase();
    if ANY_CASE.contains(&lower.as_str()) {
        return true;
    }
    // Top-level domains in other scripts are listed in their ASCII form.
    let ascii = match url::Host::parse(&lower) {
        Ok(url::Host::Domain(domain)) => domain,
        _ => return false,
    };
    one_case && tld::exist(&ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_address() {
        for (text, expected) in [
            ("Visit hearth.example.", &["hearth.example"][..]),
            ("(www.Hearth.example/a?b=c#d), now", &["www.Hearth.example/a?b=c#d"]),
            ("at HTTPS://hearth.test/x_(y): yes", &["HTTPS://hearth.test/x_(y)"]),
            ("see “HearthInstitute.Com”!", &["HearthInstitute.Com"]),
            ("hearth.institute:8080/x and b.co.uk…", &["hearth.institute:8080/x", "b.co.uk"]),
            ("e.g. this, i.e. that, a Ph.D. of v1.2, at 9 a.m. in the U.S.A. by Smith et al.", &[]),
            ("mail info@hearth.example or ana.ash@mail.hearth.example", &[]),
            ("with care.In most towns.To them", &[]),
            ("and/or 24/7, 3.50, node.js, No.5, etc.", &[]),
            ("bücher.example and täst.рф", &["bücher.example", "täst.рф"]),
            ("www. is no address, nor is http:// alone", &[]),
            ("...", &[]),
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|place| &text[place]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
