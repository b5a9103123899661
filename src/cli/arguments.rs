//! What can be typed, with the words of `--help`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use url::Url;

use crate::date::{Date, parse_day, suggest_day};

/// Turns a folder of Markdown into an internal training site, and refuses to publish what it cannot credit.
#[derive(Debug, Parser)]
#[command(name = "steward", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Start here:
  steward new handbook                  make a small site to look at and change
  steward watch --root handbook --open  see it in the browser while you write
  steward build --root handbook         write it to handbook/public/
  steward explain link-broken           what a message means and how to put it right

Exit codes: 0 done, 1 the site has errors, 2 wrong usage or the machine failed.")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// The site's folder [default: the nearest folder upwards that has a site.toml]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// How messages are written: for people, or as one JSON object for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(super) format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
    /// Say only what is wrong: errors, no warnings, no summary
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more: the folders used, the day, the time taken
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text with the lines in question
    Human,
    /// One JSON object on standard output
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal that has them
    Auto,
    /// Even into a pipe
    Always,
    /// Nowhere
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    New(New),
    Build(Build),
    Watch(Watch),
    Check(Check),
    Audit(Audit),
    Seal(Seal),
    Explain(Explain),
}

/// Make a small working site to start from
///
/// Writes settings, three articles, a learning path, a republished piece with its owner's statement, and the files
/// that let GitHub or GitLab build the site. The folder must be empty or not exist yet.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  steward new handbook
  steward build --root handbook")]
pub(super) struct New {
    /// The folder to make
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

/// Write the finished site, or nothing if there is an error
///
/// The output folder is changed only when no error was found: files are replaced together, unchanged ones are left
/// alone, pages that no longer exist are removed, and files that steward did not write are never touched.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  steward build                                    write the site to public/
  steward build --output /srv/www/handbook         write it somewhere else
  steward build --strict                           fail on warnings too, as CI should
  steward build --as-of 2027-03-01                 the site as it will be on that day
  steward build --base-url https://kb.example/hb/  for a test server with another address")]
pub(super) struct Build {
    /// Where to write the site [default: public/ in the site's folder]
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Use this address instead of base_url in site.toml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub(super) base_url: Option<Url>,
    /// Show drafts too; for a look, not for publishing
    #[arg(long)]
    pub(super) drafts: bool,
    #[command(flatten)]
    pub(super) day: Day,
    /// Fail on warnings as well as on errors
    #[arg(long)]
    pub(super) strict: bool,
    /// Say how much CPU time each stage took
    #[arg(long)]
    pub(super) timings: bool,
}

/// Preview the site while you write: pages change in the browser as you save
///
/// Builds the site in memory, shows it in the browser and builds it again whenever a file is saved. Nothing is written
/// to the disk. What is wrong is shown over the page, with the line and what to do; the last good page stays behind it.
/// On a terminal: r builds again, c builds again from nothing, o opens the browser, q ends.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  steward watch --open             preview the site of this folder in the browser
  steward watch --drafts           with the drafts
  steward watch --poll             where saving a file is not noticed, as on some network shares
  steward watch --bind 0.0.0.0     for the phone on the desk too; everybody on the network can look")]
pub(super) struct Watch {
    /// The address to listen on; only this computer can see the preview unless you name another
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1", value_parser = bind)]
    pub(super) bind: IpAddr,
    /// The port to listen on; if another program has it, the next free one is used
    #[arg(long, value_name = "N", default_value_t = 4400)]
    pub(super) port: u16,
    /// Open the preview in the browser
    #[arg(long)]
    pub(super) open: bool,
    /// Show drafts too, marked as such
    #[arg(long)]
    pub(super) drafts: bool,
    /// Look at the files every half second instead of waiting to be told of changes
    #[arg(long)]
    pub(super) poll: bool,
}

/// Find everything that is wrong, and write nothing
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  steward check
  steward check --as-of 2027-01-01     what will be wrong on that day: reviews due, permissions ended")]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) day: Day,
    /// Fail on warnings as well as on errors
    #[arg(long)]
    pub(super) strict: bool,
}

/// Prove on a finished folder that every republished text has its owner's statement
///
/// Reads the output as readers get it, page by page, and finds republished texts by their words, wherever they stand.
/// It needs nothing but the folder and the site's own files, so it also finds what was added, left over or changed after
/// the build. The report is what to hand to the legal department.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  steward audit                                  the folder public/ of this site
  steward audit /srv/www/handbook --strict       what is on the server, with its list of files
  steward audit --report rights.html             with a report to print; also .md, .json, .csv
  steward audit --as-of 2027-01-01               what will have expired on that day")]
pub(super) struct Audit {
    /// The finished output folder [default: public/ in the site's folder]
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(super) day: Day,
    /// Fail on warnings as well as on errors, also on files that the build did not write
    #[arg(long)]
    pub(super) strict: bool,
    /// Write a report; its ending says how: .md, .html, .json or .csv
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
}

/// Seal republished texts, so that a later change is noticed
///
/// Writes a fingerprint of the text into the front matter of each file, as `seal:`, and changes nothing else. From then
/// on, a build refuses the piece when its text was changed and its owner does not allow that. Seal a text when it has
/// just come from its owner, and again when the owner has sent another one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  steward seal content/articles/welcome/warm-welcome.md
  steward seal content/articles/letters/*.md")]
pub(super) struct Seal {
    /// The files of republished pieces
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
}

/// The day a command works for.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Day {
    /// Work as if today were this day, such as 2027-01-31 [default: today in the site's time zone]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) as_of: Option<Date>,
}

/// Say what a message means, why it matters, and how to put it right
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  steward explain link-broken
  steward explain                      list all codes")]
pub(super) struct Explain {
    /// The code shown in brackets before a message
    #[arg(value_name = "CODE")]
    pub(super) code: Option<String>,
}

fn day(text: &str) -> Result<Date, String> {
    parse_day(text).ok_or_else(|| match suggest_day(text) {
        Some(meant) => format!("a day is written like 2027-01-31; did you mean {meant}?"),
        None => "a day is written like 2027-01-31".to_owned(),
    })
}

fn bind(text: &str) -> Result<IpAddr, String> {
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse()
        .map_err(|_| "an address is a number such as 127.0.0.1, 0.0.0.0 or ::1; the port goes to --port".to_owned())
}

/// The address of a folder: what `base_url` in the settings may be.
fn base_url(text: &str) -> Result<Url, String> {
    let form = "an address starts with https:// or http:// and names a host, such as https://kb.example/handbook/";
    let mut url = Url::parse(text).map_err(|_| form.to_owned())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(form.to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err("the address of a folder has no `?`, `#` or user name".to_owned());
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}
