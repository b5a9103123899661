//! What a served page has more than a built one: a mark, a style sheet and a script, each with `data-preview`.
//!
//! Everything is added at one place, so that the rest is the page as it was built, byte for byte. Must not know what a
//! page shows.

use crate::source::Digest;

/// What the script must know of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    /// The digest of the page as it was built.
    pub(super) digest: Digest,
    /// The digest of pictures and films.
    pub(super) media: Digest,
    /// Whether the page stands in for one that is not there.
    pub(super) missing: bool,
    /// Whether the page is a draft.
    pub(super) draft: bool,
    /// Whether drafts are shown.
    pub(super) drafts: bool,
}

/// The digest as the browser knows it.
pub(super) fn short(digest: Digest) -> String {
    let mut text = digest.to_hex();
    text.truncate(16);
    text
}

/// The page with everything that makes it a preview.
pub(super) fn into_page(html: &[u8], about: About) -> Vec<u8> {
    let added = added(about);
    let at = end_of_body(html);
    let mut page = Vec::with_capacity(html.len() + added.len());
    page.extend_from_slice(&html[..at]);
    page.extend_from_slice(added.as_bytes());
    page.extend_from_slice(&html[at..]);
    page
}

fn added(about: About) -> String {
    let About { digest, media, missing, draft, drafts } = about;
    let missing = if missing { " data-preview-missing" } else { "" };
    let (words, class) = match (draft, drafts) {
        (true, _) => ("Preview · Draft", " steward-preview-draft"),
        (false, true) => ("Preview with drafts", ""),
        (false, false) => ("Preview", ""),
    };
    format!(
        "<link data-preview rel=\"stylesheet\" href=\"/_steward/preview.css\">\
         <aside data-preview class=\"steward-preview-mark{class}\" lang=\"en\" aria-label=\"Preview\">{words}</aside>\
         <script data-preview src=\"/_steward/preview.js\" data-preview-page=\"{}\" data-preview-media=\"{}\"{missing}></script>",
        short(digest),
        short(media),
    )
}

/// Where the body ends: before its last end tag, or where the text ends, which browsers count to the body as well.
fn end_of_body(html: &[u8]) -> usize {
    const TAG: &[u8] = b"</body";
    memchr::memrchr_iter(b'<', html)
        .find(|&at| html[at..].get(..TAG.len()).is_some_and(|found| found.eq_ignore_ascii_case(TAG)))
        .unwrap_or(html.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_added_at_one_place_and_marked() {
        let about =
            About { digest: Digest::of(b"x"), media: Digest::of(b"y"), missing: true, draft: false, drafts: false };
        for page in ["<html><body><p>a</body></html>\n", "<p>a", "", "<BODY>b</BODY>", "<!-- </body> --><body></body >"]
        {
            let made = String::from_utf8(into_page(page.as_bytes(), about)).unwrap();
            let added = added(about);
            assert_eq!(made.replace(&added, ""), page);
            assert_eq!(
                added.matches("data-preview ").count(),
                added.matches('<').count() - added.matches("</").count()
            );
        }
        let made = into_page(b"<body>a</body>", about);
        assert!(made.ends_with(b"</script></body>"));
        assert!(String::from_utf8(into_page(b"", About { draft: true, ..about })).unwrap().contains("Draft"));
    }
}
