//! Makes realistic sites of any size: the same size always gives the same bytes.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// Distinct words of the prose.
const VOCABULARY: usize = 30_000;
const SECTIONS: usize = 20;
const TOPICS: usize = 40;
const AUTHORS: usize = 60;
const SOURCES: usize = 6;
const GLOSSARY: usize = 60;
/// Bytes of an article, about.
const ARTICLE_BYTES: usize = 5_000;
/// Republished pieces among a hundred articles.
const REPUBLISHED_PERCENT: usize = 30;

/// A xorshift generator (Marsaglia 2003, shifts 13, 7, 17): numbers that look random and never change.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// A number from 0 to 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Words by rank: the rank's syllables, so that no two are the same.
fn word(rank: usize) -> String {
    const SYLLABLES: [&str; 32] = [
        "ser", "vi", "ca", "re", "lo", "mi", "ta", "no", "pe", "du", "sa", "gre", "li", "for", "ma", "ti", "ve", "con",
        "ra", "di", "po", "le", "na", "tor", "su", "be", "ki", "win", "hal", "jo", "fe", "qua",
    ];
    let mut rest = rank + 32;
    let mut text = String::new();
    while rest > 0 {
        text.push_str(SYLLABLES[rest % 32]);
        rest /= 32;
    }
    text
}

/// Prose with word frequencies after Zipf's law.
struct Prose {
    random: Random,
    words: Vec<String>,
}

impl Prose {
    fn word(&mut self) -> &str {
        let rank = ((VOCABULARY as f64).powf(self.random.unit()) - 1.0) as usize;
        &self.words[rank.min(VOCABULARY - 1)]
    }

    fn sentence(&mut self, words: usize) -> String {
        let mut text = String::new();
        for number in 0..words {
            if number > 0 {
                text.push(' ');
            }
            let word = self.word().to_owned();
            text.push_str(&word);
        }
        if let Some(first) = text.get(..1).map(str::to_uppercase) {
            text.replace_range(..1, &first);
        }
        text
    }

    fn paragraph(&mut self, bytes: usize) -> String {
        let mut text = String::new();
        while text.len() < bytes {
            let length = 8 + self.random.below(12);
            let sentence = self.sentence(length);
            text.push_str(&sentence);
            text.push_str(". ");
        }
        text.trim_end().to_owned()
    }
}

/// Writes a site with `articles` articles below `root`, which must not exist.
pub(crate) fn generate(root: &Path, articles: usize) -> io::Result<()> {
    let mut prose = Prose { random: Random(0x5eed_0001_dead_beef), words: (0..VOCABULARY).map(word).collect() };
    let write = |path: &str, text: &str| -> io::Result<()> {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    };
    write(
        "site.toml",
        "title = \"Measured handbook\"\nlanguage = \"en\"\nbase_url = \"https://kb.example/\"\n\n[publication]\nmedium = \"website\"\nprice = \"free\"\naudience = \"internal\"\n",
    )?;
    for topic in 0..TOPICS {
        let text = prose.paragraph(200);
        write(&format!("content/topics/topic-{topic}.md"), &format!("---\ntitle: Topic {topic}\n---\n{text}\n"))?;
    }
    for source in 0..SOURCES {
        let statement = format!(
            "---\ntitle: Source {source}\nhomepage: https://source{source}.example/\nlicence: custom\ngrants:\n  - medium: [website]\n    price: [free]\n---\nCopyright, Source {source}. Used with permission. For more, visit [source{source}.example](https://source{source}.example/).\n"
        );
        write(&format!("content/sources/source-{source}.md"), &statement)?;
    }
    for term in 0..GLOSSARY {
        let text = prose.paragraph(150);
        write(&format!("content/glossary/term-{term}.md"), &format!("---\ntitle: Term {term}\n---\n{text}\n"))?;
    }
    for section in 0..SECTIONS {
        let text = prose.paragraph(200);
        write(
            &format!("content/articles/section-{section}/_index.md"),
            &format!("---\ntitle: Section {section}\n---\n{text}\n"),
        )?;
    }
    for number in 0..articles {
        let text = article(&mut prose, number, articles);
        write(&format!("content/articles/section-{}/article-{number}.md", number % SECTIONS), &text)?;
    }
    for path in 0..(articles / 200).clamp(1, 50) {
        let mut text = format!("---\ntitle: Path {path}\nsteps:\n");
        for _ in 0..8 {
            let article = prose.random.below(articles);
            let _ = writeln!(text, "  - article: article-{article}\n    minutes: 10");
        }
        text.push_str("---\nA path.\n");
        write(&format!("content/paths/path-{path}.md"), &text)?;
    }
    Ok(())
}

fn article(prose: &mut Prose, number: usize, articles: usize) -> String {
    let title_length = 4 + prose.random.below(4);
    let title = prose.sentence(title_length);
    let republished = prose.random.below(100) < REPUBLISHED_PERCENT;
    let (year, month, day) = (2020 + number % 6, 1 + number % 12, 1 + number % 28);
    let mut text = format!(
        "---\ntitle: {title} {number}\nsummary: {}\ndate: {year}-{month:02}-{day:02}\nreviewed: 2026-10-01\nauthors: [Author {}]\ntopics: [topic-{}, topic-{}]\naudience: [Frontline]\n",
        prose.paragraph(90),
        prose.random.below(AUTHORS),
        prose.random.below(TOPICS),
        prose.random.below(TOPICS),
    );
    if republished {
        let source = prose.random.below(SOURCES);
        let _ = writeln!(text, "source: source-{source}\noriginal_url: https://source{source}.example/{number}");
    }
    text.push_str("---\n\n");
    while text.len() < ARTICLE_BYTES - 900 {
        let heading = prose.sentence(4);
        let paragraphs = [prose.paragraph(400), prose.paragraph(350)];
        let other = prose.random.below(articles);
        let _ = write!(
            text,
            "{}\n\nSee [another article](../section-{}/article-{other}.md). {}\n\n## {heading}\n\n",
            paragraphs[0],
            other % SECTIONS,
            paragraphs[1],
        );
    }
    let _ = write!(text, "| When | What |\n|---|---|\n| {} | {} |\n\n", prose.sentence(3), prose.sentence(5));
    let _ = write!(text, "> {}\n> — Somebody {}\n\n", prose.paragraph(80), prose.random.below(AUTHORS));
    let _ = write!(text, "## Key Learning Point\n\n{}\n\n## Action Steps\n\n", prose.paragraph(120));
    for step in 1..=4 {
        let _ = writeln!(text, "{step}. {}", prose.paragraph(60));
    }
    let _ = write!(text, "\n## Discussion Questions\n\n- {}?\n- {}?\n", prose.sentence(9), prose.sentence(8));
    text
}
