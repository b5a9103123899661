//! When to look at the site's folder again: file events gathered into batches, or the clock where none arrive.
//!
//! Owns `notify`. Folders are watched, never files, because editors save by renaming. Must not know what a change
//! means: an event says that something happened, never what.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::filesystem;
use super::message::WhyPolling;
use super::session::Signal;
use crate::source::SETTINGS_FILE;

/// How long nothing may happen before we look: an editor's save is several events within less than that. Where the
/// system does not tell when a file has been closed, a longer silence stands for it.
const QUIET: Duration = if TELLS_CLOSING { Duration::from_millis(2) } else { Duration::from_millis(20) };
/// How long a file that is being written is waited for.
const WRITING: Duration = Duration::from_millis(100);
/// How long anything is waited for while events keep coming.
const LONGEST: Duration = Duration::from_millis(250);

/// Whether the system says that a file opened for writing has been closed.
const TELLS_CLOSING: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// The folders of a site's root that are inputs.
const FOLDERS: [&str; 2] = ["content", "themes"];

/// What an event tells about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touch {
    /// It is being written.
    Writing(PathBuf),
    /// It is as it will stay for now.
    Done(PathBuf),
    /// A folder is new: what was put into it at once may have gone unnoticed.
    NewFolder,
    /// Something happened, nobody knows where.
    Somewhere,
}

/// What was touched since the last look, as far as the system told.
#[derive(Debug, Default)]
pub(super) struct Touched {
    files: BTreeSet<PathBuf>,
    /// Whether more than these files may have changed.
    more: bool,
}

impl Touched {
    /// A further event.
    pub(super) fn add(&mut self, touch: &Touch) {
        match touch {
            Touch::Writing(path) | Touch::Done(path) => {
                self.files.insert(path.clone());
            }
            Touch::NewFolder | Touch::Somewhere => self.more = true,
        }
    }

    /// Whether events told of nothing.
    pub(super) fn is_empty(&self) -> bool {
        !self.more && self.files.is_empty()
    }

    /// The files, where events told of some and of nothing else.
    pub(super) fn only(&self) -> Option<&BTreeSet<PathBuf>> {
        (!self.more && !self.files.is_empty()).then_some(&self.files)
    }
}

/// A batch of events on its way: decides when it is time to look.
#[derive(Debug)]
pub(super) struct Batch {
    started: Instant,
    last: Instant,
    open: BTreeSet<PathBuf>,
    /// Whether there is a reason to look once more a little later.
    pub(super) look_again: bool,
}

impl Batch {
    /// A batch that begins now.
    pub(super) fn begin(touch: Touch, now: Instant) -> Self {
        let mut batch = Self { started: now, last: now, open: BTreeSet::new(), look_again: false };
        batch.add(touch, now);
        batch
    }

    /// A further event.
    pub(super) fn add(&mut self, touch: Touch, now: Instant) {
        self.last = now;
        match touch {
            Touch::Writing(path) if TELLS_CLOSING => {
                self.open.insert(path);
            }
            Touch::Done(path) => {
                self.open.remove(&path);
            }
            Touch::NewFolder | Touch::Somewhere => self.look_again = true,
            Touch::Writing(_) => {}
        }
    }

    /// How long to wait for further events; `None` when it is time to look.
    pub(super) fn patience(&self, now: Instant) -> Option<Duration> {
        let quiet = if self.open.is_empty() { QUIET } else { WRITING };
        let until = (self.last + quiet).min(self.started + LONGEST);
        until.checked_duration_since(now).filter(|left| !left.is_zero())
    }
}

/// A folder with its watch.
#[derive(Debug, PartialEq, Eq)]
struct Watched {
    folder: PathBuf,
    deep: bool,
    identity: Identity,
}

/// Tells a folder from another one that took its place: where it lies, and when it was made where the system knows,
/// because the place of a folder that is gone is given to the next one.
type Identity = (u64, u64, Option<SystemTime>);

