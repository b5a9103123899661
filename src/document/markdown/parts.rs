//! Named parts: where they begin and end, their items, their ids.
//!
//! Parts stand at the top of a document only and never inside one another: a part of another kind ends the one before
//! it. A label of the same kind inside a part (`### Action step 1` under `## Action Steps`) is content.

use std::ops::Range;

use pulldown_cmark::TagEnd;

use super::blocks::{BlockKind, heading_tag, id_attribute};
use super::ids;
use super::output::Position;
use super::render::{HeadingStart, ItemStart, Paragraph, Renderer};
use super::text;
use crate::diagnostic::Code;
use crate::document::{Fragment, Heading, Part, PartForm, PartItem, SlotKind};

/// How far a part reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// To the next heading of this level or a higher one, or a thematic break.
    Section(u8),
    /// To the end of the paragraph that is open.
    Paragraph,
    /// The paragraph is over; a list that follows directly belongs to the part.
    MaybeList,
    /// To the end of the list that is open.
    List,
}

/// A part that is open.
#[derive(Debug)]
pub(super) struct OpenPart {
    definition: usize,
    title: String,
    form: PartForm,
    extent: Extent,
    start: usize,
    anchor: String,
    /// Where the content begins.
    content: Position,
    /// Raw elements opened before it.
    pub(super) raw_base: usize,
    list_items: Vec<Item>,
    paragraphs: Vec<Item>,
}

/// An item of the open part.
#[derive(Debug)]
struct Item {
    /// Where attributes of its element can be inserted.
    attributes_at: usize,
    html: Range<usize>,
    text: Range<usize>,
}

