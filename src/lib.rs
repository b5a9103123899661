//! steward turns a folder of Markdown into an internal training site and refuses to publish what it cannot credit.
//!
//! This page is the architecture: the way of the data, who must not know whom, and what always holds.
//!
//! # The way of the data
//!
//! A build is a pure function from a snapshot of the inputs to files and diagnostics: [`pipeline::build`]. `build`,
//! `check`, `watch` and the tests call that one function. Its stages, in order:
//!
//! 1. [`source`] holds all inputs as values; [`source::disk`] is the only reader of a site's folder.
//! 2. [`config`] reads `site.toml`; [`settings`] gives it, front matter and theme files one kind of value with places.
//! 3. [`document`] parses one file: front matter, then Markdown to HTML with slots for whatever depends on where the
//!    page will stand. [`memo`] keeps the results by the digest of everything they depend on.
//! 4. [`rights`] reads the sources, holds every republished piece against its owner's terms and knows the statements.
//! 5. [`catalog`] puts all documents together: visibility, addresses, sections, topics, people, paths, links, related
//!    articles, collisions.
//! 6. [`view`] makes, page by page, all that templates see. A republished piece and its statement become one value there.
//! 7. [`theme`] renders views with templates.
//! 8. [`output`] takes finished bytes, checks that every link on them leads somewhere, and puts them in place only when
//!    nothing was wrong. [`syndication`] adds the feed and the site map.
//!
//! [`watch`] is the preview: it refreshes the snapshot when files change, calls the same function, and serves what came of
//! it. It does not know what a change means.
//!
//! [`audit`] stands apart: it reads a finished folder and the site's own files, and proves attribution on them without
//! knowing how they were made.
//!
//! [`diagnostic`] is known to all stages: the one table of codes, places as byte ranges, renderers. [`date`] reads days;
//! [`store`] keeps bytes out of memory; [`runs`] finds words; [`shares`] keeps all
//! threads at work; [`timings`] adds up what each stage takes, for those who ask.
//! [`cli`] is the only part that prints, and the only one that knows the clock.
//!
//! A stage knows the types of the stages above it, never those below; a test reads the `use` lines and holds them
//! against a table.
//!
//! # What always holds
//!
//! - **One build path.** There is no partial build. What makes a second one fast is [`memo::Memo`], which skips a step
//!   only when a key that covers every input of it is unchanged. The catalog is renewed, not built again, while the
//!   outlines of all documents are what they were ([`catalog::outline()`]): then only texts have changed. A page is known
//!   to be the same by the objects of the catalog that its view was made from ([`view::Reads`]), and by the view itself.
//!   A build that would change nothing is known by a digest of program and input.
//! - **Pages first, in the preview only.** What is made of all pages together (search index, rights report, copied texts)
//!   may be that of the build before, and another build follows at once ([`pipeline::Rest`]).
//! - **Warm equals cold**, on any number of threads, whatever order files are found in: the test harness checks it on
//!   every build.
//! - **Absence is an input.** A link depends on every path of the site, so a new file heals a broken link elsewhere.
//! - **Deterministic.** No clock, environment, absolute path or hash order reaches an output; the day is an argument.
//! - **Stages return a value and diagnostics**, all they can find, and never print. `Result` is for the machine.
//! - **Views are the themes' contract**: small, complete, ordered, versioned. Addresses in them are relative to the
//!   site's root, so that one value serves pages of any depth.
//! - **Memory does not grow with the bytes written.** A page is made, rendered, checked and handed over on its own; only
//!   its links and ids stay. What is seldom read is put away in a file ([`store`]): texts of the
//!   inputs, links of pages, and the words of all pages while the search index is made.
//! - **One visibility filter** comes before everything that reads documents: a page that is left out leaves no byte.

pub mod audit;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod date;
pub mod diagnostic;
pub mod document;
pub mod memo;
pub mod output;
pub mod pipeline;
pub mod rights;
pub mod runs;
pub mod search;
pub mod settings;
pub mod shares;
pub mod source;
pub mod store;
pub mod syndication;
pub mod theme;
pub mod timings;
pub mod view;
pub mod watch;
