//! Bytes that are seldom read, in a file without a name instead of in memory.
//!
//! Owns the file and its free space. Must not know what is kept there. Where there is no such file, or it is full, bytes
//! stay in memory: nothing but the use of memory depends on it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Space is given out in pieces of this many bytes, so that what one segment leaves behind fits another: nearly all are
/// between four and five of them.
const BLOCK: u64 = 64 << 10;

/// Fewer bytes than this stay in memory: a place in the file costs as much.
const SMALLEST: usize = 128;

/// So many bytes are written at once: many small writes of many threads would wait for each other.
const SEGMENT: usize = 256 << 10;

/// A place to put bytes away. Cheap to clone; the file is gone with the last of its clones and of what lies in it.
#[derive(Debug, Clone, Default)]
pub struct Store(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    disk: Arc<Disk>,
    /// Where the next bytes go.
    open: Mutex<Option<Arc<Segment>>>,
}

#[derive(Debug)]
struct Disk {
    file: File,
    space: Mutex<Space>,
}

/// Which blocks of the file are free.
#[derive(Debug, Default)]
struct Space {
    /// The first block that was never used.
    end: u64,
    /// First blocks of free pieces, by length in blocks.
    free: BTreeMap<u64, Vec<u64>>,
}

/// Bytes, wherever they are. Cheap to clone.
#[derive(Clone)]
pub struct Kept(Place);

#[derive(Clone)]
enum Place {
    Memory(Arc<[u8]>),
    Stored { segment: Arc<Segment>, from: u32, length: u32 },
}

/// Bytes that are written at once; their space is free again when none of them is wanted any more.
#[derive(Debug)]
struct Segment {
    disk: Arc<Disk>,
    state: RwLock<State>,
}

#[derive(Debug)]
enum State {
    /// Until there is enough to write, and where that is not possible.
    Memory(Vec<u8>),
    File {
        block: u64,
        length: usize,
    },
}

impl Store {
    /// A store in memory.
    pub fn in_memory() -> Self {
        Self(None)
    }

    /// A store in the folder for temporary files; in memory where there is none.
    pub fn on_disk() -> Self {
        let inner = |file| {
            let disk = Arc::new(Disk { file, space: Mutex::default() });
            Arc::new(Inner { disk, open: Mutex::default() })
        };
        Self(tempfile::tempfile().ok().map(inner))
    }

    /// Keeps these bytes.
    pub fn keep(&self, bytes: &[u8]) -> Kept {
        let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() >= SMALLEST);
        match (&self.0, length) {
            (Some(inner), Some(length)) => {
                let (segment, from) = inner.put(bytes);
                Kept(Place::Stored { segment, from, length })
            }
            _ => Kept(Place::Memory(bytes.into())),
        }
    }

    /// Keeps this text.
    pub fn keep_text(&self, text: &str) -> Text {
        Text(Stretch { kept: self.keep(text.as_bytes()), from: 0, length: narrow(text.len()) })
    }

    /// Moves all of these here, in one piece.
    pub fn keep_together(&self, stretches: Vec<&mut Stretch>) {
        let mut bytes = Vec::with_capacity(stretches.iter().map(|stretch| stretch.len()).sum());
        stretches.iter().for_each(|stretch| bytes.extend_from_slice(&stretch.read()));
        let kept = self.keep(&bytes);
        let mut from = 0;
        for stretch in stretches {
            let length = stretch.length;
            *stretch = Stretch { kept: kept.clone(), from, length };
            from += length;
        }
    }
}

impl Inner {
    /// The segment that has the bytes now, and where in it.
    fn put(&self, bytes: &[u8]) -> (Arc<Segment>, u32) {
        if bytes.len() >= SEGMENT {
            let state = match self.disk.put(bytes) {
                Ok(block) => State::File { block, length: bytes.len() },
                Err(_) => State::Memory(bytes.to_vec()),
            };
            return (Arc::new(Segment::of(&self.disk, state)), 0);
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let segment = Arc::clone(open.get_or_insert_with(|| {
            Arc::new(Segment::of(&self.disk, State::Memory(Vec::with_capacity(SEGMENT + bytes.len()))))
        }));
        let (from, length) = segment.append(bytes);
        if length >= SEGMENT {
            *open = None;
            drop(open);
            segment.write_out();
        }
        (segment, from)
    }
}

impl Segment {
    fn of(disk: &Arc<Disk>, state: State) -> Self {
        Self { disk: Arc::clone(disk), state: RwLock::new(state) }
    }

    /// Adds bytes to an open segment; where they begin, and how many there are then.
    fn append(&self, bytes: &[u8]) -> (u32, usize) {
        match &mut *self.state.write().unwrap_or_else(PoisonError::into_inner) {
            State::Memory(held) => {
                let from = held.len() as u32;
                held.extend_from_slice(bytes);
                (from, held.len())
            }
            State::File { .. } => unreachable!("a segment is written when it is not open any more"),
        }
    }

