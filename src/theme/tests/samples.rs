//! One rich view of every kind of page, as the stages above the theme would make them.

use crate::view::*;

fn link(title: &str, url: &str) -> LinkView {
    LinkView { title: title.into(), url: url.into() }
}

fn person(name: &str) -> PersonView {
    PersonView { name: name.into(), url: Some(format!("authors/{}.html", name.to_lowercase().replace(' ', "-"))) }
}

fn counted(title: &str, url: &str, summary: &str, count: usize) -> CountedLink {
    CountedLink { title: title.into(), url: url.into(), summary: summary.into(), count }
}

fn entry(id: &str, title: &str) -> ContentsEntry {
    ContentsEntry { id: id.into(), title: title.into(), children: Vec::new() }
}

/// The site around the sample pages.
pub(crate) fn site() -> SiteView {
    let navigation = [
        ("articles", "Articles", "articles/index.html"),
        ("paths", "Learning paths", "paths/index.html"),
        ("topics", "Topics", "topics/index.html"),
        ("learning_points", "Learning points", "learning-points.html"),
        ("action_steps", "Action steps", "action-steps.html"),
        ("questions", "Questions", "questions.html"),
        ("glossary", "Glossary", "glossary.html"),
    ];
    SiteView {
        title: "Harbour House Service Handbook".into(),
        description: "How we look after our guests, and after one another.".into(),
        language: "en".into(),
        base_url: Some("https://kb.example/handbook/".into()),
        home_url: "index.html".into(),
        search_url: "search.html".into(),
        feed_url: Some("feed.xml".into()),
        navigation: navigation
            .map(|(key, title, url)| NavigationItem { key: key.into(), title: title.into(), url: url.into() })
            .into(),
        footer: Vec::new(),
        announcements: vec![AnnouncementView {
            text: "The complaint process changed on 1 March.".into(),
            id: "notice-1".into(),
        }],
        parts: vec![PartName { key: "learning_point".into(), label: "Key Learning Point".into() }],
        extra: serde_json::Map::new(),
    }
}

fn card(number: usize, title: &str, summary: &str) -> Card {
    Card {
        title: title.into(),
        url: format!("articles/a{number}.html"),
        external: false,
        summary: summary.into(),
        date: Some("2026-10-05".into()),
        updated: None,
        authors: vec![person("Mara Lindqvist")],
        minutes: 3 + u32::try_from(number).unwrap_or(0),
        topics: vec![link("Complaints", "topics/complaints.html"), link("Recovery", "topics/recovery.html")],
        audience: vec![link("Frontline", "audiences/frontline.html")],
        section: Some(link("Articles", "articles/index.html")),
        source: None,
        language: None,
        featured: false,
        draft: false,
        image: None,
    }
}

fn cards() -> Vec<Card> {
    let mut cards = vec![
        card(1, "The first ninety seconds", "What a guest decides before anybody has said more than hello."),
        card(2, "An apology that ends the matter", "Four sentences, in this order, and nothing after the fourth."),
        card(
            3,
            "When the answer is no",
            "Saying no so that the guest still feels looked after, with three phrases that help.",
        ),
        card(4, "Handing over without losing the thread", "A guest should never tell their story twice."),
    ];
    cards[1].source = Some(link("Hearth Institute", "sources/hearth-institute.html"));
    cards[2].draft = true;
    cards[3].external = true;
    cards[3].minutes = 0;
    cards[3].url = "https://reading.example/handover".into();
    cards
}

fn paths() -> Vec<PathCard> {
    let path = |title: &str, url: &str, summary: &str, steps, minutes| PathCard {
        title: title.into(),
        url: url.into(),
        summary: summary.into(),
        steps,
        minutes,
        audience: vec![link("Frontline", "audiences/frontline.html")],
    };
    vec![
        path(
            "Your first week at the desk",
            "paths/first-week.html",
            "What to know before the first guest asks.",
            5,
            40,
        ),
        path("Recovering from a mistake", "paths/recovery.html", "From the first word to the follow-up call.", 4, 25),
        path("Leading a huddle", "paths/huddle.html", "Twenty minutes that people look forward to.", 3, 20),
    ]
}