/// Turns what the system tells into [`Signal`]s.
pub(super) struct Watcher {
    root: PathBuf,
    system: Option<RecommendedWatcher>,
    watched: Vec<Watched>,
    /// What an event must be about to matter.
    inputs: Arc<Mutex<Vec<PathBuf>>>,
    /// Whether a watched folder has gone, and its watch with it, even if there is one in its place already.
    has_lost: Arc<AtomicBool>,
}

impl Watcher {
    /// Begins to watch; the second value says why there is only the clock to go by.
    pub(super) fn start(
        root: &Path,
        poll: bool,
        sender: Sender<Signal>,
        seen: Arc<AtomicU64>,
    ) -> (Self, Option<WhyPolling>) {
        let mut watcher = Self {
            root: root.to_path_buf(),
            system: None,
            watched: Vec::new(),
            inputs: Arc::default(),
            has_lost: Arc::default(),
        };
        let silent = || {
            let folders = FOLDERS.map(|folder| root.join(folder));
            folders.iter().chain([&watcher.root]).find_map(|folder| filesystem::silent(folder))
        };
        if poll {
            return (watcher, Some(WhyPolling::Asked));
        }
        if let Some(kind) = silent() {
            return (watcher, Some(WhyPolling::FileSystem(kind)));
        }
        let (own_root, inputs) = (root.to_path_buf(), Arc::clone(&watcher.inputs));
        let has_lost = Arc::clone(&watcher.has_lost);
        let handler = move |event: notify::Result<Event>| {
            let touch = match event {
                Ok(event) => {
                    let inputs = inputs.lock().unwrap_or_else(PoisonError::into_inner);
                    if is_loss(&event, &own_root, &inputs) {
                        has_lost.store(true, Ordering::SeqCst);
                    }
                    touch_of(&event, &own_root, &inputs)
                }
                // What went wrong is found by looking.
                Err(_) => Some(Touch::Somewhere),
            };
            if let Some(touch) = touch {
                seen.fetch_add(1, Ordering::SeqCst);
                // The preview that would listen has ended.
                let _ = sender.send(Signal::Touched(touch));
            }
        };
        match notify::recommended_watcher(handler) {
            Ok(system) => watcher.system = Some(system),
            Err(error) => return (watcher, Some(reason(&error))),
        }
        let trouble = watcher.arm();
        (watcher, trouble)
    }

    /// Whether there is only the clock to go by.
    pub(super) fn is_polling(&self) -> bool {
        self.system.is_none()
    }

    /// Whether a watched folder is not what it was, or one is there that is not watched.
    pub(super) fn is_outdated(&self) -> bool {
        self.system.is_some() && (self.has_lost.load(Ordering::SeqCst) || self.wanted() != self.watched)
    }

    /// Watches the folders as they are now. Where that cannot be, gives up watching and says why.
    pub(super) fn arm(&mut self) -> Option<WhyPolling> {
        // Before looking: a folder that goes after this is noticed at the next look.
        let has_lost = self.has_lost.swap(false, Ordering::SeqCst);
        let wanted = self.wanted();
        let system = self.system.as_mut()?;
        if wanted == self.watched && !has_lost {
            return None;
        }
        for old in self.watched.drain(..).filter(|old| has_lost || !wanted.contains(old)) {
            // The watch of a folder that is gone went with it.
            let _ = system.unwatch(&old.folder);
        }
        let mut trouble = None;
        for folder in wanted {
            let mode = if folder.deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            match system.watch(&folder.folder, mode) {
                Ok(()) => self.watched.push(folder),
                // It went away meanwhile: the next look at the folders tells.
                Err(error) if is_gone(&error) => {}
                Err(error) => trouble = Some(reason(&error)),
            }
        }
        if trouble.is_some() {
            self.system = None;
            self.watched.clear();
        }
        let folders = FOLDERS.map(|folder| self.root.join(folder));
        let real = self.watched.iter().filter(|watched| watched.deep).map(|watched| watched.folder.clone());
        let settings = self.root.join(SETTINGS_FILE);
        let mut inputs: Vec<PathBuf> = folders.into_iter().chain(real).collect();
        inputs.extend(fs::canonicalize(&settings).ok());
        inputs.push(settings);
        *self.inputs.lock().unwrap_or_else(PoisonError::into_inner) = inputs;
        trouble
    }

