//! The Atom feed, the site map and `robots.txt`. Must not know templates, the disk or the clock.

use std::fmt::Write;

use rayon::prelude::*;
use url::Url;

use crate::catalog::{Catalog, Entry, EntryIndex};
use crate::config::Config;
use crate::date::Date;
use crate::view::{self, PagePlan, Subject, ViewContext};

/// Articles in the feed.
const FEED_ENTRIES: usize = 30;

/// The feed's file.
pub const FEED_FILE: &str = "feed.xml";

/// The rules for machines.
const ROBOTS_FILE: &str = "robots.txt";

/// The feed, where the site knows its address.
pub fn feed(context: &ViewContext<'_>) -> Option<String> {
    context.config.base_url.as_ref().map(|base| feed_at(context, base))
}

/// The other files for machines, by path: a site map where the site knows its address, and `robots.txt`, unless the
/// site brings its own. They say nothing of texts.
pub fn files_besides_feed(context: &ViewContext<'_>, plans: &[PagePlan]) -> Vec<(&'static str, String)> {
    let (config, catalog) = (context.config, context.catalog);
    let brings_robots = catalog.copied_files.iter().any(|copied| copied.output == ROBOTS_FILE);
    let mut files = Vec::new();
    if !brings_robots {
        files.push((ROBOTS_FILE, robots(config)));
    }
    if let Some(base) = &config.base_url {
        files.push(("sitemap.xml", sitemap(config, catalog, plans, base)));
    }
    files
}

/// Internal sites ask machines to stay away; whether they do is not in our hands.
fn robots(config: &Config) -> String {
    let audience = config.publication.audience.as_ref().map(|audience| audience.value.as_str());
    let rule = if audience == Some("internal") { "Disallow: /" } else { "Allow: /" };
    let mut text = format!("User-agent: *\n{rule}\n");
    if let Some(base) = &config.base_url {
        let _ = writeln!(text, "Sitemap: {base}sitemap.xml");
    }
    text
}

/// Atom (RFC 4287). Every entry has its summary in the publisher's words and its own authors; only a piece whose owner
/// allows it has a text, with the owner's statement. An empty feed was changed on the day of the build: Atom asks for
/// a day.
fn feed_at(context: &ViewContext<'_>, base: &Url) -> String {
    let (config, catalog) = (context.config, context.catalog);
    let days = catalog.dated_articles().take(FEED_ENTRIES).filter_map(|(_, entry)| last_day(entry));
    let last_change = days.max().unwrap_or(catalog.day);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ = writeln!(xml, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">", Escaped(&config.language));
    let _ = writeln!(xml, "<title>{}</title>", Escaped(&config.title));
    if !config.description.is_empty() {
        let _ = writeln!(xml, "<subtitle>{}</subtitle>", Escaped(&config.description));
    }
    let _ = writeln!(xml, "<id>{}</id>", Escaped(base.as_str()));
    let _ = writeln!(xml, "<link href=\"{}\"/>", Escaped(base.as_str()));
    let _ = writeln!(xml, "<link rel=\"self\" href=\"{}{FEED_FILE}\"/>", Escaped(base.as_str()));
    let _ = writeln!(xml, "<updated>{}</updated>", moment(config, last_change));
    for (index, entry) in catalog.dated_articles().take(FEED_ENTRIES) {
        feed_entry(&mut xml, context, base, index, entry);
    }
    xml.push_str("</feed>\n");
    xml
}

