//! Which pages are on screens now, so that they are made first. Must not know how they are made.

use std::sync::{Arc, Mutex, PoisonError};

/// The addresses that browsers show; one that two of them show is there twice.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown(Arc<Mutex<Vec<String>>>);

/// A page on a screen, until this is dropped.
#[derive(Debug)]
pub(super) struct OnScreen {
    address: String,
    shown: Shown,
}

impl Shown {
    /// Notes that a browser shows a page.
    pub(super) fn begin(&self, address: &str) -> OnScreen {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(address.to_owned());
        OnScreen { address: address.to_owned(), shown: self.clone() }
    }

    /// The addresses that are shown.
    pub(super) fn addresses(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for OnScreen {
    fn drop(&mut self) {
        let mut shown = self.shown.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = shown.iter().position(|address| *address == self.address) {
            shown.swap_remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_shown_until_they_are_left() {
        let shown = Shown::default();
        let (first, second, other) = (shown.begin("/a"), shown.begin("/a"), shown.begin("/b"));
        assert_eq!(shown.addresses(), ["/a", "/a", "/b"]);
        drop(first);
        drop(other);
        assert_eq!(shown.addresses(), ["/a"]);
        drop(second);
        assert!(shown.addresses().is_empty());
    }
}
