//! The one table of codes: name, weight, and what `steward explain`, the guide and overrides say of it.
//!
//! A code is never used for a second meaning. Must not know how a diagnostic is found.

use super::Severity;

/// Everything the product says about one code.
#[derive(Debug)]
pub struct CodeInfo {
    /// The name users see and write: kebab-case, starting with its family.
    pub name: &'static str,
    /// The severity without overrides.
    pub severity: Severity,
    /// Whether `[severity]` in `site.toml` may not lower it.
    pub fixed: bool,
    /// One lower-case line that says what was found.
    pub summary: &'static str,
    /// Why it matters, in plain words.
    pub explanation: &'static str,
    /// Input that leads to it.
    pub example: &'static str,
    /// What to do, or the example put right.
    pub fix: &'static str,
}

macro_rules! codes {
    ($($variant:ident = { name: $name:literal, severity: $severity:ident, fixed: $fixed:literal,
        summary: $summary:literal, explanation: $explanation:literal, example: $example:literal, fix: $fix:literal $(,)? }),+ $(,)?) => {
        /// The name of a rule; [`Code::info`] has its texts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// What the product says about this code.
            pub fn info(self) -> &'static CodeInfo {
                match self {
                    $(Self::$variant => &CodeInfo {
                        name: $name,
                        severity: Severity::$severity,
                        fixed: $fixed,
                        summary: $summary,
                        explanation: $explanation,
                        example: $example,
                        fix: $fix,
                    },)+
                }
            }

            /// The code with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.info().name == name)
            }
        }
    };
}