fn topics() -> Vec<CountedLink> {
    vec![
        counted("Complaints", "topics/complaints.html", "", 12),
        counted("First impressions", "topics/first-impressions.html", "", 8),
        counted("Listening", "topics/listening.html", "", 7),
        counted("Recovery", "topics/recovery.html", "", 5),
        counted("Teamwork", "topics/teamwork.html", "", 9),
    ]
}

fn sections() -> Vec<CountedLink> {
    vec![counted("At the desk", "articles/desk/index.html", "Arrivals, departures and everything between.", 14)]
}

fn part(number: usize, key: &str, title: &str, content: Option<&str>) -> PartEntry {
    let article =
        link(&format!("Article {number}: an apology that ends the matter"), &format!("articles/a{number}.html"));
    PartEntry {
        key: key.into(),
        title: title.into(),
        url: format!("{}#{key}", article.url),
        article,
        content: content.map(str::to_owned),
        excerpt: None,
        items: Vec::new(),
        source: content.is_none().then(|| link("Hearth Institute", "sources/hearth-institute.html")),
        language: (key == "questions").then(|| "de".into()),
        audience: vec![link("Frontline", "audiences/frontline.html")],
    }
}

fn pagination() -> Pagination {
    Pagination {
        number: 2,
        total: 9,
        previous_url: Some("articles/index.html".into()),
        next_url: Some("articles/page-3.html".into()),
        pages: (1..=9).map(|number| link(&number.to_string(), &format!("articles/page-{number}.html"))).collect(),
    }
}

fn review() -> Option<ReviewView> {
    Some(ReviewView { reviewed: Some("2026-09-14".into()), due: Some("2027-09-14".into()), overdue: false })
}

const STEPS: &str = r#"<ol class="steps"><li data-step="s1">Stop what you are doing, turn towards the guest and let them finish. Do not explain yet.</li><li data-step="s2">Say what happened in the guest’s words: <em>“You waited forty minutes for a room that was promised at three.”</em></li><li data-step="s3"><p>Say sorry once, without “but”.</p><p>Then stop talking.</p></li><li data-step="s4">Say what you will do and by when. Write it into the log before the guest has left the desk.</li></ol>"#;

const POINT: &str = "<p>People forgive a mistake far more easily than they forgive being made to prove it.</p>";

const QUESTIONS: &str = "<ol><li data-step=\"q1\">When did somebody last apologise to you so well that you told others about it?</li><li>Which of the four sentences is hardest to say at our desk, and why?</li><li>What would have to be true for nobody to need to ask for a supervisor?</li></ol>";

