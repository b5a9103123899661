//! Views as digests: two views with the same digest make the same page.
//!
//! Must not know what a view says: every field is covered, whatever it is.

use std::cell::RefCell;

use serde::Serialize;

use super::{PageView, ShownAs, SiteView};

thread_local! {
    /// The bytes of one view at a time; kept, because a view is made for every page.
    static BYTES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl SiteView {
    /// Adds everything of the view.
    pub fn digest_into(&self, hasher: &mut blake3::Hasher) {
        add(hasher, self);
    }
}

impl PageView {
    /// Adds everything of the view, also what is no variable of the template's.
    pub fn digest_into(&self, hasher: &mut blake3::Hasher) {
        let shown: Vec<(u8, &str)> = self
            .republished
            .iter()
            .map(|shown| {
                let kind = match shown.shown_as {
                    ShownAs::Article => 0,
                    ShownAs::Part => 1,
                    ShownAs::Excerpt => 2,
                };
                (kind, shown.text.as_str())
            })
            .collect();
        add(hasher, &(&self.output, self, &self.content, shown));
    }
}

fn add(hasher: &mut blake3::Hasher, value: &impl Serialize) {
    BYTES.with_borrow_mut(|bytes| {
        bytes.clear();
        match serde_json::to_writer(&mut *bytes, value) {
            Ok(()) => hasher.update(bytes),
            // A view that cannot be written down cannot be rendered either, and no page is kept of it.
            Err(error) => hasher.update(error.to_string().as_bytes()),
        };
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{LinkView, PageContent, RedirectView, ShownText};

    fn view(title: &str, target: &str, shown: &str) -> blake3::Hash {
        let link = LinkView { title: target.to_owned(), url: "x.html".to_owned() };
        let page = PageView {
            output: "a.html".to_owned(),
            content: PageContent::Redirect(Box::new(RedirectView { target: link })),
            republished: vec![ShownText { piece: 0, shown_as: ShownAs::Part, text: shown.to_owned() }],
            kind: "redirect",
            root: String::new(),
            url: "a.html".to_owned(),
            title: title.to_owned(),
            description: String::new(),
            language: "en".to_owned(),
            canonical: None,
            image: None,
            structured_data: None,
            breadcrumbs: Vec::new(),
            contents: Vec::new(),
            edit_url: None,
            feedback_url: None,
            extra: serde_json::Map::new(),
        };
        let mut hasher = blake3::Hasher::new();
        page.digest_into(&mut hasher);
        hasher.finalize()
    }

    #[test]
    fn fields_content_and_pieces_count() {
        let one = view("a", "b", "c");
        assert_eq!(one, view("a", "b", "c"));
        assert!([view("x", "b", "c"), view("a", "x", "c"), view("a", "b", "x")].iter().all(|other| *other != one));
    }
}