    /// The folders that are there to be watched: the root for the settings, the inputs with all they hold, and the
    /// folder of the settings where they are a link.
    fn wanted(&self) -> Vec<Watched> {
        let mut wanted: Vec<Watched> = Vec::new();
        let mut add = |folder: PathBuf, deep| {
            if !wanted.iter().any(|known| known.folder == folder)
                && let Some(identity) = identity(&folder)
            {
                wanted.push(Watched { folder, deep, identity });
            }
        };
        for folder in FOLDERS {
            if let Ok(folder) = fs::canonicalize(self.root.join(folder)) {
                add(folder, true);
            }
        }
        add(self.root.clone(), false);
        let settings = fs::canonicalize(self.root.join(SETTINGS_FILE)).ok();
        if let Some(folder) = settings.as_deref().and_then(Path::parent) {
            add(folder.to_path_buf(), false);
        }
        wanted
    }
}

/// What tells a folder from another one of the same name; `None` where there is none.
fn identity(folder: &Path) -> Option<Identity> {
    let metadata = fs::metadata(folder).ok().filter(fs::Metadata::is_dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino(), metadata.created().ok()))
    }
    #[cfg(not(unix))]
    {
        Some((0, 0, metadata.created().ok()))
    }
}

/// Whether a watched folder is not where it was: its watch, and that of all it holds, is gone or follows it.
fn is_loss(event: &Event, root: &Path, inputs: &[PathBuf]) -> bool {
    let moves = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
    moves && event.paths.iter().any(|path| path == root || inputs.contains(path))
}

/// What an event says, if it is about an input and not about somebody reading.
fn touch_of(event: &Event, root: &Path, inputs: &[PathBuf]) -> Option<Touch> {
    if event.need_rescan() {
        return Some(Touch::Somewhere);
    }
    let matters = |path: &&PathBuf| *path == root || inputs.iter().any(|input| path.starts_with(input));
    let path = event.paths.iter().find(matters);
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Touch::Done(path?.clone())),
        EventKind::Access(_) => None,
        EventKind::Modify(ModifyKind::Data(_)) => Some(Touch::Writing(path?.clone())),
        EventKind::Create(CreateKind::Folder) => path.map(|_| Touch::NewFolder),
        EventKind::Create(_) => Some(Touch::Writing(path?.clone())),
        EventKind::Modify(ModifyKind::Name(_)) if path.is_some_and(|path| path.is_dir()) => Some(Touch::NewFolder),
        _ => Some(Touch::Done(path?.clone())),
    }
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound | notify::ErrorKind::WatchNotFound => true,
        notify::ErrorKind::Io(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        _ => false,
    }
}