fn body() -> String {
    let prose = r##"<p>Everybody at the desk apologises a dozen times a day. Most of these apologies are <em>reflexes</em>; the guest hears them as such. An apology that ends the matter is something else: it is short, it names what happened, and it is followed by something the guest can see.</p>
<h2 id="why">Why most apologies fail<a class="heading-anchor" href="#why" aria-label="Link to this section"></a></h2>
<p>They explain. An explanation given too early is an excuse, however true it is. In our own log of <strong>312 complaints</strong>, the word “because” stands in the first reply of nearly every one that came back a second time. See the <a href="../glossary.html#recovery">recovery</a> entry and <a href="https://reading.example/apologies" rel="external">a longer study</a>.</p>
<figure class="quote"><blockquote><p>I did not want the voucher. I wanted somebody to say that it should not have happened.</p></blockquote><figcaption>A guest, room 214</figcaption></figure>
<h2 id="four">The four sentences<a class="heading-anchor" href="#four" aria-label="Link to this section"></a></h2>
<p>In this order, and nothing after the fourth:</p>
<ul><li>What happened, in the guest’s words.</li><li>That it should not have happened.</li><li>What happens now, and by when.<ul><li>A time, not “soon”.</li><li>A name, not “somebody”.</li></ul></li><li>How they can reach you.</li></ul>
<h3 id="table">What guests heard<a class="heading-anchor" href="#table" aria-label="Link to this section"></a></h3>
<div class="table-scroll" tabindex="0"><table><thead><tr><th>We said</th><th>They heard</th><th class="align-right">Came back</th></tr></thead><tbody><tr><td>“I’m sorry, but the system …”</td><td>It is not my fault</td><td class="align-right">41 %</td></tr><tr><td>“That should not have happened.”</td><td>You are right</td><td class="align-right">9 %</td></tr></tbody></table></div>
<div class="alert alert-tip"><p class="alert-title">Tip</p><p>Write the promise down while the guest watches. It takes four seconds and is worth more than the voucher.</p></div>
<div class="alert alert-warning"><p class="alert-title">Warning</p><p>Never promise for a colleague who is not there.</p></div>
<blockquote><p>A plain quotation, without a name under it, such as a rule from the house book.</p></blockquote>
<p>Use <code>log complaint</code> in the desk tool, or press <kbd>F7</kbd>.<sup class="footnote-ref"><a href="#fn:1" id="fnref:1" role="doc-noteref">[1]</a></sup></p>
"##;
    let parts = format!(
        r##"<section class="part part-learning-point" data-part="learning_point"><h2 id="point" class="part-title">Key Learning Point<a class="heading-anchor" href="#point" aria-label="Link to this section"></a></h2>{POINT}</section>
<section class="part part-action-steps" data-part="action_steps"><h2 id="steps">Action Steps<a class="heading-anchor" href="#steps" aria-label="Link to this section"></a></h2>{STEPS}</section>
<section class="part part-questions" data-part="questions"><h2 id="questions">Questions To Ask<a class="heading-anchor" href="#questions" aria-label="Link to this section"></a></h2>{QUESTIONS}</section>
<section class="footnotes" role="doc-endnotes"><h2 id="footnotes" class="footnotes-title">Notes</h2><ol><li id="fn:1"><p>The key is the same on both desks. <a class="footnote-back" href="#fnref:1" role="doc-backlink" aria-label="Back to the text">↩</a></p></li></ol></section>"##
    );
    prose.to_owned() + &parts
}

/// The statement as it stands at the end of a republished piece.
pub(crate) const STATEMENT: &str = r#"<section class="statement"><h2 class="statement-title">Republished with permission</h2><div class="statement-text" data-statement="hearth-institute"><p>Copyright, Hearth Institute. Used with permission. Hearth Institute helps teams serve with care. For more articles, visit <a href="https://hearth.example/">HearthInstitute.example</a>.</p></div></section>"#;

fn article(republished: bool) -> ArticleView {
    let mut content = body();
    if republished {
        content.push_str(STATEMENT);
    }
    let recovery = link("Recovering from a mistake", "paths/recovery.html");
    ArticleView {
        deck: Some("Four sentences, in this order, and nothing after the fourth".into()),
        content,
        republished: republished.then(|| RepublishedView {
            source: link("Hearth Institute", "sources/hearth-institute.html"),
            original_url: Some("https://hearth.example/apology".into()),
            original_title: Some("The apology that ends it".into()),
            published: Some("2019-04".into()),
            changes: Some("British spelling.".into()),
        }),
        parts: Vec::new(),
        authors: vec![person("Mara Lindqvist"), PersonView { name: "Joseph Adeyemi".into(), url: None }],
        owner: Some(person("Ines Duarte")),
        review: if republished {
            Some(ReviewView { reviewed: None, due: Some("2026-08-01".into()), overdue: true })
        } else {
            review()
        },
        minutes: 6,
        date: Some("2026-01-05".into()),
        updated: None,
        audience: vec![
            link("Frontline", "audiences/frontline.html"),
            link("Supervisors", "audiences/supervisors.html"),
        ],
        topics: vec![link("Complaints", "topics/complaints.html"), link("Recovery", "topics/recovery.html")],
        paths: if republished {
            Vec::new()
        } else {
            vec![PathPlace {
                path: recovery,
                step: 2,
                steps: 4,
                previous: Some(link("The first ninety seconds", "articles/a1.html")),
                next: Some(link("When the answer is no", "articles/a3.html")),
            }]
        },
        previous: Some(link("The first ninety seconds", "articles/a1.html")),
        next: Some(link("When the answer is no", "articles/a3.html")),
        related: cards().into_iter().take(3).collect(),
        backlinks: vec![link("House rules", "house-rules.html"), link("The follow-up call", "articles/a9.html")],
        draft: false,
    }
}