codes! {
    ConfigMissing = {
        name: "config-missing",
        severity: Error,
        fixed: false,
        summary: "the folder has no `site.toml`",
        explanation: "steward knows a site by the file `site.toml` at its top. Without it there is no title, no language, and nothing to build from. Most often a command was started in the wrong folder.",
        example: "\
$ steward build
error[config-missing]: neither `/home/ana` nor a folder above it has a `site.toml`",
        fix: "\
Go into the site's folder or name it:

steward build --root /home/ana/handbook

For a new site: steward new handbook",
    },
    ConfigSyntax = {
        name: "config-syntax",
        severity: Error,
        fixed: false,
        summary: "`site.toml` cannot be read",
        explanation: "The settings are written in TOML: a name, an equals sign, a value, and quotes around every text. One slip makes the rest of the file unreadable, so nothing can be built until it is right.",
        example: "title = Service handbook",
        fix: "title = \"Service handbook\"",
    },
    ConfigUnknownKey = {
        name: "config-unknown-key",
        severity: Warning,
        fixed: false,
        summary: "`site.toml` has a key that steward does not know",
        explanation: "A setting that steward does not know has no effect. It is nearly always a slip of the keyboard, and then the setting you meant keeps its default without a word.",
        example: "base-url = \"https://kb.example/handbook/\"",
        fix: "base_url = \"https://kb.example/handbook/\"",
    },
    ConfigInvalidValue = {
        name: "config-invalid-value",
        severity: Error,
        fixed: false,
        summary: "a setting has a value of the wrong kind",
        explanation: "Each setting takes one kind of value: a text, a list, one of a few words, a day, an interval. A value of another kind cannot be guessed, because a wrong guess would be published.",
        example: "\
urls = \"short\"

[articles]
review_every = \"1 year\"",
        fix: "\
urls = \"pretty\"          # or \"portable\"

[articles]
review_every = \"1y\"      # also 365d, 12m, 52w",
    },
    ConfigUnknownCode = {
        name: "config-unknown-code",
        severity: Error,
        fixed: false,
        summary: "`[severity]` names a diagnostic that does not exist",
        explanation: "Below `[severity]` you may change how much a message weighs. A code that does not exist changes nothing, so the message you wanted to silence or sharpen would stay as it is.",
        example: "\
[severity]
\"review-overdo\" = \"off\"",
        fix: "\
[severity]
\"review-overdue\" = \"off\"",
    },
    ConfigFixedSeverity = {
        name: "config-fixed-severity",
        severity: Error,
        fixed: true,
        summary: "`[severity]` tries to lower a diagnostic that is fixed",
        explanation: "Some messages protect the owners of republished pieces or files that are not ours. They cannot be lowered or switched off, and a line that tries to is an error, so that nobody believes it works.",
        example: "\
[severity]
\"rights-expired\" = \"warning\"",
        fix: "\
Remove the line and solve the cause: ask the owner for a new permission, or take the piece out.

[severity]
# nothing about rights-expired",
    },
    ConfigMissingPublication = {
        name: "config-missing-publication",
        severity: Error,
        fixed: true,
        summary: "republished pieces, but `[publication]` does not say how the site is published",
        explanation: "Owners allow some uses and not others: a free website but no paid course, inside the company but not in public. To hold a permission against your site, steward must know how the site is published. There is no default, because a guess could break a promise to an owner.",
        example: "\
title = \"Service handbook\"
# no [publication], and content/articles/apology.md has `source: hearth-institute`",
        fix: "\
title = \"Service handbook\"

[publication]
medium = \"website\"       # website, newsletter, publication or training-program
price = \"free\"           # free or paid
audience = \"internal\"    # internal or public",
    },
    ConfigMissingTitle = {
        name: "config-missing-title",
        severity: Error,
        fixed: false,
        summary: "`site.toml` has no title",
        explanation: "The title is the site's name: it stands in the header of every page, in the browser's tab and in the feed. There is no sensible default.",
        example: "description = \"How we serve\"",
        fix: "title = \"Service handbook\"",
    },
    FrontMatterMissing = {
        name: "front-matter-missing",
        severity: Error,
        fixed: false,
        summary: "a file without front matter",
        explanation: "Every page begins with a block between two lines of three dashes. It holds the title and whatever else steward must know about the page. Without it the page would have no name in lists, in search or in the browser.",
        example: "\
# How we say sorry

A good apology has three parts.",
        fix: "\
---
title: How we say sorry
---
A good apology has three parts.",
    },
    FrontMatterYaml = {
        name: "front-matter-yaml",
        severity: Error,
        fixed: false,
        summary: "front matter that is not valid YAML",
        explanation: "The block at the top of a page is written in YAML. Its commonest trap is a colon inside a title: YAML takes it for the start of another setting. Quotes around the text solve that. Tabs are another trap: indent with spaces.",
        example: "\
---
title: Service: the first minute
---",
        fix: "\
---
title: \"Service: the first minute\"
---",
    },
    FrontMatterMissingTitle = {
        name: "front-matter-missing-title",
        severity: Error,
        fixed: false,
        summary: "front matter without a title",
        explanation: "The title is the page's name everywhere: in lists, in search, in the browser's tab and on handouts. steward does not make one up from the file name.",
        example: "\
---
authors: Ana Ruiz
---",
        fix: "\
---
title: The first minute
authors: Ana Ruiz
---",
    },
    FrontMatterUnknownKey = {
        name: "front-matter-unknown-key",
        severity: Warning,
        fixed: false,
        summary: "a front matter key that this kind of file does not have",
        explanation: "A setting that this kind of page does not have has no effect. It is nearly always a slip of the keyboard, or a setting of another kind of page. Values for your own theme belong below `extra`.",
        example: "\
---
title: The first minute
autors: Ana Ruiz
colour: green
---",
        fix: "\
---
title: The first minute
authors: Ana Ruiz
extra:
  colour: green
---",
    },
    FrontMatterInvalidValue = {
        name: "front-matter-invalid-value",
        severity: Error,
        fixed: false,
        summary: "a front matter value of the wrong kind",
        explanation: "Each setting takes one kind of value. Days are written year, month, day, with two digits for month and day, so that nobody has to guess which number is the month.",
        example: "\
---
title: The first minute
date: 2026-1-5
featured: sometimes
---",
        fix: "\
---
title: The first minute
date: 2026-01-05
featured: true
---",
    },
    FrontMatterDuplicateKey = {
        name: "front-matter-duplicate-key",
        severity: Error,
        fixed: false,
        summary: "a front matter key that stands twice",
        explanation: "One of the two values would be dropped without a word, and which one depends on the program that reads the file. Keep the one you mean.",
        example: "\
---
title: The first minute
owner: Ana Ruiz
owner: Ben Osei
---",
        fix: "\
---
title: The first minute
owner: Ben Osei
---",
    },
    FrontMatterIgnoredBody = {
        name: "front-matter-ignored-body",
        severity: Warning,
        fixed: false,
        summary: "text in a file whose kind shows none",
        explanation: "A reading-list entry with `external_url` only points to a page elsewhere: it has no page of its own, so text below its settings would never be seen.",
        example: "\
---
title: Ten ways to greet a guest
external_url: https://magazine.example/greetings
---
My thoughts on this article.",
        fix: "\
Move the text into `summary`, which is shown beside the link:

---
title: Ten ways to greet a guest
external_url: https://magazine.example/greetings
summary: Short, and good for the first week.
---",
    },
    FrontMatterHashComment = {
        name: "front-matter-hash-comment",
        severity: Warning,
        fixed: false,
        summary: "a front matter value that a `#` cuts short",
        explanation: "YAML takes a space and a `#` for the start of a comment, so the rest of the line is not read. A real comment has a space behind the `#`; a `#` directly before a letter or digit is most often part of the text, such as in `The #1 rule`.",
        example: "title: The #1 rule of service",
        fix: "title: \"The #1 rule of service\"",
    },
    MarkdownRawHtmlRemoved = {
        name: "markdown-raw-html-removed",
        severity: Warning,
        fixed: false,
        summary: "raw HTML that was left out",
        explanation: "Markdown may hold a little HTML: tables, details, line breaks, key names. Scripts, styles, forms, frames and event handlers are left out, since they could harm readers or break under the strict rules that many intranets have. What is left out is always reported, never dropped in silence.",
        example: "\
Watch this: <iframe src=\"https://video.example/42\"></iframe>

<p onclick=\"track()\">Thank you.</p>",
        fix: "\
Watch this: [the two-minute film](https://video.example/42)

Thank you.",
    },
    MarkdownNulByte = {
        name: "markdown-nul-byte",
        severity: Warning,
        fixed: false,
        summary: "a NUL character in the text",
        explanation: "A NUL character cannot be seen and comes from a damaged file or from pasting out of another program. It is shown as a replacement character (a black diamond) on the page.",
        example: "Say the guest's name\\0 twice.       (\\0 stands for the invisible character)",
        fix: "\
Say the guest's name twice.

Delete the character before the place named in the message and type the text again.",
    },
    MarkdownNestingTooDeep = {
        name: "markdown-nesting-too-deep",
        severity: Error,
        fixed: false,
        summary: "lists or quotes nested too deeply",
        explanation: "A list in a list in a list is still readable; hundreds are not, and slow every browser down. It usually comes from pasting a forwarded mail with a `>` for each reply.",
        example: ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> Fwd: Fwd: Fwd: well done!",
        fix: "\
> Well done!
>
> — Ana, front desk",
    },
    MarkdownFootnoteUndefined = {
        name: "markdown-footnote-undefined",
        severity: Warning,
        fixed: false,
        summary: "a footnote mark without its note",
        explanation: "The mark shows as plain text in brackets, since there is no note that it could lead to. Either the note is missing or its name is spelt differently.",
        example: "\
Nine of ten guests never complain.[^survey]

[^survay]: Guest survey 2026.",
        fix: "\
Nine of ten guests never complain.[^survey]

[^survey]: Guest survey 2026.",
    },
    MarkdownDuplicateId = {
        name: "markdown-duplicate-id",
        severity: Warning,
        fixed: false,
        summary: "two elements with one id",
        explanation: "An id is the address of a place on a page. With two of the same name a link reaches only the first one.",
        example: "\
<a id=\"steps\"></a>

## Before the shift {#steps}",
        fix: "\
<a id=\"overview\"></a>

## Before the shift {#steps}",
    },
    MarkdownFootnoteUnused = {
        name: "markdown-footnote-unused",
        severity: Warning,
        fixed: false,
        summary: "a footnote's text that nothing in the article refers to",
        explanation: "Readers find a note through its mark in the text, such as `[^1]`. A note without a mark, or a second note with the same name, is shown last in the list of footnotes, where nobody will look for it.",
        example: "We answer within a day.\n\n[^hours]: On working days.",
        fix: "We answer within a day.[^hours]\n\n[^hours]: On working days.",
    },
    PartMissing = {
        name: "part-missing",
        severity: Warning,
        fixed: false,
        summary: "an own article without a part the site asks for",
        explanation: "The site asks that every article of its own has these parts, so that readers find the point and the next step in the same place everywhere. Which parts are asked for stands in `site.toml` below `[articles]`.",
        example: "\
---
title: The first minute
---
Guests decide in the first minute whether they feel welcome.",
        fix: "\
---
title: The first minute
---
Guests decide in the first minute whether they feel welcome.

## Key Learning Point

The first minute decides.

## Action Steps

- Look up and smile before you speak.",
    },
    PartEmpty = {
        name: "part-empty",
        severity: Warning,
        fixed: false,
        summary: "a part without content",
        explanation: "The heading promises something that does not come. Lists, handouts and guides would show an empty card.",
        example: "\
## Action Steps

## Discussion Questions

- When were you last greeted well?",
        fix: "\
## Action Steps

- Greet the next guest by name.

## Discussion Questions

- When were you last greeted well?",
    },
    LinkBroken = {
        name: "link-broken",
        severity: Error,
        fixed: false,
        summary: "a link to a page or file that does not exist",
        explanation: "The link would lead readers to a page that says \"not found\". Links to other pages name the Markdown file, from the folder of the page itself or, with a slash in front, from the top of `content/`.",
        example: "See [how to apologise](apologie.md).",
        fix: "See [how to apologise](apology.md).",
    },
    LinkBrokenAnchor = {
        name: "link-broken-anchor",
        severity: Error,
        fixed: false,
        summary: "a link to a place that its page does not have",
        explanation: "The page exists, but has no heading or place with the name behind the `#`. Readers would land at the top and search by themselves. The name of a heading changes when its words change.",
        example: "See [the three parts](apology.md#three-part).",
        fix: "See [the three parts](apology.md#three-parts).",
    },
    LinkUnsafeScheme = {
        name: "link-unsafe-scheme",
        severity: Error,
        fixed: false,
        summary: "a link with a scheme that is not allowed",
        explanation: "A link may start with https, http, mailto or tel, or lead to a page of the site. Others, such as `javascript:`, can run code in the reader's browser, and `file:` works on one computer only.",
        example: "\
[Form](javascript:openForm())
[Price list](file:///C:/Users/ana/prices.pdf)",
        fix: "\
[Form](https://forms.example/feedback)
[Price list](prices.pdf)           with prices.pdf beside the page",
    },
    LinkAmbiguous = {
        name: "link-ambiguous",
        severity: Error,
        fixed: false,
        summary: "a wikilink that fits several pages",
        explanation: "A link in double brackets names a page by its file name alone, and several pages have that name. steward does not choose for you, since the choice could change when a page is added.",
        example: "See [[apology]].       with articles/desk/apology.md and articles/phone/apology.md",
        fix: "See [[articles/desk/apology]].",
    },
    LinkWithheld = {
        name: "link-withheld",
        severity: Warning,
        fixed: false,
        summary: "a link to a page that is left out of this build",
        explanation: "The page that the link names is a draft, is not published yet, has expired or may not be republished. The link is shown as plain text, so that no reader meets a dead end and a page that has expired can go without holding the others back.",
        example: "See [the summer offer](summer-offer.md).      with `publish_on: 2027-06-01` in summer-offer.md",
        fix: "\
Nothing, if the page will appear. Otherwise publish it, or take the link out:

See the summer offer, from June.",
    },
    LinkForeignImage = {
        name: "link-foreign-image",
        severity: Error,
        fixed: false,
        summary: "a picture that lies on another host",
        explanation: "Pages load nothing from other hosts: they must work from a file share and without the internet, and loading a picture tells its host who reads the page. So every picture lies beside the page that shows it.",
        example: "![Our desk](https://pictures.example/desk.jpg)",
        fix: "![Our desk](desk.jpg)",
    },
    UrlCollision = {
        name: "url-collision",
        severity: Error,
        fixed: false,
        summary: "two pages with one address",
        explanation: "Two pages would be written to the same file, and one of them would be lost. It also happens when two names differ only in upper and lower case: many disks and servers take them for one.",
        example: "\
content/articles/Apology.md
content/articles/apology.md",
        fix: "\
Rename one of the files, or give it another address:

---
title: The written apology
slug: written-apology
---",
    },
    UrlInvalid = {
        name: "url-invalid",
        severity: Error,
        fixed: false,
        summary: "a slug or alias that cannot be an address",
        explanation: "A slug or alias becomes part of a web address and of a file name. Blanks at the ends, `..`, a question mark or an empty text cannot work on every server and disk.",
        example: "\
---
title: Any questions?
slug: any questions?
---",
        fix: "\
---
title: Any questions?
slug: any-questions
---",
    },
    TopicUnknown = {
        name: "topic-unknown",
        severity: Error,
        fixed: false,
        summary: "a topic that the site's list of topics does not have",
        explanation: "When the folder `content/topics/` exists, its files are the list of topics. That keeps \"complaint\" and \"complaints\" from becoming two topics with half the articles each.",
        example: "\
---
title: How we say sorry
topics: [complaint]
---

with content/topics/complaints.md",
        fix: "\
---
title: How we say sorry
topics: [complaints]
---

For a new topic, add a file content/topics/complaint.md with a title.",
    },
    SourceUnknown = {
        name: "source-unknown",
        severity: Error,
        fixed: true,
        summary: "a source without a file in `content/sources/`",
        explanation: "An article with `source` is somebody else's work. The file of that name in `content/sources/` holds what its owner allows and the statement that must stand below the text. Without it the piece cannot be credited, so it is not published.",
        example: "\
---
title: Small repairs
source: hearth-institut
---",
        fix: "\
---
title: Small repairs
source: hearth-institute
---

with the file content/sources/hearth-institute.md",
    },
    PathStepUnknown = {
        name: "path-step-unknown",
        severity: Error,
        fixed: false,
        summary: "a learning path step that names no article",
        explanation: "The path would send its readers to an article that does not exist. A step names the article's file below `content/articles/`, without `.md`.",
        example: "\
---
title: First week
steps:
  - article: first-minutes
---",
        fix: "\
---
title: First week
steps:
  - article: first-minute
---",
    },
    PathStepWithheld = {
        name: "path-step-withheld",
        severity: Warning,
        fixed: false,
        summary: "a learning path step whose article is left out of this build",
        explanation: "The article of this step is a draft, is not published yet, has expired or may not be republished. The step is shown as plain text, and the path is shorter than planned.",
        example: "\
---
title: First week
steps:
  - article: summer-offer       # publish_on: 2027-06-01
---",
        fix: "\
Publish the article, or put another one in its place:

steps:
  - article: first-minute",
    },
    PathEmpty = {
        name: "path-empty",
        severity: Warning,
        fixed: false,
        summary: "a learning path without steps",
        explanation: "A learning path is a list of articles in order. Without any, its page and its guide are empty.",
        example: "\
---
title: First week
---",
        fix: "\
---
title: First week
steps:
  - article: first-minute
    why: Guests decide at once
    minutes: 10
---",
    },
    TermDuplicate = {
        name: "term-duplicate",
        severity: Warning,
        fixed: false,
        summary: "a glossary term that two files explain",
        explanation: "Two files explain the same word. Readers would see one explanation and never know of the other.",
        example: "\
content/glossary/recovery.md            title: Service recovery
content/glossary/service-recovery.md    terms: [service recovery]",
        fix: "\
Put both explanations into one file and delete the other:

content/glossary/service-recovery.md
---
title: Service recovery
terms: [recovery]
---",
    },
    RightsStatementMissing = {
        name: "rights-statement-missing",
        severity: Error,
        fixed: true,
        summary: "a republished piece without its owner's statement",
        explanation: "The owner lets you republish the piece on one condition: that their statement stands below it, complete. The source's file has no statement, so the condition cannot be kept and nothing is published.",
        example: "\
---
title: Hearth Institute
homepage: https://hearth.example/
licence: custom
---",
        fix: "\
Put the owner's statement below the settings, word for word, with its links:

---
title: Hearth Institute
homepage: https://hearth.example/
licence: custom
---
Copyright, Hearth Institute. Used with permission. For more articles, visit [hearth.example](https://hearth.example/).",
    },
    RightsStatementMarkup = {
        name: "rights-statement-markup",
        severity: Error,
        fixed: true,
        summary: "a statement with markup that cannot be kept exactly",
        explanation: "The statement must appear exactly as its owner wrote it. Paragraphs, links, emphasis and line breaks can be kept exactly; headings, lists, tables, pictures and HTML cannot, because themes and print change them.",
        example: "\
# Copyright

- Hearth Institute. Used with permission.",
        fix: "Copyright, Hearth Institute. Used with permission.",
    },
    RightsStatementAddressNotLinked = {
        name: "rights-statement-address-not-linked",
        severity: Error,
        fixed: true,
        summary: "a web address in a statement that is not a link",
        explanation: "Owners ask for \"active links\": a reader must be able to click every web address in the statement. This one is only text.",
        example: "For more articles, visit www.hearth.example.",
        fix: "For more articles, visit [www.hearth.example](https://www.hearth.example/).",
    },
    RightsCopiedText = {
        name: "rights-copied-text",
        severity: Error,
        fixed: true,
        summary: "text of a republished piece that stands where its owner's statement does not",
        explanation: "Somebody else's text may only be shown together with their complete statement. Here 25 words or more in a row of a republished piece, or a whole statement, stand in a text of the site that is not that piece: an article of your own, a page, a summary, a notice, a file beside a page. The summary of a piece is shown in lists without the statement, so it may not have 8 words in a row of the piece.",
        example: "\
content/articles/welcome.md is `source: hearth-institute` and says:

The first look a guest gets decides how they hear everything that is said to them afterwards, and it takes less than the time you need to put down a pen.

content/articles/our-desk.md has the same sentence and no `source`.",
        fix: "\
Say it in your own words and link to the piece:

The Hearth Institute says that [the first look decides](welcome.md).

If the article is the owner's too, name the source in its front matter:

source: hearth-institute",
    },
    RightsStatementAddressMismatch = {
        name: "rights-statement-address-mismatch",
        severity: Error,
        fixed: true,
        summary: "an address in a statement that leads somewhere else than it says",
        explanation: "Readers see one web address, and a click takes them to another host. Either the link was entered wrongly, or the owner has two hosts and the source's file does not say so.",
        example: "\
---
title: Hearth Institute
homepage: https://hearth.example/
licence: custom
---
Copyright, Hearth Institute. Visit [hearth.example](https://harth.example/).",
        fix: "\
Correct the link:

Copyright, Hearth Institute. Visit [hearth.example](https://hearth.example/).

Or, if both hosts are the owner's, say so in the front matter:

hosts: [hearth.example, harth.example]",
    },
    RightsStatementAltered = {
        name: "rights-statement-altered",
        severity: Error,
        fixed: true,
        summary: "a statement that is not exactly the owner's",
        explanation: "The owner asks for their complete statement, word for word and sign for sign. This one differs: a word is missing, a sign was replaced (a straight quotation mark by a curly one, `(c)` by `©`), or something was added. It may be a statement pasted below a piece, or the one on a finished page that a theme or a tool has changed.",
        example: "\
the source's file:    Copyright, Hearth Institute. Used with permission.
the piece:            © Hearth Institute. Used with permission.",
        fix: "\
Take the pasted statement out of the piece: steward adds the source's own below it.

If this piece has another statement than the owner's other pieces, make it a second source,
such as content/sources/hearth-institute-letters.md, and name that in the piece.",
    },
    RightsTextChanged = {
        name: "rights-text-changed",
        severity: Error,
        fixed: true,
        summary: "a republished text that was changed although its owner does not allow it",
        explanation: "The piece's seal is a fingerprint of the text as it came from the owner. The text no longer fits it, or its front matter says what was changed, and the owner forbids changes or says nothing about them, which means the same.",
        example: "\
---
title: The warm welcome
source: hearth-institute      # with `changes: forbidden`
seal: steward1:9f2c…          # of another text than the one below
---",
        fix: "\
Put the owner's text back; the history of the file shows what was changed.

If the owner has sent a new text, seal it again:

steward seal content/articles/welcome/warm-welcome.md",
    },
    RightsChangesNoteMissing = {
        name: "rights-changes-note-missing",
        severity: Error,
        fixed: true,
        summary: "a changed republished text that does not say so",
        explanation: "The owner allows changes if the piece says what was changed. The text no longer fits its seal, and there is no note.",
        example: "\
---
title: The warm welcome
source: tolland-letter        # with `changes: with-note`
seal: steward1:9f2c…          # of the text before it was shortened
---",
        fix: "\
---
title: The warm welcome
source: tolland-letter
seal: steward1:9f2c…
changes: Shortened by two paragraphs about lighthouses.
---",
    },
    RightsLooksRepublished = {
        name: "rights-looks-republished",
        severity: Warning,
        fixed: false,
        summary: "an article that looks like somebody else's and names no source",
        explanation: "The article ends with words such as “used with permission”, “all rights reserved” or “reprinted”, or has a paragraph that begins as a copyright notice does. Texts that are copied from elsewhere bring such lines with them. Without a source, nobody checks whether it may be published.",
        example: "\
---
title: The warm welcome
---
…

Copyright, Hearth Institute. Used with permission.",
        fix: "\
Name the source, and take the notice out if it is the owner's statement:

---
title: The warm welcome
source: hearth-institute
---

If your organisation wrote it:

---
title: The warm welcome
own: true
---",
    },
    RightsTermsInvalid = {
        name: "rights-terms-invalid",
        severity: Error,
        fixed: true,
        summary: "a source whose terms are incomplete or contradict one another",
        explanation: "The source's file says what the owner allows. Something in it is missing or contradicts the rest, so it is not clear whether the pieces may be published, and in doubt they are not.",
        example: "\
---
title: Hearth Institute
licence: custom
valid_from: 2027-01-01
valid_until: 2026-12-31
---",
        fix: "\
---
title: Hearth Institute
licence: custom
grants:
  - medium: [website, newsletter]
    price: [free]
valid_from: 2026-01-01
valid_until: 2026-12-31
---",
    },
    RightsPermissionUnknown = {
        name: "rights-permission-unknown",
        severity: Error,
        fixed: true,
        summary: "an article whose permission nobody has checked",
        explanation: "An imported text whose origin nobody has looked at. It may belong to somebody else, so it is not published until a person has decided.",
        example: "\
---
title: Small repairs
permission: unknown
---",
        fix: "\
If the text is somebody else's, name the source:

---
title: Small repairs
source: hearth-institute
---

If your organisation wrote it:

---
title: Small repairs
own: true
---",
    },
    RightsExpired = {
        name: "rights-expired",
        severity: Error,
        fixed: true,
        summary: "a republished piece whose terms have ended",
        explanation: "The owner allowed the use until a day that has passed, or from a day that has not come. Publishing now would break the agreement.",
        example: "\
---
title: Hearth Institute
valid_until: 2026-06-30
---

built on 2026-11-21",
        fix: "\
Ask the owner, whose address is in `contact`, and enter the new day when they have agreed:

valid_until: 2027-12-31

Until then, `omit_refused = true` below [publication] leaves the pieces out.",
    },
    RightsPermissionMissing = {
        name: "rights-permission-missing",
        severity: Error,
        fixed: true,
        summary: "an all-rights-reserved source without a written permission",
        explanation: "`all-rights-reserved` means that nothing is allowed without a written permission for you. The source's file does not name one.",
        example: "\
---
title: Hearth Institute
licence: all-rights-reserved
---",
        fix: "\
---
title: Hearth Institute
licence: all-rights-reserved
permission:
  ref: PERM-2026-014
  granted_by: Hearth Institute, rights desk
  until: 2027-12-31
  grants: [{ medium: [website], price: [free], audience: [internal] }]
---",
    },
    RightsPermissionExpired = {
        name: "rights-permission-expired",
        severity: Error,
        fixed: true,
        summary: "a republished piece whose written permission has ended",
        explanation: "This way of publishing was allowed by a written permission alone, and its last day has passed.",
        example: "\
permission:
  ref: PERM-2026-014
  until: 2026-06-30
  grants: [{ medium: [training-program] }]

built on 2026-11-21",
        fix: "\
Ask for a renewal and enter it when it has come:

permission:
  ref: PERM-2026-077
  until: 2027-12-31
  grants: [{ medium: [training-program] }]",
    },
    RightsUseNotGranted = {
        name: "rights-use-not-granted",
        severity: Error,
        fixed: true,
        summary: "a republished piece whose owner does not allow this kind of publication",
        explanation: "The owner allows some uses of the piece, and this site's is none of them. What the site is stands in `site.toml` below `[publication]`; what is allowed stands in the source's file below `grants`.",
        example: "\
site.toml                               [publication]  medium = \"training-program\"
content/sources/hearth-institute.md     grants: [{ medium: [website] }]",
        fix: "\
Ask the owner for this use, and enter the permission when they have agreed:

permission:
  ref: PERM-2026-014
  granted_by: Hearth Institute, rights desk
  grants: [{ medium: [training-program], price: [free] }]",
    },
    RightsExpiresSoon = {
        name: "rights-expires-soon",
        severity: Warning,
        fixed: false,
        summary: "terms that end within 30 days",
        explanation: "From the day after, a build with this piece is refused. A letter to the owner takes time, so steward says so 30 days before.",
        example: "\
---
title: Hearth Institute
valid_until: 2026-12-10
---

built on 2026-11-21",
        fix: "\
Ask the owner for more time, or plan to take the piece out. With the answer:

valid_until: 2027-12-31",
    },
    RightsLinkUnconfirmed = {
        name: "rights-link-unconfirmed",
        severity: Warning,
        fixed: false,
        summary: "a source whose links nobody has confirmed",
        explanation: "`steward import` found the statement as plain text and worked out where its links should lead. A person should look once before the owner does.",
        example: "\
---
title: Hearth Institute
confirmed: false
---
Copyright, Hearth Institute. Visit [hearth.example](https://hearth.example/).",
        fix: "\
Open each link. When all lead to the right place:

confirmed: true",
    },
    RightsStatementExtraText = {
        name: "rights-statement-extra-text",
        severity: Error,
        fixed: true,
        summary: "text beside the statement inside its element",
        explanation: "The element that is marked as the statement holds the owner's text and nothing else, so that no word is put into the owner's mouth. Text added by a stylesheet's `content` counts.",
        example: "`<p data-statement=\"hearth\">Source: Copyright, Hearth Institute. …</p>`",
        fix: "Move the other words out of the element with `data-statement`.",
    },
    RightsStatementMisplaced = {
        name: "rights-statement-misplaced",
        severity: Error,
        fixed: true,
        summary: "a statement that does not stand after its text, in the same article",
        explanation: "A statement in a footer, a sidebar, a quotation or another article is lost in print, in reader modes and when the article is shared.",
        example: "`<article>…</article><footer><p data-statement=\"hearth\">…</p></footer>`",
        fix: "Put the statement into the `<article>` that holds the text, after the text.",
    },
    RightsStatementHidden = {
        name: "rights-statement-hidden",
        severity: Error,
        fixed: true,
        summary: "a statement, or a part of it, that readers may not see",
        explanation: "The statement must be visible on every screen and on paper. Attributes, elements and style rules that could hide it count wherever they apply, print and small screens included. A stylesheet that cannot be read could hold such a rule.",
        example: "`@media print { .statement { display: none } }`",
        fix: "Take the statement, what it holds and what it stands in out of the rule that the message names.",
    },
    RightsStatementLinkMissing = {
        name: "rights-statement-link-missing",
        severity: Error,
        fixed: true,
        summary: "words of a statement that should be a link and are none",
        explanation: "The condition is a statement with active links. Each link covers exactly the words it covers in the owner's statement.",
        example: "`visit HearthInstitute.example` without `<a href>`",
        fix: "Show the statement's HTML, not its plain text.",
    },
    RightsStatementLinkWrongTarget = {
        name: "rights-statement-link-wrong-target",
        severity: Error,
        fixed: true,
        summary: "a link of a statement that leads elsewhere",
        explanation: "The link must lead where the owner's link leads: same host, path, query and fragment. Only http may become https. Tracking parameters, redirects and relative addresses are other targets.",
        example: "`href=\"https://hearth.example/?utm_source=kb\"`",
        fix: "Let the link stand as the source has it; list hosts that may stand for one another under `hosts` of the source.",
    },
    RightsStatementLinkInactive = {
        name: "rights-statement-link-inactive",
        severity: Error,
        fixed: true,
        summary: "a link of a statement that is not a plain, active one",
        explanation: "A link with handlers, `nofollow`, `ping` or `download`, or without an address, is not what the owner asks for.",
        example: "`<a href=\"https://hearth.example/\" rel=\"nofollow\">`",
        fix: "Write `<a href=\"…\">`; `rel` may hold noopener, noreferrer, external, author and license.",
    },
    RightsStatementLinkExtra = {
        name: "rights-statement-link-extra",
        severity: Error,
        fixed: true,
        summary: "a link in a statement that its owner does not have",
        explanation: "Links that are added to a statement speak in the owner's name.",
        example: "a glossary link on a word of the statement",
        fix: "Switch off automatic links for the statement.",
    },
    RightsStatementWrongSource = {
        name: "rights-statement-wrong-source",
        severity: Error,
        fixed: true,
        summary: "a text with the statement of another source",
        explanation: "Two statements that differ by one word are two sources; each is wrong under the other's article.",
        example: "an article with `source: hearth-institute` above the statement of `hearth-letters`",
        fix: "Correct `source` in the article's front matter, or the theme that shows the statement.",
    },
    RightsStatementCollapsible = {
        name: "rights-statement-collapsible",
        severity: Warning,
        fixed: true,
        summary: "a statement in a part of the page that readers can close",
        explanation: "A `<details>` that is open shows the statement, but one click, and some print styles, take it away.",
        example: "`<details open><summary>Copyright</summary><p data-statement=\"hearth\">…</p></details>`",
        fix: "Put the statement below the `<details>`.",
    },
    RightsStatementSuperfluous = {
        name: "rights-statement-superfluous",
        severity: Warning,
        fixed: true,
        summary: "a statement on a page without a text of its source",
        explanation: "It suggests that something on the page belongs to that owner.",
        example: "`<p data-statement=\"hearth\">` on a page of own articles",
        fix: "Take the statement out, or name the source in the article's front matter.",
    },
    RightsFalseAuthor = {
        name: "rights-false-author",
        severity: Error,
        fixed: true,
        summary: "a republished piece that is said to be by somebody who did not write it",
        explanation: "Readers of a feed see one name beside each entry. For a republished piece it must be the name of who wrote it, or, where no author is known, of the owner; never that of the site that republishes it. Either the piece's front matter names the site as its author, or a feed in the finished folder does.",
        example: "\
---
title: Listening
source: hearth-institute
authors: [Our House]      # the title of the site
---",
        fix: "\
Name who wrote it, or leave the line out: the piece is then shown as the owner's.

---
title: Listening
source: hearth-institute
authors: [Lena Light]
---",
    },
    TemplateThemeMissing = {
        name: "template-theme-missing",
        severity: Error,
        fixed: false,
        summary: "a theme that does not exist",
        explanation: "The settings name a theme, and neither the folder `themes/` nor steward itself has one of that name.",
        example: "theme = \"corporat\"            with the folder themes/corporate/",
        fix: "\
theme = \"corporate\"

For the theme that comes with steward: theme = \"default\"",
    },
    TemplateThemeInvalid = {
        name: "template-theme-invalid",
        severity: Error,
        fixed: false,
        summary: "a theme whose `theme.toml` is wrong",
        explanation: "`theme.toml` says which theme yours builds on and for which version of steward's pages it was written. Without that it cannot be told whether the theme fits.",
        example: "\
themes/corporate/theme.toml

extend = \"default\"",
        fix: "\
themes/corporate/theme.toml

extends = \"default\"
contract = \"1\"",
    },
    TemplateError = {
        name: "template-error",
        severity: Error,
        fixed: false,
        summary: "a template that cannot be read or rendered",
        explanation: "A template could not be read, or asked for something that the page does not have. The message names the template, the line and the page that was being made.",
        example: "\
themes/corporate/templates/article.html

<h1>{{ page.titel }}</h1>",
        fix: "\
<h1>{{ page.title }}</h1>

The guide lists every name that templates may use.",
    },
    TemplateOverrideUnused = {
        name: "template-override-unused",
        severity: Warning,
        fixed: false,
        summary: "a theme file that nothing uses",
        explanation: "A file of your theme stands where nothing looks for it, usually because its name is misspelt or has changed. Your change to the look silently has no effect.",
        example: "themes/corporate/templates/artikel.html",
        fix: "themes/corporate/templates/article.html",
    },
    OutputForeignFolder = {
        name: "output-foreign-folder",
        severity: Error,
        fixed: true,
        summary: "an output folder that steward did not write",
        explanation: "steward only ever deletes and replaces files that it wrote itself, and it keeps a list of them, `.steward-manifest.json`. This folder holds other files and no such list, or it holds the site's own files. Writing there could destroy somebody's work.",
        example: "\
$ steward build --output ~/Documents
error[output-foreign-folder]: the output folder `/home/ana/Documents` holds files that steward did not write",
        fix: "\
Choose a folder that is empty or does not exist yet:

steward build --output ~/Documents/handbook-site",
    },
    OutputBrokenLink = {
        name: "output-broken-link",
        severity: Error,
        fixed: false,
        summary: "a link on a finished page that leads nowhere",
        explanation: "A finished page has a link whose target is not among the finished files. Since links in your text are checked before, the cause is nearly always a template of your own theme.",
        example: "\
themes/corporate/templates/base.html

<a href=\"/imprint.html\">Imprint</a>",
        fix: "\
Start links with the way to the site's top, and name a page that exists:

<a href=\"{{ page.root }}imprint.html\">Imprint</a>",
    },
    OutputForeignRequest = {
        name: "output-foreign-request",
        severity: Error,
        fixed: false,
        summary: "a finished page that loads something from another host",
        explanation: "The page loads a picture, style sheet, font or script from another server. Intranets often block that, it tells a stranger who reads what, and the page breaks when the other server does.",
        example: "<link rel=\"stylesheet\" href=\"https://fonts.example/inter.css\">",
        fix: "\
Put the file into the theme, themes/corporate/assets/inter.css, and use it from there:

<link rel=\"stylesheet\" href=\"{{ page.root }}{{ 'inter.css' | asset }}\">",
    },
    OutputInlineCode = {
        name: "output-inline-code",
        severity: Error,
        fixed: false,
        summary: "a finished page with a script or style inside it",
        explanation: "Many intranets refuse scripts and styles that stand inside a page, because attackers hide theirs there. The page would look and work differently than in your preview, so code belongs in files of its own.",
        example: "\
themes/corporate/templates/base.html

<p style=\"color: green\" onclick=\"greet()\">Welcome</p>",
        fix: "\
themes/corporate/templates/base.html      <p class=\"welcome\">Welcome</p>
themes/corporate/assets/corporate.css     .welcome { color: green }",
    },
    OutputUnexpectedFile = {
        name: "output-unexpected-file",
        severity: Warning,
        fixed: false,
        summary: "a file in the output folder that the build did not write",
        explanation: "`steward audit` holds the folder against the list of files that the build left in it. A file that is not on the list was put there by somebody else, or is left over from before. What it holds is checked all the same, except in compressed forms that steward does not read (`.br`, `.zst`).",
        example: "\
public/articles/draft-copy.html        is not in public/.steward-manifest.json",
        fix: "\
Delete the file, or put it into `content/`, so that the build writes it:

content/articles/draft-copy.html",
    },
    OutputChangedFile = {
        name: "output-changed-file",
        severity: Warning,
        fixed: false,
        summary: "a file of the output folder that was changed after the build",
        explanation: "The file is not what the build wrote: somebody edited it, or a program on the way (a minifier, a translator, a sync tool) changed it. What it holds now is checked all the same.",
        example: "public/articles/apology.html was edited by hand",
        fix: "\
Build again, and make the change in `content/` or in the theme:

steward build",
    },
    OutputMissingFile = {
        name: "output-missing-file",
        severity: Warning,
        fixed: false,
        summary: "a file that the build wrote and that is gone",
        explanation: "The list of files that the build left in the folder names a file that is not there. Pages may link to it.",
        example: "public/articles/apology.html was deleted",
        fix: "\
Build again:

steward build",
    },
    ReviewOverdue = {
        name: "review-overdue",
        severity: Warning,
        fixed: false,
        summary: "a page whose review is overdue",
        explanation: "Somebody should have checked by now whether this page is still true. How often that must happen stands in the page's `review_every`, or for all articles in `site.toml`.",
        example: "\
---
title: Refunds
owner: Ben Osei
reviewed: 2025-03-01
review_every: 365d
---",
        fix: "\
Read the page, correct it, and enter the day:

reviewed: 2026-11-21",
    },
    VisibilityHeldBack = {
        name: "visibility-held-back",
        severity: Note,
        fixed: false,
        summary: "a page that is not published yet or no longer",
        explanation: "A page whose day has not come, or whose last day has passed, leaves no trace in the output. This note names it, so that nobody wonders where a page has gone.",
        example: "\
---
title: Summer offer
publish_on: 2027-06-01
---",
        fix: "\
Nothing, if that is what you want. To see a coming day:

steward build --as-of 2027-06-01 --output /tmp/june",
    },
    IoInvalidUtf8 = {
        name: "io-invalid-utf8",
        severity: Error,
        fixed: false,
        summary: "a text file that is not UTF-8",
        explanation: "steward reads text as UTF-8, which holds every language. This file was saved in another encoding, so letters such as ä, é or ’ would turn into something else.",
        example: "error[io-invalid-utf8]: `greeting.md` is not UTF-8 text: byte 13 (line 2, 0xFC) is no character",
        fix: "\
Open the file in your editor and save it as UTF-8:

Notepad: File, Save as, Encoding: UTF-8
VS Code: the encoding at the bottom right, Save with Encoding, UTF-8",
    },
    IoUnreadable = {
        name: "io-unreadable",
        severity: Error,
        fixed: false,
        summary: "a file that cannot be read",
        explanation: "The file or folder is there but cannot be opened: the rights do not allow it, it is a link to something that is gone, or its name is not valid text. A page made without it would be incomplete.",
        example: "error[io-unreadable]: `content/articles/apology.md` cannot be read: permission denied",
        fix: "\
Allow the user who runs steward to read it:

chmod u+r content/articles/apology.md",
    },
    IoTooLarge = {
        name: "io-too-large",
        severity: Error,
        fixed: false,
        summary: "a text file that is too large",
        explanation: "A text file may have up to 4 MB; a long book has one. A larger one is a log, an export, or a page with pictures pasted into the text, and would slow every build and every reader down.",
        example: "error[io-too-large]: `all-articles.md` has 50.0 MB and is not read: text files may have up to 4 MB",
        fix: "\
Split it into several pages. Pictures stand as files beside the page:

![The front desk](front-desk.jpg)",
    },
    IoLinkCycle = {
        name: "io-link-cycle",
        severity: Error,
        fixed: false,
        summary: "a symbolic link that leads into itself",
        explanation: "A symbolic link (a folder that stands for another folder) leads back to the folder it lies in. Following it would never end.",
        example: "content/articles/more -> content/articles",
        fix: "\
Remove the link:

rm content/articles/more",
    },
    IoLinkOutside = {
        name: "io-link-outside",
        severity: Error,
        fixed: false,
        summary: "a symbolic link that leads out of the site",
        explanation: "A symbolic link leads to a file outside the site's folder, or to a hidden one. It is not followed, since files could be published that nobody meant to publish, and the site would differ from computer to computer.",
        example: "content/articles/prices.md -> /home/ana/private/prices.md",
        fix: "\
Put a copy into the site:

cp --remove-destination /home/ana/private/prices.md content/articles/prices.md",
    },
    IoNotText = {
        name: "io-not-text",
        severity: Error,
        fixed: false,
        summary: "a Markdown file that holds no text",
        explanation: "A file named `.md` should be text, and this one is a picture, an archive or an office document under a wrong name.",
        example: "content/articles/greeting.md          (a Word document that was renamed)",
        fix: "\
Save the document as plain text or Markdown, or try to bring it in:

Give the file its own ending back (greeting.docx) and link to it: [Greeting](greeting.docx)",
    },
    IoMarkdownEnding = {
        name: "io-markdown-ending",
        severity: Error,
        fixed: false,
        summary: "a Markdown file whose name does not end in `.md`",
        explanation: "steward makes pages of files that end in `.md`, in small letters, and copies all others as they are. A draft named `.MD` or `.markdown` would be published as it stands, its settings included.",
        example: "content/articles/greeting.MD",
        fix: "content/articles/greeting.md",
    },
    IoContentMissing = {
        name: "io-content-missing",
        severity: Error,
        fixed: false,
        summary: "a site without any content",
        explanation: "There is no file below `content/`. A site without pages is nearly always the wrong folder or an incomplete checkout, and building it would empty the published one.",
        example: "\
handbook/
  site.toml",
        fix: "\
handbook/
  site.toml
  content/
    index.md",
    },
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const FAMILIES: [&str; 11] =
        ["config", "front-matter", "markdown", "part", "link", "url", "rights", "template", "output", "review", "io"];

    /// Codes about one thing of the content model, named after it.
    const WITHOUT_FAMILY: [&str; 7] = [
        "topic-unknown",
        "source-unknown",
        "path-step-unknown",
        "path-step-withheld",
        "path-empty",
        "term-duplicate",
        "visibility-held-back",
    ];

    #[test]
    fn names_are_kebab_case_unique_and_of_a_family() {
        let mut names = BTreeSet::new();
        for code in Code::ALL {
            let name = code.info().name;
            assert!(names.insert(name), "{name} stands twice");
            assert_eq!(Code::from_name(name), Some(*code));
            let parts: Vec<&str> = name.split('-').collect();
            let is_word = |part: &&str| {
                !part.is_empty() && part.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
            };
            assert!(parts.len() > 1 && parts.iter().all(is_word), "{name} is not kebab-case");
            let in_family =
                FAMILIES.iter().any(|family| name.strip_prefix(family).is_some_and(|rest| rest.starts_with('-')));
            assert!(in_family || WITHOUT_FAMILY.contains(&name), "{name} is of no family");
        }
    }

    #[test]
    fn texts_are_whole() {
        for code in Code::ALL {
            let CodeInfo { name, summary, explanation, example, fix, .. } = code.info();
            for (what, text) in [("summary", summary), ("explanation", explanation), ("example", example), ("fix", fix)]
            {
                assert!(!text.trim().is_empty(), "{name} has no {what}");
                assert_eq!(text.trim(), *text, "{name}: blanks around its {what}");
            }
            assert!(
                !summary.contains('\n') && !summary.ends_with('.'),
                "{name}: a summary is one line without a full stop"
            );
            assert!(explanation.ends_with('.') && !explanation.contains('\n'), "{name}: an explanation is a paragraph");
            assert_ne!(example, fix, "{name}: the fix changes something");
        }
    }

    #[test]
    fn codes_about_rights_are_fixed_but_for_three_warnings() {
        let changeable = ["rights-expires-soon", "rights-looks-republished", "rights-link-unconfirmed"];
        for info in Code::ALL.iter().map(|code| code.info()).filter(|info| info.name.starts_with("rights-")) {
            assert_eq!(info.fixed, !changeable.contains(&info.name), "{}", info.name);
            assert!(info.fixed || info.severity == Severity::Warning, "{}", info.name);
        }
    }
}
