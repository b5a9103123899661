//! Random pages and style sheets for the proof of statements: nothing panics, and a page that is accepted, read by a
//! second, simple-minded reader, shows the statement.
//!
//! `cargo bench --bench fuzz -- SECONDS [SEED]`; five seconds without arguments. The same seed makes the same pages. A
//! page that fails is printed with its seed. This is a plain program because coverage-guided fuzzing needs a nightly
//! toolchain; the target, [`check`], takes any bytes and can be given to one.

#![expect(clippy::print_stdout, reason = "printing figures is what this program is for")]

mod naive;
mod pages;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use steward::rights::verify::{
    Expectation, ExpectedStatement, KnownStatements, Page, SiteAddress, StylesheetsBuilder, Whereabouts, verify_page,
};

use naive::readings;
use pages::{BODY, Numbers, STATEMENT};

/// The path of the style sheet that pages load.
const STYLE_PATH: &str = "assets/main.css";

fn main() {
    let arguments: Vec<u64> =
        std::env::args().skip(1).filter(|it| it != "--bench").filter_map(|it| it.parse().ok()).collect();
    let seconds = arguments.first().copied().unwrap_or(5);
    let first = arguments.get(1).copied().unwrap_or(0x5eed);
    let started = Instant::now();
    let (mut count, mut accepted) = (0_u64, 0_u64);
    while started.elapsed() < Duration::from_secs(seconds) {
        let seed = first.wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1;
        let mut numbers = Numbers(seed);
        let (html, css) = (pages::page(&mut numbers), pages::style(&mut numbers));
        match catch_unwind(AssertUnwindSafe(|| check(&html, &css))) {
            Ok(Ok(is_accepted)) => accepted += u64::from(is_accepted),
            Ok(Err(found)) => fail(seed, &format!("page {count}, accepted, and the reader sees\n{found}"), &html, &css),
            Err(_) => fail(seed, "a panic", &html, &css),
        }
        count += 1;
    }
    println!("{count} pages in {seconds} s from seed {first}, {accepted} accepted, none wrong");
}

fn fail(seed: u64, what: &str, html: &[u8], css: &[u8]) -> ! {
    let (html, css) = (String::from_utf8_lossy(html), String::from_utf8_lossy(css));
    println!("seed {seed}: {what}\n--- page\n{html}\n--- style sheet\n{css}");
    std::process::exit(1);
}

/// Holds a page against the statement; whether it is accepted, or what the second reader sees instead.
fn check(html: &[u8], css: &[u8]) -> Result<bool, String> {
    let statement = ExpectedStatement::new("hearth", STATEMENT, [("hearth.example", "https://hearth.example/")], []);
    let expectations = [Expectation::new(statement.clone(), BODY, Whereabouts::Article).restricted()];
    let known: KnownStatements = [statement].into_iter().collect();
    let mut builder = StylesheetsBuilder::default();
    builder.add_stylesheet(STYLE_PATH, css);
    builder.add_script("assets/x.js", css);
    // Anything may be called a feed; what is made of it must only be something.
    std::hint::black_box(steward::rights::feed::entries(&String::from_utf8_lossy(html)));
    let stylesheets = builder.finish(SiteAddress::default());
    let report = verify_page(&Page { path: "articles/a.html", html }, &expectations, &known, &stylesheets);
    if !report.is_accepted() {
        return Ok(false);
    }
    let html = String::from_utf8_lossy(html);
    let without_spaces = |text: &str| text.split_whitespace().collect::<String>();
    let statement = without_spaces(STATEMENT);
    let shows = |text: String| without_spaces(&text).contains(&statement);
    if readings(&html).any(shows) { Ok(true) } else { Err(readings(&html).next().unwrap_or_default()) }
}
