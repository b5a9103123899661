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
use std::sync::{Arc, Mutex, PoisonError};

/// Space is given out in pieces of this many bytes, so that what one text leaves behind fits another.
const BLOCK: u64 = 1024;

/// Fewer bytes than this stay in memory: a place in the file costs as much.
const SMALLEST: usize = 256;

/// A place to put bytes away. Cheap to clone; the file is gone with the last of its clones and of what lies in it.
#[derive(Debug, Clone, Default)]
pub struct Store(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
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
    File(Arc<Piece>),
}

/// Bytes in the file; their space is free again when this is dropped.
struct Piece {
    store: Arc<Inner>,
    block: u64,
    length: usize,
}

impl Store {
    /// A store in memory.
    pub fn in_memory() -> Self {
        Self(None)
    }

    /// A store in the folder for temporary files; in memory where there is none.
    pub fn on_disk() -> Self {
        let inner = |file| Arc::new(Inner { file, space: Mutex::default() });
        Self(tempfile::tempfile().ok().map(inner))
    }

    /// Keeps these bytes.
    pub fn keep(&self, bytes: &[u8]) -> Kept {
        let inner = self.0.as_ref().filter(|_| bytes.len() >= SMALLEST);
        let piece = inner.and_then(|inner| inner.put(bytes).ok());
        Kept(piece.map_or_else(|| Place::Memory(bytes.into()), |piece| Place::File(Arc::new(piece))))
    }

    /// Keeps this text.
    pub fn keep_text(&self, text: &str) -> Text {
        Text { kept: self.keep(text.as_bytes()), from: 0, length: text.len() }
    }

    /// Moves these texts here, all in one piece.
    pub fn keep_together(&self, texts: Vec<&mut Text>) {
        let mut bytes = Vec::with_capacity(texts.iter().map(|text| text.len()).sum());
        texts.iter().for_each(|text| bytes.extend_from_slice(text.read().as_bytes()));
        let kept = self.keep(&bytes);
        let mut from = 0;
        for text in texts {
            let length = text.len();
            *text = Text { kept: kept.clone(), from, length };
            from += length;
        }
    }
}

impl Inner {
    fn put(self: &Arc<Self>, bytes: &[u8]) -> io::Result<Piece> {
        let piece =
            Piece { store: Arc::clone(self), block: self.space().take(blocks(bytes.len())), length: bytes.len() };
        write_at(&self.file, bytes, piece.block * BLOCK)?;
        Ok(piece)
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

impl Drop for Piece {
    fn drop(&mut self) {
        self.store.space().give(self.block, blocks(self.length));
    }
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
            Place::File(piece) => {
                let mut bytes = vec![0; range.len()];
                match read_at(&piece.store.file, &mut bytes, piece.block * BLOCK + range.start as u64) {
                    Ok(()) => Cow::Owned(bytes),
                    Err(error) => panic!("steward's temporary file cannot be read any more: {error}"),
                }
            }
        }
    }

    fn is_in_memory(&self) -> bool {
        matches!(self.0, Place::Memory(_))
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Place::Memory(bytes) => bytes.len(),
            Place::File(piece) => piece.length,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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

/// A text, wherever it is. Cheap to clone.
#[derive(Clone)]
pub struct Text {
    kept: Kept,
    from: usize,
    length: usize,
}

impl Text {
    /// The text.
    ///
    /// # Panics
    ///
    /// Where the machine does not give back what it took.
    pub fn read(&self) -> Cow<'_, str> {
        let text = match self.kept.read_range(self.from..self.from + self.length) {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
            Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
        };
        match text {
            Some(text) => text,
            None => panic!("steward's temporary file was changed by another program"),
        }
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has no characters.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether reading it asks nobody for it.
    pub fn is_in_memory(&self) -> bool {
        self.kept.is_in_memory()
    }
}

/// Brings texts that were put away together into memory, at once where they lie beside each other.
pub fn read_together(mut texts: Vec<&mut Text>) {
    let is_piece = |kept: &Kept, piece: &Arc<Piece>| matches!(&kept.0, Place::File(other) if Arc::ptr_eq(other, piece));
    while let Some((piece, at)) = texts.iter().enumerate().find_map(|(at, text)| match &text.kept.0 {
        Place::File(piece) => Some((Arc::clone(piece), at)),
        Place::Memory(_) => None,
    }) {
        let (of_piece, others): (Vec<_>, Vec<_>) =
            texts.into_iter().skip(at).partition(|text| is_piece(&text.kept, &piece));
        let start = of_piece.iter().map(|text| text.from).min().unwrap_or_default();
        let end = of_piece.iter().map(|text| text.from + text.length).max().unwrap_or_default();
        let bytes = Kept(Place::File(piece)).read_range(start..end).into_owned();
        let kept = Kept(Place::Memory(bytes.into()));
        for text in of_piece {
            *text = Text { kept: kept.clone(), from: text.from - start, length: text.length };
        }
        texts = others;
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { kept: Kept(Place::Memory(text.as_bytes().into())), from: 0, length: text.len() }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.read() == other.read()
    }
}

impl Eq for Text {}

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
        let text = |number: usize| format!("{number} ").repeat(100 + number * 40);
        let mut kept: Vec<Text> = (0..50).map(|number| store.keep_text(&text(number))).collect();
        let end = store.0.as_ref().unwrap().space().end;
        for round in 0..20 {
            for number in (round % 3..50).step_by(3) {
                kept[number] = Text::default();
                kept[number] = store.keep_text(&text(number));
            }
        }
        assert!(kept.iter().enumerate().all(|(number, kept)| *kept.read() == text(number)));
        assert_eq!(store.0.as_ref().unwrap().space().end, end, "nothing was added");
    }

    #[test]
    fn short_texts_and_those_without_a_file_stay_in_memory() {
        let (long, short) = ("long ".repeat(100), "short");
        let is_in_memory = |text: Text| text.is_in_memory();
        assert!(is_in_memory(Store::on_disk().keep_text(short)));
        assert!(is_in_memory(Store::in_memory().keep_text(&long)));
        assert!(!is_in_memory(Store::on_disk().keep_text(&long)));
        let mut texts = ["a", &long, "", "b"].map(Text::from);
        Store::on_disk().keep_together(texts.iter_mut().collect());
        assert!(texts.iter().all(|text| !text.is_in_memory()));
        let read = |texts: &[Text]| texts.iter().map(|text| text.read().into_owned()).collect::<Vec<_>>();
        assert_eq!((read(&texts), texts[1].len()), (["a", &long, "", "b"].map(str::to_owned).to_vec(), long.len()));
        let other = Store::on_disk().keep_text(&long);
        let mut some = [texts[3].clone(), Text::from("here"), other, texts[1].clone()];
        read_together(some.iter_mut().collect());
        assert!(some.iter().all(Text::is_in_memory));
        assert_eq!(read(&some), ["b", "here", &long, &long]);
    }
}
