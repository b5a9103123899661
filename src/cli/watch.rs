//! `steward watch`: the preview, with one line on the terminal for each rebuild.

use std::io::{self, IsTerminal};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use console::{Key, Term};
use serde_json::{Map, Value};

use super::arguments::{Format, Global, Watch};
use super::terminal::{Terminal, Tone};
use super::{Failure, site};
use crate::diagnostic::FilePath;
use crate::diagnostic::render::SourceTexts;
use crate::source::Snapshot;
use crate::theme::built_in_text;
use crate::watch::{Change, ChangeKind, News, Order, Orders, Preview, Rebuilt, Settings, WatchError, WhyPolling};

/// How long the preview may take to end before it is ended.
const ENDING: Duration = Duration::from_secs(1);
/// Files of a change that are named.
const NAMED: usize = 3;

pub(super) fn run(command: &Watch, global: &Global, terminal: &Terminal) -> Result<(), Failure> {
    let root = site::root(global)?;
    let mut preview = Preview::start(Settings {
        root,
        bind: command.bind,
        port: command.port,
        drafts: command.drafts,
        poll: command.poll,
        today: Box::new(site::today),
        built_in: built_in_text,
    })
    .map_err(failure)?;
    let address = browsable(preview.address());
    end_on_interrupt(preview.orders())?;
    let keys =
        global.format == Format::Human && !global.quiet && io::stdin().is_terminal() && io::stdout().is_terminal();
    if keys {
        listen_to_keys(preview.orders(), address.clone());
    }
    let mut teller = Teller { terminal, address, keys, open: command.open, written: Ok(()) };
    let orders = preview.orders();
    preview.run(&mut |news| {
        if let Err(error) = teller.tell(news) {
            // Nobody reads any more.
            teller.written = Err(error);
            orders.give(Order::Quit);
        }
    });
    teller.written.map_err(|error| Failure::new(format!("cannot write to the terminal: {error}")))
}

fn failure(error: WatchError) -> Failure {
    let hint = match &error {
        WatchError::Listen { address, .. } if address.port() < 1024 => {
            "ports below 1024 belong to the system: choose another one with `--port`, such as `--port 4400`"
        }
        WatchError::Listen { .. } => {
            "`--bind` takes an address of this computer; leave it out to use 127.0.0.1, or choose another `--port`"
        }
        WatchError::Folder { .. } => "check that the folder is there and that you may read it",
    };
    Failure::new(error.to_string()).hint(hint)
}

/// The address to open: a server on all addresses is reached by the loopback one.
fn browsable(address: SocketAddr) -> String {
    let ip = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    format!("http://{}/", SocketAddr::new(ip, address.port()))
}

/// Ends the preview on Ctrl-C. It keeps nothing on the disk, so a build that takes long is not waited for.
fn end_on_interrupt(orders: Orders) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot listen to Ctrl-C: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let work = move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            orders.give(Order::Quit);
            thread::sleep(ENDING);
            std::process::exit(0);
        }
    };
    thread::Builder::new().name("interrupt".to_owned()).spawn(work).map_err(failed)?;
    Ok(())
}

/// Turns keys into orders, until the terminal or the preview has gone.
fn listen_to_keys(orders: Orders, address: String) {
    let terminal = Term::stdout();
    thread::spawn(move || {
        while let Ok(key) = terminal.read_key() {
            let given = match key {
                Key::Char('r' | 'R') => orders.give(Order::Rebuild),
                Key::Char('c' | 'C') => orders.give(Order::CleanRebuild),
                Key::Char('q' | 'Q') => orders.give(Order::Quit),
                Key::Char('o' | 'O') => {
                    // Without a browser the address on the terminal is left.
                    let _ = open::that_detached(&address);
                    true
                }
                _ => true,
            };
            if !given {
                return;
            }
        }
    });
}

/// Puts news into words.
struct Teller<'a> {
    terminal: &'a Terminal,
    address: String,
    keys: bool,
    open: bool,
    written: io::Result<()>,
}