/// Why watching cannot be, with the limit where one is reached: the system's own words for it are "No space left on
/// device" and "Too many open files".
fn reason(error: &notify::Error) -> WhyPolling {
    const NO_SPACE: i32 = 28;
    const TOO_MANY_FILES: i32 = 24;
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => WhyPolling::Limit("fs.inotify.max_user_watches"),
        notify::ErrorKind::Io(error) if cfg!(unix) && error.raw_os_error() == Some(NO_SPACE) => {
            WhyPolling::Limit("fs.inotify.max_user_watches")
        }
        notify::ErrorKind::Io(error) if cfg!(unix) && error.raw_os_error() == Some(TOO_MANY_FILES) => {
            WhyPolling::Limit("fs.inotify.max_user_instances")
        }
        _ => WhyPolling::Refused(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{AccessMode, DataChange, RenameMode};

    use super::*;

    #[test]
    fn reading_is_no_change_and_other_folders_do_not_matter() {
        let root = Path::new("/site");
        let inputs = ["/site/site.toml", "/site/content", "/site/themes"].map(PathBuf::from);
        let touch = |kind, path: &str| touch_of(&Event::new(kind).add_path(path.into()), root, &inputs);
        let page = PathBuf::from("/site/content/a.md");
        let writing = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
        assert_eq!(touch(writing, "/site/content/a.md"), Some(Touch::Writing(page.clone())));
        assert_eq!(touch(closed, "/site/content/a.md"), Some(Touch::Done(page.clone())));
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        assert_eq!(touch(renamed, "/site/content/a.md"), Some(Touch::Done(page)));
        assert_eq!(touch(EventKind::Create(CreateKind::Folder), "/site/content/new"), Some(Touch::NewFolder));
        assert_eq!(touch(EventKind::Access(AccessKind::Open(AccessMode::Any)), "/site/content/a.md"), None);
        for elsewhere in ["/site/public/a.html", "/site/.git/index", "/site/content-old/a.md", "/site/site.toml~"] {
            assert_eq!(touch(writing, elsewhere), None, "{elsewhere}");
        }
        assert!(touch(EventKind::Remove(notify::event::RemoveKind::Folder), "/site").is_some());
        let lost = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        assert_eq!(touch_of(&lost, root, &inputs), Some(Touch::Somewhere));
    }

    #[test]
    fn a_watched_folder_that_goes_is_noticed_whatever_takes_its_place() {
        let root = Path::new("/site");
        let inputs = ["/site/site.toml", "/site/content"].map(PathBuf::from);
        let loss = |kind, path: &str| is_loss(&Event::new(kind).add_path(path.into()), root, &inputs);
        let removed = EventKind::Remove(notify::event::RemoveKind::Folder);
        let moved = EventKind::Modify(ModifyKind::Name(RenameMode::From));
        assert!(loss(removed, "/site/content") && loss(removed, "/site") && loss(moved, "/site/content"));
        assert!(!loss(removed, "/site/content/articles") && !loss(EventKind::Create(CreateKind::Folder), "/site"));
    }

    #[test]
    fn only_files_are_known_or_anything_may_have_changed() {
        let mut touched = Touched::default();
        assert!(touched.only().is_none(), "nobody told of anything");
        touched.add(&Touch::Writing("a".into()));
        touched.add(&Touch::Done("a".into()));
        assert_eq!(touched.only().map(BTreeSet::len), Some(1));
        touched.add(&Touch::NewFolder);
        assert!(touched.only().is_none());
    }

    #[test]
    fn a_batch_waits_for_the_end_of_a_save_but_not_for_ever() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut batch = Batch::begin(Touch::Done("a".into()), start);
        assert!(batch.patience(at(0)).is_some());
        assert!(batch.patience(at(20)).is_none());
        if TELLS_CLOSING {
            batch.add(Touch::Writing("b".into()), at(1));
            assert!(batch.patience(at(50)).is_some(), "it has not been closed");
            batch.add(Touch::Done("b".into()), at(50));
            assert!(batch.patience(at(53)).is_none());
            batch.add(Touch::Writing("c".into()), at(60));
            assert!(batch.patience(at(161)).is_none(), "an editor may keep a file open");
        }
        for moment in 1..300 {
            batch.add(Touch::Writing(format!("{moment}").into()), at(moment));
        }
        assert!(batch.patience(at(300)).is_none(), "typing never stops");
    }

    #[test]
    fn a_limit_is_named() {
        let limit = |error: notify::Error| reason(&error);
        let io = |code| notify::Error::io(io::Error::from_raw_os_error(code));
        let watches = WhyPolling::Limit("fs.inotify.max_user_watches");
        assert_eq!(limit(notify::Error::new(notify::ErrorKind::MaxFilesWatch)), watches);
        if cfg!(unix) {
            assert_eq!(limit(io(28)), watches);
            assert_eq!(limit(io(24)), WhyPolling::Limit("fs.inotify.max_user_instances"));
        }
        assert!(matches!(limit(io(13)), WhyPolling::Refused(_)));
    }
}
