//! From an address in a page or a stylesheet to the path of a file in the output.

use percent_encoding::percent_decode_str;
use url::Url;

/// Where the site is published, as far as it is known.
#[derive(Debug, Clone, Default)]
pub struct SiteAddress {
    base: Option<Url>,
}

impl SiteAddress {
    /// From `base_url` of the settings; one that is no address counts as none.
    pub fn new(base_url: Option<&str>) -> Self {
        Self { base: base_url.and_then(|base| Url::parse(base).ok()).filter(Url::has_host) }
    }

    /// The site's top, ending in `/`; a name that no site has where none is known.
    fn top(&self) -> Option<Url> {
        let mut top = match &self.base {
            Some(base) => base.clone(),
            None => Url::parse("http://site.invalid/").ok()?,
        };
        if !top.path().ends_with('/') {
            let path = format!("{}/", top.path());
            top.set_path(&path);
        }
        top.set_query(None);
        top.set_fragment(None);
        Some(top)
    }
}

/// The output path an address stands for; the error says why it is none, in plain words.
pub(super) fn resolve(
    site: &SiteAddress,
    from: &str,
    base: Option<&str>,
    address: &str,
) -> Result<String, &'static str> {
    let wrong = "its address cannot be understood";
    let top = site.top().ok_or(wrong)?;
    let mut here = top.clone();
    here.path_segments_mut().map_err(|()| wrong)?.pop_if_empty().extend(from.split('/'));
    if let Some(base) = base {
        here = here.join(base).map_err(|_| wrong)?;
    }
    let found = here.join(address).map_err(|_| wrong)?;
    if found.scheme() == "data" {
        return Err("it is written into its address (`data:`)");
    }
    if found.host() != top.host() || found.port_or_known_default() != top.port_or_known_default() {
        return Err("it comes from another host");
    }
    let path = found.path().strip_prefix(top.path()).ok_or("it lies outside the site")?;
    percent_decode_str(path).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_paths() {
        let own = SiteAddress::new(Some("https://kb.example/handbook"));
        let unknown = SiteAddress::default();
        for (site, from, base, address, expected) in [
            (&unknown, "articles/a.html", None, "../assets/main.css?v=2#x", Ok("assets/main.css")),
            (&unknown, "index.html", None, "/assets/main.css", Ok("assets/main.css")),
            (&own, "a/b.html", None, "/handbook/assets/main%20x.css", Ok("assets/main x.css")),
            (&own, "a/b.html", None, "https://KB.example/handbook/m.css", Ok("m.css")),
            (&own, "a/b.html", None, "/other/m.css", Err("it lies outside the site")),
            (&own, "a/ü.html", None, "m.css", Ok("a/m.css")),
            (&unknown, "a.html", None, "https://fonts.example/x.css", Err("it comes from another host")),
            (&unknown, "a.html", None, "//fonts.example/x.css", Err("it comes from another host")),
            (&unknown, "a.html", None, "data:text/css,a{}", Err("it is written into its address (`data:`)")),
            (&unknown, "a/b.html", Some("../"), "m.css", Ok("m.css")),
            (&unknown, "a/b.html", Some("https://x.example/"), "m.css", Err("it comes from another host")),
        ] {
            assert_eq!(resolve(site, from, base, address), expected.map(str::to_owned), "{address}");
        }
    }
}