    /// Moves its bytes into the file; where that cannot take them, they stay.
    fn write_out(&self) {
        let written = match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Memory(bytes) => self.disk.put(bytes).ok().map(|block| (block, bytes.len())),
            State::File { .. } => None,
        };
        if let Some((block, length)) = written {
            *self.state.write().unwrap_or_else(PoisonError::into_inner) = State::File { block, length };
        }
    }

    fn read(&self, range: Range<usize>) -> Vec<u8> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Memory(bytes) => bytes[range].to_vec(),
            State::File { block, .. } => {
                let mut bytes = vec![0; range.len()];
                match read_at(&self.disk.file, &mut bytes, block * BLOCK + range.start as u64) {
                    Ok(()) => bytes,
                    Err(error) => panic!("steward's temporary file cannot be read any more: {error}"),
                }
            }
        }
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        if let State::File { block, length } = *self.state.get_mut().unwrap_or_else(PoisonError::into_inner) {
            self.disk.space().give(block, blocks(length));
        }
    }
}

impl Disk {
    /// Writes bytes; their first block.
    fn put(&self, bytes: &[u8]) -> io::Result<u64> {
        let block = self.space().take(blocks(bytes.len()));
        match write_at(&self.file, bytes, block * BLOCK) {
            Ok(()) => Ok(block),
            Err(error) => {
                self.space().give(block, blocks(bytes.len()));
                Err(error)
            }
        }
    }

    fn space(&self) -> std::sync::MutexGuard<'_, Space> {
        self.space.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Space {
    /// The first of so many blocks that nobody uses: the smallest free piece that is long enough, else at the end.
    fn take(&mut self, blocks: u64) -> u64 {
        // Much larger pieces are left to larger texts.
        let fitting = self.free.range(blocks..=blocks * 2).next().map(|(length, _)| *length);
        let Some((length, first)) = fitting.and_then(|length| Some((length, self.free.get_mut(&length)?.pop()?)))
        else {
            self.end += blocks;
            return self.end - blocks;
        };
        if self.free.get(&length).is_some_and(Vec::is_empty) {
            self.free.remove(&length);
        }
        if length > blocks {
            self.give(first + blocks, length - blocks);
        }
        first
    }

    fn give(&mut self, first: u64, blocks: u64) {
        self.free.entry(blocks).or_default().push(first);
    }
}

/// Lengths of texts fit into 32 bits: longer files are not read.
fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn blocks(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(BLOCK)
}

impl Kept {
    /// The bytes.
    ///
    /// # Panics
    ///
    /// Where the machine does not give back what it took.
    pub fn read(&self) -> Cow<'_, [u8]> {
        self.read_range(0..self.len())
    }

    fn read_range(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        match &self.0 {
            Place::Memory(bytes) => Cow::Borrowed(&bytes[range]),
            Place::Stored { segment, from, .. } => {
                let from = *from as usize;
                Cow::Owned(segment.read(from + range.start..from + range.end))
            }
        }
    }

    fn is_in_memory(&self) -> bool {
        matches!(self.0, Place::Memory(_))
    }

    /// Whether both are the same bytes at the same place in the store.
    fn is_same_place(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Place::Stored { segment, from, .. }, Place::Stored { segment: others, from: at, .. }) => {
                Arc::ptr_eq(segment, others) && from == at
            }
            _ => false,
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Place::Memory(bytes) => bytes.len(),
            Place::Stored { length, .. } => *length as usize,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.read() == other.read()
    }
}

impl Eq for Kept {}

impl Default for Kept {
    fn default() -> Self {
        Self(Place::Memory(Arc::default()))
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.len())
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, at)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => (bytes, at) = (&bytes[written..], at + written as u64),
        }
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => (bytes, at) = (&mut bytes[read..], at + read as u64),
        }
    }
    Ok(())
}

/// Some of the bytes that were put away together. Cheap to clone.
#[derive(Clone)]
pub struct Stretch {
    kept: Kept,
    from: u32,
    length: u32,
}

