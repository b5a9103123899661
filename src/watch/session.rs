//! The loop of the preview: look at the folder, make the same build as ever, replace what is served, tell the browsers.
//!
//! Owns the snapshot, the memo and the last good outputs. There is never more than one build waiting: whatever comes
//! while one runs is covered by the next look. Must not know what a change means.

mod rebuild;

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::changes;
use super::edition::Edition;
use super::events::{Batch, Touch, Touched, Watcher};
use super::message::{News, WhyPolling};
use super::problem::Problem;
use super::server::Server;
use super::shown::Shown;
use crate::date::Date;
use crate::diagnostic::Code;
use crate::diagnostic::render::Counts;
use crate::memo::Memo;
use crate::source::Snapshot;
use crate::source::disk::{DiskReader, ReadError};
use crate::store::Store;

/// How often the watched folders themselves, and the day, are looked at.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// The same while the site's folder is gone.
const MISSING: Duration = Duration::from_millis(250);
/// The pause between two looks where there is only the clock to go by.
const POLLING: Duration = Duration::from_millis(500);
/// When to look again after something that may not have been complete.
const AGAIN: Duration = Duration::from_millis(300);
/// A look may take this share of the time where there is only the clock to go by.
const SHARE: u32 = 10;

/// What is previewed, and where.
pub struct Settings {
    /// The site's folder.
    pub root: PathBuf,
    /// The address to listen on.
    pub bind: IpAddr,
    /// The port to listen on, or the next free one.
    pub port: u16,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether to go by the clock, not by events.
    pub poll: bool,
    /// The day, asked anew for every build.
    pub today: Box<dyn Fn(&Snapshot) -> Date + Send>,
    /// The texts of files that are not in the snapshot: those of the built-in theme.
    pub built_in: fn(&str) -> Option<&'static str>,
}

/// The preview cannot begin.
#[derive(Debug)]
pub enum WatchError {
    /// No port can be listened on.
    Listen {
        /// Which address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The site's folder cannot be found.
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl fmt::Display for WatchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, error } => write!(formatter, "cannot listen on `{address}`: {error}"),
            Self::Folder { path, error } => write!(formatter, "cannot read the folder `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for WatchError {}

/// What the person at the terminal wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Build again.
    Rebuild,
    /// Build again without anything kept from earlier builds.
    CleanRebuild,
    /// End.
    Quit,
}

/// What the loop waits for.
#[derive(Debug)]
pub(super) enum Signal {
    Touched(Touch),
    Order(Order),
}

/// Gives orders to a running preview, from any thread.
#[derive(Debug, Clone)]
pub struct Orders(Sender<Signal>);

impl Orders {
    /// Gives an order; `false` when the preview has ended.
    pub fn give(&self, order: Order) -> bool {
        self.0.send(Signal::Order(order)).is_ok()
    }
}

/// What loop and server share: the edition that is served, and how far the loop has come.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) editions: watch::Sender<Arc<Edition>>,
    /// Changes seen so far.
    pub(super) seen: Arc<AtomicU64>,
    /// Of these, changes that are served.
    pub(super) served: AtomicU64,
    pub(super) bound: IpAddr,
    /// Whether drafts are shown.
    pub(super) drafts: bool,
    /// Which pages are on screens.
    pub(super) shown: Shown,
}

impl Shared {
    /// What is served now.
    pub(super) fn edition(&self) -> Arc<Edition> {
        Arc::clone(&self.editions.borrow())
    }

    /// Whether a change was seen that is not served yet.
    pub(super) fn is_pending(&self) -> bool {
        self.seen.load(Ordering::SeqCst) != self.served.load(Ordering::SeqCst)
    }
}

/// Shows what a preview serves, from any thread.
#[derive(Debug, Clone)]
pub struct Served(Arc<Shared>);

impl Served {
    /// What is served now.
    pub fn edition(&self) -> Arc<Edition> {
        self.0.edition()
    }

    /// Whether a change was seen that is not served yet.
    pub fn is_pending(&self) -> bool {
        self.0.is_pending()
    }
}

/// Why the loop goes on.
enum Wake {
    Order(Order),
    /// Something may have changed.
    Look,
    /// The rest of the last build is due.
    Rest,
}

/// How to look at the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Build where something is not as before.
    IfChanged,
    /// Build in any case.
    Always,
    /// Read everything and build with nothing kept.
    Clean,
}

/// A site with its preview.
pub struct Preview {
    settings: Settings,
    server: Server,
    shared: Arc<Shared>,
    inbox: Receiver<Signal>,
    sender: Sender<Signal>,
    orders: VecDeque<Order>,
    watcher: Watcher,
    polling: Option<WhyPolling>,
    reader: DiskReader,
    snapshot: Arc<Snapshot>,
    memo: Memo,
    /// Where all of these put away what is seldom read.
    store: Store,
    day: Option<Date>,
    /// Whether the site's folder could not be read at the last look.
    is_gone: bool,
    /// When to make the search index and the report, where they are those of pages before the last change.
    rest_due: Option<Instant>,
    /// Changes that have been built, with or without the rest.
    built: u64,
    /// When to look again although nothing happened.
    again: Option<Instant>,
    /// What events told of since the last look.
    touched: Touched,
    /// How long the last look took.
    look_took: Duration,
}