impl Renderer<'_> {
    /// The definition whose part a heading with this text begins.
    pub(super) fn part_of_heading(&self, text: &str) -> Option<usize> {
        let (definition, _) = self.labels.at_start_of(text)?;
        let same = self.part.as_ref().is_some_and(|part| part.definition == definition);
        (!same).then_some(definition)
    }

    pub(super) fn part_is_action_steps(&self) -> bool {
        self.part.as_ref().is_some_and(|part| self.definitions[part.definition].key == "action_steps")
    }

    /// Begins a part at a heading that has just been written.
    pub(super) fn start_heading_part(&mut self, definition: usize, title: String, id: String, heading: &HeadingStart) {
        let written = self.out.split_off(heading.start);
        self.finish_part();
        self.open_section(definition, &id);
        self.out.append(written);
        self.out.end_block();
        self.heading_level = heading.level;
        self.part = Some(OpenPart {
            definition,
            title,
            form: PartForm::Heading,
            extent: Extent::Section(heading.level),
            start: heading.range.start,
            anchor: id,
            content: self.out.position(),
            raw_base: self.raw.len(),
            list_items: Vec::new(),
            paragraphs: Vec::new(),
        });
    }

    /// Begins a part at a paragraph that begins with a label. Returns whether the paragraph has been dealt with because
    /// nothing stands behind the label.
    pub(super) fn start_prefix_part(&mut self, range: &Range<usize>) -> bool {
        let Some(source) = self.source.get(range.clone()) else { return false };
        let Some(prefix) = self.labels.prefix_of(source) else { return false };
        if self.part.as_ref().is_some_and(|part| part.definition == prefix.definition) {
            return false;
        }
        self.finish_part();
        let title = source[prefix.label.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        let anchor = self.ids.take_unique(&ids::slug(&title));
        let level = (self.heading_level + 1).min(6);
        let label = range.start + prefix.label.start..range.start + prefix.label.end;
        self.open_section(prefix.definition, &anchor);
        let start = self.out.position();
        self.out.markup(heading_tag(level).0);
        self.out.insert(start.html + 3, id_attribute(&anchor));
        let open = self.out.position();
        self.out.insert(open.html - 1, Fragment { html: " class=\"part-title\"".to_owned(), slots: Vec::new() });
        self.out.end_block();
        self.out.visible(&title);
        self.out.markup(heading_tag(level).1);
        self.out.end_block();
        self.headings.push(Heading { level, id: anchor.clone(), text: title.clone(), span: self.report.span(&label) });
        self.skip_until = range.start + prefix.content;
        self.part = Some(OpenPart {
            definition: prefix.definition,
            title,
            form: prefix.form,
            extent: Extent::Paragraph,
            start: range.start,
            anchor,
            content: self.out.position(),
            raw_base: self.raw.len(),
            list_items: Vec::new(),
            paragraphs: Vec::new(),
        });
        source[prefix.content..].trim().is_empty()
    }

    fn open_section(&mut self, definition: usize, anchor: &str) {
        let key = &self.definitions[definition].key;
        let class: String =
            key.chars().map(|character| if character.is_alphanumeric() { character } else { '-' }).collect();
        self.out.markup("<section class=\"part part-");
        self.out.attribute(&class);
        self.out.markup("\" data-part=\"");
        self.out.attribute(key);
        self.out.markup("\" aria-labelledby=\"");
        self.out.slot(SlotKind::IdPrefix);
        self.out.attribute(anchor);
        self.out.markup("\">\n");
    }

    /// A block at the top begins: a part may end before it.
    pub(super) fn part_before_block(&mut self, kind: BlockKind) {
        let Some(part) = &mut self.part else { return };
        let ends = match (part.extent, kind) {
            (Extent::Section(level), BlockKind::Heading(next)) => next <= level,
            (Extent::Section(_), kind) => kind == BlockKind::Rule,
            (Extent::MaybeList, BlockKind::List) => {
                part.extent = Extent::List;
                false
            }
            (Extent::Paragraph | Extent::MaybeList | Extent::List, _) => true,
        };
        if ends {
            self.finish_part();
        }
    }

    /// A block at the top has ended.
    pub(super) fn part_after_block(&mut self, tag: TagEnd) {
        if let Some(part) = &mut self.part
            && matches!(tag, TagEnd::Paragraph)
            && part.extent == Extent::Paragraph
        {
            part.extent = Extent::MaybeList;
        }
    }

    /// The list that belongs to a part has ended, and with it a part that is no section.
    pub(super) fn end_part_list(&mut self) {
        if self.part.as_ref().is_some_and(|part| part.extent == Extent::List) {
            self.finish_part();
        }
    }

    pub(super) fn add_part_item(&mut self, item: &ItemStart) {
        let end = self.out.position();
        if let Some(part) = &mut self.part {
            part.list_items.push(Item {
                attributes_at: item.attributes_at,
                html: item.content.html..end.html,
                text: item.content.text..end.text,
            });
        }
    }

    pub(super) fn add_part_paragraph(&mut self, paragraph: &Paragraph, end: Position) {
        if let Some(part) = &mut self.part {
            part.paragraphs.push(Item {
                attributes_at: paragraph.start.html + 2,
                html: paragraph.content.html..end.html,
                text: paragraph.content.text..end.text,
            });
        }
    }

    /// Ends the open part, if any: its items get their ids, its content is copied.
    pub(super) fn finish_part(&mut self) {
        let Some(part) = self.part.take() else { return };
        self.close_raw_to(part.raw_base, true);
        let end = self.out.position();
        let text = self.out.copy_text(part.content.text..end.text);
        let range = part.start..self.block_end.max(part.start);
        let range = range.start..range.start + self.source.get(range.clone()).unwrap_or("").trim_end().len();
        let key = self.definitions[part.definition].key.clone();
        if text.is_empty() && !self.out.html()[part.content.html..].contains("<img ") {
            self.report.at(
                Code::PartEmpty,
                &(range.start..super::render::first_line_end(self.source, &range)),
                format!("nothing stands under “{}”", text::shorten(&part.title, 80)),
                "write its text directly below, or take the label away",
            );
        }
        let items = self.part_items(&part, &key);
        let content = self.out.copy(part.content.html..self.out.position().html);
        self.out.markup("</section>\n");
        if let Extent::Section(level) = part.extent {
            self.heading_level = level.saturating_sub(1).max(1);
        }
        self.parts.push(Part {
            key,
            title: part.title,
            form: part.form,
            span: self.report.span(&range),
            anchor: part.anchor,
            content: content.into(),
            text: text.into(),
            items,
        });
    }

    /// The items of a part: those of its lists, or, without any, its paragraphs. Their elements in the body get the
    /// ids; those of a learning point do not, since nobody ticks it off.
    fn part_items(&mut self, part: &OpenPart, key: &str) -> Vec<PartItem> {
        let in_lists = !part.list_items.is_empty();
        let with_ids = key != "learning_point";
        let mut items = Vec::new();
        let mut attributes = Vec::new();
        for item in if in_lists { &part.list_items } else { &part.paragraphs } {
            let text = self.out.copy_text(item.text.clone());
            let content = self.out.copy(item.html.clone());
            if text.is_empty() && content.html.is_empty() && content.slots.is_empty() {
                continue;
            }
            let id = self.step_id(&text, with_ids);
            if with_ids {
                let mut attribute = id_attribute(&id);
                attribute.html.push_str(&format!(" data-step=\"{id}\""));
                if !in_lists {
                    attribute.html.insert_str(0, " class=\"step\"");
                    attribute.slots.iter_mut().for_each(|slot| slot.at += 13);
                }
                attributes.push((item.attributes_at, attribute));
            }
            items.push(PartItem { id, content: content.into(), text: text.into() });
        }
        self.out.insert_all(&attributes);
        items
    }

    /// The id of an item, made from its text so that it survives reordering: `step-` and 8 hex digits.
    fn step_id(&mut self, text: &str, is_element: bool) -> String {
        let normal = text::nfc(&text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
        let hash = blake3::hash(normal.as_bytes()).to_hex();
        let base = format!("step-{}", &hash.as_str()[..8]);
        if is_element {
            return self.ids.take_step(&base);
        }
        let count = self.step_counts.entry(base.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { base } else { format!("{base}-{count}") }
    }
}