fn path_steps() -> Vec<PathStepView> {
    let mut steps: Vec<PathStepView> = cards()
        .into_iter()
        .enumerate()
        .map(|(index, card)| PathStepView {
            number: index + 1,
            title: card.title.clone(),
            why: "So that you know what the guest has already been through when they reach you.".into(),
            minutes: 6,
            card: Some(card),
        })
        .collect();
    steps.push(PathStepView {
        number: 5,
        card: None,
        title: "The follow-up call".into(),
        why: String::new(),
        minutes: 5,
    });
    steps
}

fn guide_steps() -> Vec<GuideStepView> {
    let parts = |number: usize| {
        vec![
            part(number, "learning_point", "Key Learning Point", Some(POINT)),
            part(number, "action_steps", "Action Steps", Some(STEPS)),
            part(number, "questions", "Questions To Ask", Some(QUESTIONS)),
        ]
    };
    path_steps()
        .into_iter()
        .map(|step| GuideStepView {
            id: format!("step-{}", step.number),
            parts: match step.number {
                2 => vec![part(2, "action_steps", "Action Steps", None)],
                5 => Vec::new(),
                number => parts(number),
            },
            content: None,
            starts_at: u32::try_from(step.number - 1).unwrap_or(0) * 6,
            number: step.number,
            title: step.title,
            card: step.card,
            why: step.why,
            minutes: step.minutes,
        })
        .collect()
}

fn glossary() -> GlossaryView {
    let term = |id: &str, title: &str, other: &[&str]| GlossaryTerm {
        id: id.into(),
        title: title.into(),
        other: other.iter().map(|name| (*name).to_owned()).collect(),
        summary: "In one sentence.".into(),
        content: "<p>Everything that happens between a mistake and the moment the guest is content again.</p>".into(),
        backlinks: vec![link("An apology that ends the matter", "articles/a2.html")],
    };
    GlossaryView {
        content: "<p>The words we use, and what we mean by them.</p>".into(),
        letters: vec![
            GlossaryLetter { letter: "#".into(), terms: vec![term("10-4", "10–4 rule", &[])] },
            GlossaryLetter { letter: "H".into(), terms: vec![term("huddle", "Huddle", &["stand-up", "briefing"])] },
            GlossaryLetter { letter: "R".into(), terms: vec![term("recovery", "Recovery", &[])] },
        ],
    }
}

fn report() -> ReportView {
    let source = ReportSource {
        source: link("Hearth Institute", "sources/hearth-institute.html"),
        licence: Some("custom".into()),
        grants: vec!["medium website; price free".into()],
        changes: "with-note",
        excerpts: "40".into(),
        feeds: "summary",
        valid_from: Some("2020-01-01".into()),
        valid_until: Some("2027-12-31".into()),
        permission: Some("PERM-2026-014".into()),
        permission_until: Some("2026-12-31".into()),
        permission_grants: vec!["medium training-program".into()],
    };
    let piece = ReportPiece {
        article: link("The question behind the question", "articles/republished.html"),
        source: "Hearth Institute".into(),
        original_title: None,
        original_url: Some("https://hearth.example/notes/12".into()),
        authors: vec!["Hal Merrow".into()],
        published: Some("2007-07".into()),
        date: Some("2026-10-05".into()),
        seal: "none",
        changes: Some("shortened".into()),
    };
    let output = ReportOutput {
        file: "articles/republished.html".into(),
        digest: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262".into(),
        source: "hearth-institute".into(),
        place: "html > body > main > article > div".into(),
        links: vec![ReportLink { text: "hearth.example".into(), url: "https://hearth.example/".into(), rule: "https" }],
    };
    ReportView {
        day: "2026-11-21".into(),
        publication: vec!["website".into(), "free".into(), "internal".into()],
        rebuild_before: Some("2027-01-01".into()),
        sources: vec![source],
        pieces: vec![piece],
        outputs: vec![output],
        withheld: vec![ReportWithheld { source: "Lantern Guild".into(), reason: "the terms ended".into(), count: 2 }],
    }
}