impl Preview {
    /// Listens and watches; nothing is built before [`Preview::run`].
    pub fn start(mut settings: Settings) -> Result<Self, WatchError> {
        let root = &settings.root;
        settings.root =
            std::fs::canonicalize(root).map_err(|error| WatchError::Folder { path: root.clone(), error })?;
        let (sender, inbox) = channel();
        let seen = Arc::new(AtomicU64::new(1));
        let shared = Arc::new(Shared {
            editions: watch::Sender::new(Arc::new(Edition::empty())),
            seen: Arc::clone(&seen),
            served: AtomicU64::new(0),
            bound: settings.bind,
            drafts: settings.drafts,
            shown: Shown::default(),
        });
        let server = Server::start(settings.bind, settings.port, Arc::clone(&shared))?;
        let store = Store::on_disk();
        let (watcher, polling) = Watcher::start(&settings.root, settings.poll, sender.clone(), seen);
        Ok(Self {
            reader: DiskReader::new(&settings.root).with_store(&store),
            settings,
            server,
            shared,
            inbox,
            sender,
            orders: VecDeque::new(),
            watcher,
            polling,
            snapshot: Arc::default(),
            memo: Memo::new().with_store(&store),
            store,
            day: None,
            is_gone: false,
            rest_due: None,
            built: 0,
            again: None,
            touched: Touched::default(),
            look_took: Duration::ZERO,
        })
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A way to give orders.
    pub fn orders(&self) -> Orders {
        Orders(self.sender.clone())
    }

    /// A way to see what is served.
    pub fn served(&self) -> Served {
        Served(Arc::clone(&self.shared))
    }

    /// Builds and serves until it is told to end.
    pub fn run(&mut self, tell: &mut dyn FnMut(News)) {
        let address = self.server.address();
        if self.settings.port != 0 && address.port() != self.settings.port {
            tell(News::PortTaken { wanted: self.settings.port, used: address.port() });
        }
        if !address.ip().is_loopback() {
            tell(News::Exposed(address.ip()));
        }
        tell(News::Serving(address));
        if let Some(why) = self.polling.take() {
            tell(News::Polling(why));
        }
        self.look(Look::IfChanged, tell);
        loop {
            if self.rest_due.is_none() {
                self.shared.served.store(self.built, Ordering::SeqCst);
            }
            match self.next() {
                Wake::Order(Order::Quit) => return,
                Wake::Order(Order::Rebuild) => self.look(Look::Always, tell),
                Wake::Order(Order::CleanRebuild) => self.look(Look::Clean, tell),
                Wake::Look => self.look(Look::IfChanged, tell),
                Wake::Rest => self.finish_rest(),
            }
        }
    }

    /// Waits until there is a reason to look: an order, a batch of events, or the clock.
    fn next(&mut self) -> Wake {
        loop {
            if let Some(order) = self.orders.pop_front() {
                return Wake::Order(order);
            }
            match self.inbox.recv_timeout(self.pause()) {
                Ok(Signal::Order(order)) => return Wake::Order(order),
                Ok(Signal::Touched(touch)) => {
                    self.gather(touch);
                    return Wake::Look;
                }
                Err(RecvTimeoutError::Timeout) => {
                    if self.rest_due.is_some_and(|due| due <= Instant::now()) {
                        return Wake::Rest;
                    }
                    if self.is_time() {
                        return Wake::Look;
                    }
                }
                // Cannot be while we hold a sender ourselves.
                Err(RecvTimeoutError::Disconnected) => return Wake::Order(Order::Quit),
            }
        }
    }

    /// How long to wait for events.
    fn pause(&self) -> Duration {
        let pause = match () {
            () if self.is_gone => MISSING,
            () if self.watcher.is_polling() => POLLING.max(self.look_took * SHARE),
            () => HEARTBEAT,
        };
        let now = Instant::now();
        let due = [self.again, self.rest_due].into_iter().flatten().min();
        due.map_or(pause, |due| pause.min(due.saturating_duration_since(now)))
    }

    /// Whether there is a reason to look although nothing was heard.
    fn is_time(&mut self) -> bool {
        let again = self.again.is_some_and(|again| again <= Instant::now());
        if again {
            self.again = None;
        }
        let another_day = || self.day.is_some_and(|day| day != (self.settings.today)(&self.snapshot));
        again || self.is_gone || self.watcher.is_polling() || self.watcher.is_outdated() || another_day()
    }

    /// Waits for the rest of a batch of events.
    fn gather(&mut self, touch: Touch) {
        self.touched.add(&touch);
        let mut batch = Batch::begin(touch, Instant::now());
        while let Some(patience) = batch.patience(Instant::now()) {
            match self.inbox.recv_timeout(patience) {
                Ok(Signal::Touched(touch)) => {
                    self.touched.add(&touch);
                    batch.add(touch, Instant::now());
                }
                Ok(Signal::Order(order)) => self.orders.push_back(order),
                Err(_) => {}
            }
        }
        if batch.look_again {
            self.again = Some(Instant::now() + AGAIN);
        }
    }

    /// Looks at the folder and builds where there is a reason to.
    fn look(&mut self, look: Look, tell: &mut dyn FnMut(News)) {
        let started = Instant::now();
        if self.watcher.is_outdated()
            && let Some(why) = self.watcher.arm()
        {
            tell(News::Polling(why));
        }
        // What came before this moment is covered by what is read now.
        while let Ok(signal) = self.inbox.try_recv() {
            match signal {
                Signal::Order(order) => self.orders.push_back(order),
                Signal::Touched(touch) => {
                    if matches!(touch, Touch::NewFolder | Touch::Somewhere) {
                        self.again = Some(started + AGAIN);
                    }
                    self.touched.add(&touch);
                }
            }
        }
        let touched = std::mem::take(&mut self.touched);
        let seen = self.shared.seen.load(Ordering::SeqCst);
        let read = match look {
            Look::Clean => self.reader.read().map(Some),
            Look::Always => self.reader.refresh(&self.snapshot).map(Some),
            Look::IfChanged => self.refresh(&touched, seen),
        };
        self.built = match read {
            Ok(Some(snapshot)) => self.take(look, snapshot, seen, started, tell),
            Ok(None) => self.built,
            Err(error) => {
                self.folder_gone(&error.to_string(), tell);
                seen
            }
        };
    }

    /// What is there now: at first only the files that events told of, so that a save is served at once, and everything
    /// a little later, so that nothing rests on what events tell. A save in the middle of that comes first; then there is
    /// nothing yet.
    fn refresh(&mut self, touched: &Touched, seen: u64) -> Result<Option<Snapshot>, ReadError> {
        let only = touched.only().filter(|_| !self.is_gone);
        if let Some(snapshot) = only.and_then(|files| self.reader.refresh_only(&self.snapshot, files)) {
            self.again.get_or_insert_with(|| Instant::now() + AGAIN);
            return Ok(Some(snapshot));
        }
        let may_stop = touched.is_empty() && !self.is_gone;
        let shared = &self.shared;
        let has_heard = || may_stop && shared.seen.load(Ordering::SeqCst) != seen;
        let snapshot = self.reader.refresh_until(&self.snapshot, &has_heard)?;
        if snapshot.is_none() {
            self.again = Some(Instant::now() + AGAIN);
        }
        Ok(snapshot)
    }

    /// Builds what was read, if it is not what is served already; returns how many changes are served now.
    fn take(
        &mut self,
        look: Look,
        snapshot: Snapshot,
        mut seen: u64,
        started: Instant,
        tell: &mut dyn FnMut(News),
    ) -> u64 {
        self.look_took = started.elapsed();
        let unreadable = snapshot.diagnostics.iter().any(|found| found.code == Code::IoUnreadable);
        if unreadable && self.again.is_none() {
            // A file that another program holds for a moment, as virus scanners do.
            self.again = Some(Instant::now() + AGAIN);
        }
        let day = (self.settings.today)(&snapshot);
        let changes = changes::between(&self.snapshot, &snapshot);
        let is_same = changes.is_empty()
            && snapshot.diagnostics == self.snapshot.diagnostics
            && self.day == Some(day)
            && !self.is_gone;
        self.snapshot = Arc::new(snapshot);
        if is_same && look == Look::IfChanged {
            return seen;
        }
        if self.watcher.is_polling() {
            // No event told of this change.
            seen = self.shared.seen.fetch_add(1, Ordering::SeqCst) + 1;
        }
        self.day = Some(day);
        self.is_gone = false;
        let rebuilt = self.build(look, day, changes, started);
        tell(News::Rebuilt(rebuilt));
        seen
    }

    /// Keeps serving the last good site while its folder is gone.
    fn folder_gone(&mut self, message: &str, tell: &mut dyn FnMut(News)) {
        if self.is_gone {
            return;
        }
        self.is_gone = true;
        // Nothing that was built of it may say that all is well; when it is back, it is built again.
        self.rest_due = None;
        let before = self.shared.edition();
        let mut edition = Edition { generation: before.generation + 1, ..Edition::clone(&before) };
        edition.problems = Arc::from([Problem::failure(message)]);
        edition.counts = Counts { errors: 1, ..Counts::default() };
        edition.edited = Arc::from([]);
        self.shared.editions.send_replace(Arc::new(edition));
        tell(News::FolderGone(message.to_owned()));
    }
}