impl Stretch {
    /// The bytes.
    ///
    /// # Panics
    ///
    /// Where the machine does not give back what it took.
    pub fn read(&self) -> Cow<'_, [u8]> {
        self.kept.read_range(self.from as usize..(self.from + self.length) as usize)
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.length as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

/// What was put away together, read at once.
#[derive(Debug, Default)]
pub struct Opened {
    /// Where it lies, the place of the first byte that was read, and the bytes.
    read: Option<(Kept, u32, Vec<u8>)>,
}

impl Opened {
    /// Reads all of these that lie with the first of them that is not in memory.
    ///
    /// # Panics
    ///
    /// As [`Kept::read`].
    pub fn of<'a>(stretches: impl Iterator<Item = &'a Stretch> + Clone) -> Self {
        let Some(first) = stretches.clone().find(|stretch| !stretch.kept.is_in_memory()) else {
            return Self::default();
        };
        let together = stretches.filter(|stretch| stretch.kept.is_same_place(&first.kept));
        let (start, end) = together.fold((u32::MAX, 0), |(start, end), stretch| {
            (start.min(stretch.from), end.max(stretch.from + stretch.length))
        });
        let bytes = first.kept.read_range(start as usize..end as usize).into_owned();
        Self { read: Some((first.kept.clone(), start, bytes)) }
    }

    /// The bytes of a stretch, without asking for them again if they were read.
    pub fn bytes<'a>(&'a self, stretch: &'a Stretch) -> Cow<'a, [u8]> {
        let here = self.read.as_ref().and_then(|(kept, start, bytes)| {
            let from = stretch.from.checked_sub(*start)? as usize;
            bytes.get(from..from + stretch.len()).filter(|_| kept.is_same_place(&stretch.kept))
        });
        here.map_or_else(|| stretch.read(), Cow::Borrowed)
    }

    /// The same of a text.
    pub fn text<'a>(&'a self, text: &'a Text) -> Cow<'a, str> {
        as_text(self.bytes(&text.0))
    }
}

fn as_text(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    let text = match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
    };
    match text {
        Some(text) => text,
        None => panic!("steward's temporary file was changed by another program"),
    }
}

impl From<&[u8]> for Stretch {
    fn from(bytes: &[u8]) -> Self {
        Self { kept: Kept(Place::Memory(bytes.into())), from: 0, length: narrow(bytes.len()) }
    }
}

impl Default for Stretch {
    fn default() -> Self {
        Self::from(&[][..])
    }
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        self.read() == other.read()
    }
}

impl Eq for Stretch {}

impl fmt::Debug for Stretch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.len())
    }
}

/// A text, wherever it is. Cheap to clone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(Stretch);

impl Text {
    /// The text.
    ///
    /// # Panics
    ///
    /// Where the machine does not give back what it took.
    pub fn read(&self) -> Cow<'_, str> {
        as_text(self.0.read())
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no characters.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its bytes.
    pub fn stretch(&self) -> &Stretch {
        &self.0
    }

    /// Its bytes, to be moved.
    pub(crate) fn stretch_mut(&mut self) -> &mut Stretch {
        &mut self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.read(), formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_it_took_and_uses_space_again() {
        let store = Store::on_disk();
        let text = |number: usize| format!("{number} ").repeat(100 + number * 800);
        let mut kept: Vec<Text> = (0..50).map(|number| store.keep_text(&text(number))).collect();
        let all: usize = kept.iter().map(Text::len).sum();
        for round in 0..60 {
            for number in (round % 3..50).step_by(3) {
                kept[number] = Text::default();
                kept[number] = store.keep_text(&text(number));
            }
        }
        assert!(kept.iter().enumerate().all(|(number, kept)| *kept.read() == text(number)));
        let end = store.0.as_ref().unwrap().disk.space().end * BLOCK;
        assert!(end > all as u64 / 2 && end < all as u64 * 3, "{end} bytes for {all}");
    }

    #[test]
    fn short_texts_and_those_without_a_file_stay_in_memory() {
        let (long, short) = ("long ".repeat(100), "short");
        let is_in_memory = |text: Text| text.0.kept.is_in_memory();
        assert!(is_in_memory(Store::on_disk().keep_text(short)));
        assert!(is_in_memory(Store::in_memory().keep_text(&long)));
        assert!(!is_in_memory(Store::on_disk().keep_text(&long)));
        let mut texts = ["a", &long, "", "b"].map(Text::from);
        Store::on_disk().keep_together(texts.iter_mut().map(Text::stretch_mut).collect());
        assert!(texts.iter().all(|text| !text.0.kept.is_in_memory()));
        let read = |texts: &[Text]| texts.iter().map(|text| text.read().into_owned()).collect::<Vec<_>>();
        assert_eq!((read(&texts), texts[1].len()), (["a", &long, "", "b"].map(str::to_owned).to_vec(), long.len()));
        let other = Store::on_disk().keep_text(&long);
        let some = [texts[3].clone(), Text::from("here"), other, texts[1].clone()];
        let opened = Opened::of(some.iter().map(Text::stretch));
        let read: Vec<_> = some.iter().map(|text| opened.text(text)).collect();
        assert_eq!(read, ["b", "here", &long, &long]);
        let is_here = |text: &Cow<'_, str>| matches!(text, Cow::Borrowed(_));
        assert_eq!(read.iter().map(is_here).collect::<Vec<_>>(), [true, true, false, true]);
    }
}