fn page(output: &str, title: &str, content: PageContent) -> PageView {
    let depth = output.matches('/').count();
    let kind = match &content {
        PageContent::Plain(_) => "page",
        other => other.name(),
    };
    let mut breadcrumbs = vec![link("Home", "index.html")];
    if output.starts_with("articles/") {
        breadcrumbs.push(link("Articles", "articles/index.html"));
    }
    if output == "index.html" {
        breadcrumbs.clear();
    }
    PageView {
        republished: Vec::new(),
        output: output.into(),
        content,
        kind,
        root: "../".repeat(depth),
        url: output.into(),
        title: title.into(),
        description: "Four sentences & nothing after the fourth.".into(),
        language: "en".into(),
        canonical: Some(format!("https://kb.example/handbook/{output}")),
        image: None,
        structured_data: Some(r#"{"@type":"Article","headline":"Two \u0026 three"}"#.into()),
        breadcrumbs,
        contents: Vec::new(),
        edit_url: Some("https://git.example/edit/content.md".into()),
        feedback_url: Some("mailto:kb@example.org?subject=Feedback".into()),
        extra: serde_json::Map::new(),
    }
}

/// A page of every kind.
pub(crate) fn pages() -> Vec<PageView> {
    let search = SearchView { topics: topics(), sections: sections() };
    let mut pages = vec![
        page(
            "index.html",
            "Looking after guests, well and on purpose",
            PageContent::Home(Box::new(HomeView {
                content: "<p>Short pieces for the people who meet our guests: one point, a few steps for today, and questions for the next huddle.</p>".into(),
                paths: paths(),
                topics: topics(),
                sections: sections(),
                featured: Vec::new(),
                latest: cards(),
                learning_point: Some(part(2, "learning_point", "Key Learning Point", Some(POINT))),
            })),
        ),
        page("articles/apology.html", "An apology that ends the matter", PageContent::Article(Box::new(article(false)))),
        page("articles/republished.html", "The apology that ends it", PageContent::Article(Box::new(article(true)))),
        page(
            "articles/index.html",
            "Articles",
            PageContent::Section(Box::new(SectionView {
                content: "<p>Everything we have written down, newest first.</p>".into(),
                sections: sections(),
                cards: cards(),
                pagination: pagination(),
                count: 164,
            })),
        ),
        page(
            "house-rules.html",
            "House rules",
            PageContent::Plain(Box::new(PlainView {
                content: body(),
                updated: Some("2026-02-01".into()),
                owner: Some(person("Ines Duarte")),
                review: review(),
                previous: None,
                next: Some(link("Who is who", "who.html")),
                backlinks: Vec::new(),
                draft: true,
            })),
        ),
        page(
            "topics/index.html",
            "Topics",
            PageContent::Index(Box::new(IndexView { of: "topics", content: String::new(), entries: topics(), paths: Vec::new(), report_url: None })),
        ),
        page(
            "paths/index.html",
            "Learning paths",
            PageContent::Index(Box::new(IndexView {
                of: "paths",
                content: "<p>Where to begin.</p>".into(),
                entries: Vec::new(),
                paths: paths(),
                report_url: None,
            })),
        ),
        page(
            "topics/complaints.html",
            "Complaints",
            PageContent::Term(Box::new(TermView {
                of: "topics",
                summary: "What to do when somebody is not content.".into(),
                content: "<p>Most complaints are a wish to be heard.</p>".into(),
                cards: cards(),
                pagination: Pagination { number: 1, total: 1, previous_url: None, next_url: None, pages: Vec::new() },
                count: 4,
            })),
        ),
        page(
            "sources/hearth-institute.html",
            "Hearth Institute",
            PageContent::Source(Box::new(SourceView {
                homepage: Some("https://hearth.example/".into()),
                licence: Some("CC BY 4.0".into()),
                licence_url: Some("https://creativecommons.org/licenses/by/4.0/".into()),
                contact: Some("https://hearth.example/contact".into()),
                valid_until: Some("2027-12-31".into()),
                cards: cards(),
                pagination: pagination(),
                count: 41,
            })),
        ),
        page(
            "paths/recovery.html",
            "Recovering from a mistake",
            PageContent::Path(Box::new(PathView {
                content: "<p>For everybody who has ever had to say sorry on behalf of a machine.</p>".into(),
                steps: path_steps(),
                minutes: 29,
                guide_url: "paths/recovery-guide.html".into(),
                audience: vec![link("Frontline", "audiences/frontline.html")],
                topics: vec![link("Recovery", "topics/recovery.html")],
                authors: vec![person("Mara Lindqvist")],
                owner: Some(person("Ines Duarte")),
                review: review(),
            })),
        ),
        page(
            "paths/recovery-guide.html",
            "Facilitator guide: Recovering from a mistake",
            PageContent::Guide(Box::new(GuideView {
                path: link("Recovering from a mistake", "paths/recovery.html"),
                summary: "From the first word to the follow-up call.".into(),
                content: "<p>Read the first article beforehand; bring the log of last week.</p>".into(),
                steps: guide_steps(),
                minutes: 29,
                audience: vec![link("Frontline", "audiences/frontline.html")],
            })),
        ),
        page(
            "action-steps.html",
            "Action steps",
            PageContent::Parts(Box::new(PartsView {
                key: "action_steps".into(),
                audiences: vec![
                    link("Frontline", "audiences/frontline.html"),
                    link("Supervisors", "audiences/supervisors.html"),
                ],
                statements: Vec::new(),
                groups_index: vec![
                    counted("Complaints", "action-steps.html#complaints", "", 2),
                    counted("Listening", "action-steps.html#listening", "", 1),
                ],
                groups: vec![
                    PartsGroup {
                        id: "complaints".into(),
                        topic: Some(link("Complaints", "topics/complaints.html")),
                        entries: vec![
                            part(1, "action_steps", "Action Steps", Some(STEPS)),
                            part(2, "action_steps", "Action Steps", None),
                        ],
                    },
                    PartsGroup {
                        id: "listening".into(),
                        topic: None,
                        entries: vec![part(3, "action_steps", "Action Steps", Some(STEPS))],
                    },
                ],
                pagination: pagination(),
                count: 3,
            })),
        ),
        page("glossary.html", "Glossary", PageContent::Glossary(Box::new(glossary()))),
        page("search.html", "Search", PageContent::Search(Box::new(search.clone()))),
        page("404.html", "Nothing here", PageContent::NotFound(Box::new(search))),
        page(
            "old.html",
            "An apology",
            PageContent::Redirect(Box::new(RedirectView { target: link("An apology that ends the matter", "articles/apology.html") })),
        ),
        page("sources/report.html", "Rights report", PageContent::Report(Box::new(report()))),
    ];
    for page in &mut pages {
        if matches!(page.content, PageContent::Article(_) | PageContent::Plain(_)) {
            let mut four = entry("four", "The four sentences");
            four.children.push(entry("table", "What guests heard"));
            page.contents = vec![
                entry("why", "Why most apologies fail"),
                four,
                entry("point", "Key Learning Point"),
                entry("steps", "Action Steps"),
                entry("questions", "Questions To Ask"),
            ];
        }
    }
    pages
}