fn feed_entry(xml: &mut String, context: &ViewContext<'_>, base: &Url, index: EntryIndex, entry: &Entry) {
    let (config, catalog) = (context.config, context.catalog);
    let address = if entry.is_external() { entry.url.clone() } else { format!("{base}{}", entry.url) };
    let front = &entry.document.front;
    let _ = writeln!(xml, "<entry>\n<title>{}</title>", Escaped(&entry.title));
    let _ = writeln!(xml, "<id>{0}</id>\n<link href=\"{0}\"/>", Escaped(&address));
    if let Some(date) = &front.date {
        let _ = writeln!(xml, "<published>{}</published>", moment(config, date.value));
    }
    if let Some(day) = last_day(entry) {
        let _ = writeln!(xml, "<updated>{}</updated>", moment(config, day));
    }
    let people = entry.authors.iter().map(|&author| catalog.people[author].title.as_str());
    // The owner's name counts also where the owner has no page, such as while it is a draft.
    let named = front.source.as_ref().and_then(|named| catalog.terms_of_sources.get(&named.value));
    let owner = named.map(|source| source.title.as_str());
    let mut authors: Vec<&str> = people.collect();
    if authors.is_empty() {
        // Atom asks for an author; of a republished piece it is its owner, never this site.
        authors.push(owner.unwrap_or(&config.title));
    }
    for author in authors {
        let _ = writeln!(xml, "<author><name>{}</name></author>", Escaped(author));
    }
    for &topic in &entry.topics {
        let _ = writeln!(xml, "<category term=\"{}\"/>", Escaped(&catalog.topics[topic].title));
    }
    if !entry.summary.is_empty() {
        let _ = writeln!(xml, "<summary>{}</summary>", Escaped(&entry.summary));
    }
    if let Some(text) = view::text_for_feed(context, index, base) {
        let _ = writeln!(xml, "<content type=\"html\" xml:base=\"{}\">{}</content>", Escaped(&address), Escaped(&text));
    }
    xml.push_str("</entry>\n");
}

fn last_day(entry: &Entry) -> Option<Date> {
    let front = &entry.document.front;
    let day = |value: &Option<crate::diagnostic::Spanned<Date>>| value.as_ref().map(|day| day.value);
    day(&front.updated).max(day(&front.date))
}

/// The beginning of a day in the site's zone, as RFC 3339 in UTC.
fn moment(config: &Config, day: Date) -> String {
    match day.to_zoned(config.timezone.clone()) {
        Ok(start) => start.timestamp().to_string(),
        // Only days at the very ends of the calendar have no moment in some zones.
        Err(_) => format!("{day}T00:00:00Z"),
    }
}

/// The site map (sitemaps.org 0.9): pages that readers look for, not the search page or earlier addresses.
fn sitemap(config: &Config, catalog: &Catalog, plans: &[PagePlan], base: &Url) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    // Ten thousand addresses are long enough a text to be written by all threads.
    let address = Escaped(base.as_str()).to_string();
    let entries: Vec<String> =
        plans.par_chunks(512).map(|plans| sitemap_entries(config, catalog, plans, &address)).collect();
    xml.extend(entries);
    xml.push_str("</urlset>\n");
    xml
}

fn sitemap_entries(config: &Config, catalog: &Catalog, plans: &[PagePlan], base: &str) -> String {
    let mut xml = String::with_capacity(plans.len() * 96);
    for plan in plans {
        let day = match &plan.subject {
            Subject::Search | Subject::NotFound | Subject::Redirect(_) => continue,
            Subject::Article(entry) | Subject::Plain(entry) => last_day(&catalog.entries[*entry]),
            _ => None,
        };
        let url = crate::catalog::address::url_of(config.urls, &plan.output);
        let _ = write!(xml, "<url><loc>{base}{}</loc>", Escaped(url.trim_start_matches("./")));
        if let Some(day) = day {
            let _ = write!(xml, "<lastmod>{day}</lastmod>");
        }
        xml.push_str("</url>\n");
    }
    xml
}

/// A text inside XML: references for the characters that mean something, nothing for those XML does not allow.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Most texts have nothing to escape: what stands between is written in one piece.
        let special =
            |character: char| matches!(character, '&' | '<' | '>' | '"' | '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
        let mut rest = self.0;
        while let Some(at) = rest.find(special) {
            formatter.write_str(&rest[..at])?;
            let character = rest[at..].chars().next().unwrap_or_default();
            match character {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\t' | '\n' | '\r' => formatter.write_char(character)?,
                _ => {}
            }
            rest = &rest[at + character.len_utf8()..];
        }
        formatter.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_gets_references_and_no_forbidden_characters() {
        let text = "a & b < c > \"d\" \u{1}\u{fffe}\n\u{1f600}";
        assert_eq!(Escaped(text).to_string(), "a &amp; b &lt; c &gt; &quot;d&quot; \n\u{1f600}");
    }
}