impl Teller<'_> {
    fn tell(&mut self, news: News) -> io::Result<()> {
        match news {
            News::PortTaken { wanted, used } => self
                .terminal
                .say(Tone::Warning, &format!("another program uses port {wanted}, so this preview uses port {used}")),
            News::Exposed(address) => self.terminal.say(
                Tone::Warning,
                &format!(
                    "everybody who can reach {} over the network can read this preview, drafts and errors included; \
                     leave `--bind` out to keep it to yourself",
                    if address.is_unspecified() { "this computer".to_owned() } else { address.to_string() }
                ),
            ),
            News::Serving(_) => {
                self.terminal.say(Tone::Fact, &format!("Preview on {}", self.address))?;
                if self.keys {
                    self.terminal.say(Tone::Fact, "Keys: r build again, c build again from nothing, o open, q end")?;
                }
                if self.open {
                    self.open_browser()?;
                }
                Ok(())
            }
            News::Polling(why) => self.terminal.say(tone_of(&why), &polling(&why)),
            News::Rebuilt(rebuilt) => self.rebuilt(&rebuilt),
            News::FolderGone(message) => self.terminal.say(
                Tone::Error,
                &format!(
                    "{message}\n  the last good pages are still shown; the preview goes on when the folder is back"
                ),
            ),
        }
    }

    fn open_browser(&self) -> io::Result<()> {
        match open::that_detached(&self.address) {
            Ok(()) => Ok(()),
            Err(error) => {
                let message = format!("no browser could be opened ({error}); open {} yourself", self.address);
                self.terminal.say(Tone::Warning, &message)
            }
        }
    }

    fn rebuilt(&self, rebuilt: &Rebuilt) -> io::Result<()> {
        self.terminal.say(Tone::Fact, &line(rebuilt))?;
        for failure in &rebuilt.failures {
            self.terminal.say(Tone::Error, failure)?;
        }
        let values = Map::from_iter([
            ("generation".to_owned(), Value::from(rebuilt.generation)),
            ("pages".to_owned(), Value::from(rebuilt.pages)),
            ("rendered".to_owned(), Value::from(rebuilt.rendered)),
            ("milliseconds".to_owned(), Value::from(milliseconds(rebuilt.taken))),
            ("served".to_owned(), Value::from(rebuilt.served)),
            ("address".to_owned(), Value::from(self.address.clone())),
        ]);
        self.terminal.meanwhile(&rebuilt.diagnostics, &Texts(Arc::clone(&rebuilt.snapshot)), &values)
    }
}

/// The texts that diagnostics speak about.
struct Texts(Arc<Snapshot>);

impl SourceTexts for Texts {
    fn text(&self, path: &FilePath) -> Option<Arc<str>> {
        SourceTexts::text(&*self.0, path).or_else(|| built_in_text(path).map(Arc::from))
    }
}

fn milliseconds(taken: Duration) -> u64 {
    u64::try_from(taken.as_millis()).unwrap_or(u64::MAX)
}

/// What changed, how much had to be rendered, how long it took.
fn line(rebuilt: &Rebuilt) -> String {
    let Rebuilt { pages, rendered, taken, served, .. } = rebuilt;
    let what = if rebuilt.generation == 1 { "first build".to_owned() } else { changed(&rebuilt.changes) };
    let shown = if *served { "" } else { "; not shown, because something is wrong" };
    format!("{what}: {rendered} of {pages} pages rendered in {} ms{shown}", milliseconds(*taken))
}

fn changed(changes: &[Change]) -> String {
    let verb = |kind| match kind {
        ChangeKind::Added => "new",
        ChangeKind::Changed => "changed",
        ChangeKind::Removed => "removed",
    };
    let named: Vec<String> =
        changes.iter().take(NAMED).map(|change| format!("{} {}", verb(change.kind), change.path)).collect();
    match changes.len() {
        0 => "built again".to_owned(),
        count if count > NAMED => format!("{} and {} more files", named.join(", "), count - NAMED),
        _ => named.join(", "),
    }
}

/// Whether it was asked for, or is something to know.
fn tone_of(why: &WhyPolling) -> Tone {
    if *why == WhyPolling::Asked { Tone::Fact } else { Tone::Warning }
}

fn polling(why: &WhyPolling) -> String {
    match why {
        WhyPolling::Asked => "Looking for changed files every half second".to_owned(),
        WhyPolling::FileSystem(kind) => format!(
            "the site lies on a file system of the type {kind}, which does not tell of all changes, so the files are \
             looked at every half second"
        ),
        WhyPolling::Limit(limit) => format!(
            "the system's limit {limit} is reached, so the files are looked at every half second instead; an \
             administrator can raise it, for example with `sudo sysctl {limit}={}`",
            if limit.ends_with("instances") { 1024 } else { 524_288 }
        ),
        WhyPolling::Refused(words) => {
            format!("the system does not tell of changes ({words}), so the files are looked at every half second")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_words() {
        let change = |path: &str, kind| Change { path: FilePath::from(path), kind };
        assert_eq!(changed(&[]), "built again");
        let two = [change("content/a.md", ChangeKind::Changed), change("content/b.md", ChangeKind::Added)];
        assert_eq!(changed(&two), "changed content/a.md, new content/b.md");
        let many: Vec<Change> = (0..9).map(|at| change(&format!("{at}.md"), ChangeKind::Removed)).collect();
        assert_eq!(changed(&many), "removed 0.md, removed 1.md, removed 2.md and 6 more files");
    }

    #[test]
    fn a_limit_comes_with_what_to_do() {
        let words = polling(&WhyPolling::Limit("fs.inotify.max_user_watches"));
        assert!(words.contains("fs.inotify.max_user_watches=524288"), "{words}");
        assert!(polling(&WhyPolling::FileSystem("nfs4".to_owned())).contains("nfs4"));
    }

    #[test]
    fn the_address_can_be_opened() {
        for (address, expected) in [
            ("127.0.0.1:4400", "http://127.0.0.1:4400/"),
            ("0.0.0.0:4400", "http://127.0.0.1:4400/"),
            ("[::1]:80", "http://[::1]:80/"),
        ] {
            assert_eq!(browsable(address.parse().unwrap()), expected);
        }
    }
}
