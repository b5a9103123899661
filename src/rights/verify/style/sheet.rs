//! One stylesheet: its rules with declarations that matter, whatever media, layer or condition they stand in.
//!
//! Owns the reading of at-rules and nesting. Must not know pages or which sheets a page loads.

use cssparser::{
    AtRuleParser, BasicParseErrorKind, CowRcStr, DeclarationParser, ParseError, ParseErrorKind, Parser, ParserState,
    QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser, StyleSheetParser, Token,
};
use html5ever::Namespace;
use selectors::parser::{ParseRelative, SelectorList};

use super::declaration::matters;
use super::generated::holds_letter;
use super::selector::{Names, SelectorReader};
use super::value::{self, Value};

/// A declaration of a property that matters.
#[derive(Debug, Clone)]
pub(super) struct Declaration {
    /// The property in lower case; custom properties as written.
    pub(super) property: String,
    /// Its value, variables not yet replaced.
    pub(super) values: Vec<Value>,
    /// Property and value as written, for messages.
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: u32,
}

/// A rule with at least one declaration that matters.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// What it applies to.
    pub(super) selectors: SelectorList<Names>,
    /// The selectors as written.
    pub(super) selector_text: String,
    /// Around it: `@scope` roots, one of which each must hold the element.
    pub(super) scopes: Vec<SelectorList<Names>>,
    /// Around it: `@media print`, `@layer theme`; all count as true.
    pub(super) conditions: Vec<String>,
    /// What it declares.
    pub(super) declarations: Vec<Declaration>,
}

/// A frame of an animation.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The animation's name in lower case.
    pub(super) animation: String,
    /// Its place, 100 for the end.
    pub(super) percent: f64,
    /// What it declares.
    pub(super) declarations: Vec<Declaration>,
}

/// A stylesheet as far as the check of statements reads it.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// In order.
    pub(super) rules: Vec<Rule>,
    /// In order.
    pub(super) frames: Vec<Frame>,
    /// Declarations of custom properties wherever they stand.
    pub(super) variables: Vec<Declaration>,
    /// Addresses of `@import`, as written.
    pub(super) imports: Vec<String>,
    /// Counter styles that show letters.
    pub(super) counter_styles: Vec<String>,
    /// Why a part of it could not be read.
    pub(super) unreadable: Option<&'static str>,
}

impl Sheet {
    /// Reads a stylesheet.
    pub(super) fn parse(css: &str) -> Self {
        let mut reader = SheetReader::default();
        let mut input = Parser::new(css);
        let mut errors = Vec::new();
        for item in StyleSheetParser::new(&mut input, &mut reader) {
            errors.extend(item.err().map(|(error, _, _)| error));
        }
        errors.iter().for_each(|error| reader.note(error));
        reader.sheet
    }

    /// Reads the value of a `style` attribute.
    pub(super) fn parse_attribute(css: &str) -> Vec<Declaration> {
        let mut reader = SheetReader { body: Body::Declarations, ..SheetReader::default() };
        reader.read_body(&mut Parser::new(css));
        let mut declarations = std::mem::take(&mut reader.declarations);
        declarations.append(&mut reader.sheet.variables);
        declarations
    }
}

/// What may stand in the block being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Body {
    /// Rules only: the sheet, or a condition around rules.
    #[default]
    Rules,
    /// Declarations and nested rules.
    Style,
    /// Declarations only.
    Declarations,
    /// The frames of an animation.
    Frames,
}

#[derive(Debug, Default)]
struct SheetReader {
    sheet: Sheet,
    selectors: SelectorReader,
    body: Body,
    conditions: Vec<String>,
    scopes: Vec<SelectorList<Names>>,
    /// The rules and scopes around, for nesting.
    parents: Vec<Parent>,
    /// The animation whose frames are being read.
    animation: String,
    /// The declarations of the block being read.
    declarations: Vec<Declaration>,
}

type Failure = ParseError<()>;

/// What nested selectors start from.
#[derive(Debug)]
struct Parent {
    selectors: SelectorList<Names>,
    text: String,
    kind: ParentKind,
}

/// A rule around a rule, or an `@scope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ParentKind {
    Rule,
    Scope,
}

/// What stands before a rule's block.
enum Prelude {
    Selectors(SelectorList<Names>, String),
    Frames(Vec<f64>),
}

/// What stands before an at-rule's block.
enum AtPrelude {
    Import(String),
    Namespace(String, String),
    Condition(String),
    Scope(Option<SelectorList<Names>>, String),
    Frames(String),
    Property(String),
    CounterStyle(String),
    /// Holds no rules that apply to elements at rest.
    Ignored,
}

impl SheetReader {
    fn note(&mut self, error: &Failure) {
        if matches!(error.kind, ParseErrorKind::Basic(BasicParseErrorKind::TooManyNestedBlocks)) {
            self.sheet.unreadable = Some("its blocks are nested too deeply to be read");
        }
    }

    fn read_body(&mut self, input: &mut Parser<'_>) {
        let mut errors = Vec::new();
        for item in RuleBodyParser::new(input, self) {
            errors.extend(item.err().map(|(error, _, _)| error));
        }
        errors.iter().for_each(|error| self.note(error));
    }

    /// Reads a block of another kind, then goes on with the one around it. Returns its declarations.
    fn read_inside(&mut self, body: Body, input: &mut Parser<'_>) -> Vec<Declaration> {
        let outer_body = std::mem::replace(&mut self.body, body);
        let outer_declarations = std::mem::take(&mut self.declarations);
        self.read_body(input);
        self.body = outer_body;
        std::mem::replace(&mut self.declarations, outer_declarations)
    }

    /// Keeps declarations that apply to the innermost rule around, or to nothing.
    fn keep_rule(&mut self, declarations: Vec<Declaration>) {
        if let (false, Some(parent)) = (declarations.is_empty(), self.parents.last()) {
            self.sheet.rules.push(Rule {
                selectors: parent.selectors.clone(),
                selector_text: parent.text.clone(),
                scopes: self.scopes.clone(),
                conditions: self.conditions.clone(),
                declarations,
            });
        }
    }

    fn read_condition(&mut self, condition: String, input: &mut Parser<'_>) {
        self.conditions.push(condition);
        let body = if self.parents.is_empty() { Body::Rules } else { Body::Style };
        let declarations = self.read_inside(body, input);
        self.keep_rule(declarations);
        self.conditions.pop();
    }

    fn read_scope(&mut self, roots: Option<SelectorList<Names>>, condition: String, input: &mut Parser<'_>) {
        let scopes_around = self.scopes.len();
        // Without a root of its own it is rooted where its `<style>` stands: that may be anywhere.
        self.scopes.extend(roots.or_else(|| self.selectors.anything()));
        self.parents.push(Parent {
            selectors: SelectorList::scope(),
            text: condition.clone(),
            kind: ParentKind::Scope,
        });
        self.read_condition(condition, input);
        self.parents.pop();
        self.scopes.truncate(scopes_around);
    }
}

/// The rest of the input as one string with single spaces.
fn rest_of(input: &mut Parser<'_>) -> String {
    let start = input.position();
    while input.next().is_ok() {}
    let mut text = String::new();
    for word in input.slice_from(start).split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// `url(x)`, `url("x")` or `"x"`.
fn address(input: &mut Parser<'_>) -> Result<String, Failure> {
    Ok(input.expect_url_or_string()?.to_string())
}

impl<'i> AtRuleParser<'i> for SheetReader {
    type Prelude = AtPrelude;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Result<AtPrelude, Failure> {
        let name = name.to_ascii_lowercase();
        let prelude = match name.as_str() {
            "import" => AtPrelude::Import(address(input)?),
            "namespace" => {
                let prefix = input.try_parse(|input| input.expect_ident().map(ToString::to_string)).unwrap_or_default();
                AtPrelude::Namespace(prefix, address(input)?)
            }
            "keyframes" | "-webkit-keyframes" | "-moz-keyframes" | "-o-keyframes" => {
                AtPrelude::Frames(input.expect_ident_or_string()?.to_ascii_lowercase())
            }
            "property" => AtPrelude::Property(input.expect_ident()?.to_string()),
            "scope" => {
                let start = input.position();
                let roots = input
                    .try_parse(|input| {
                        input.expect_parenthesis_block()?;
                        let mut roots = None;
                        input.parse_nested_block(|inner| -> Result<(), Failure> {
                            roots = self.selectors.read(inner, ParseRelative::No);
                            Ok(())
                        })?;
                        Ok::<_, Failure>(roots)
                    })
                    .ok()
                    .flatten();
                while input.next().is_ok() {}
                AtPrelude::Scope(roots, format!("@scope {}", input.slice_from(start).trim()))
            }
            "counter-style" => AtPrelude::CounterStyle(input.expect_ident()?.to_ascii_lowercase()),
            "font-face" | "page" | "view-transition" | "color-profile" => {
                rest_of(input);
                AtPrelude::Ignored
            }
            _ => {
                let rest = rest_of(input);
                AtPrelude::Condition(if rest.is_empty() { format!("@{name}") } else { format!("@{name} {rest}") })
            }
        };
        while input.next().is_ok() {}
        Ok(prelude)
    }

    fn rule_without_block(&mut self, prelude: AtPrelude, _start: &ParserState) -> Result<(), ()> {
        match prelude {
            AtPrelude::Import(address) => self.sheet.imports.push(address),
            AtPrelude::Namespace(prefix, address) => {
                self.selectors.namespaces.insert(prefix, Namespace::from(address));
            }
            _ => {}
        }
        Ok(())
    }

    fn parse_block(&mut self, prelude: AtPrelude, _start: &ParserState, input: &mut Parser<'i>) -> Result<(), Failure> {
        match prelude {
            AtPrelude::Condition(condition) => self.read_condition(condition, input),
            AtPrelude::Scope(roots, condition) => self.read_scope(roots, condition, input),
            AtPrelude::Frames(name) => {
                let outer = std::mem::replace(&mut self.animation, name);
                self.read_inside(Body::Frames, input);
                self.animation = outer;
            }
            AtPrelude::Property(name) => self.read_property(name, input),
            AtPrelude::CounterStyle(name) => self.read_counter_style(name, input),
            AtPrelude::Import(_) | AtPrelude::Namespace(..) | AtPrelude::Ignored => {}
        }
        Ok(())
    }
}

impl SheetReader {
    /// `@property --x { initial-value: … }` declares a value as any rule does.
    fn read_property(&mut self, property: String, input: &mut Parser<'_>) {
        let declarations = self.read_inside(Body::Declarations, input);
        for declaration in declarations.into_iter().filter(|declaration| declaration.property == "initial-value") {
            self.sheet.variables.push(Declaration { property: property.clone(), ..declaration });
        }
    }
}

impl SheetReader {
    fn read_counter_style(&mut self, name: String, input: &mut Parser<'_>) {
        let declarations = self.read_inside(Body::Declarations, input);
        let mut values = declarations.iter().flat_map(|declaration| &declaration.values);
        let shows_letters = values.any(|value| match value {
            Value::Text(text) => holds_letter(text),
            // Names stand for themselves there.
            Value::Keyword(word) => word != "auto",
            _ => false,
        });
        if shows_letters {
            self.sheet.counter_styles.push(name);
        }
    }
}

impl<'i> QualifiedRuleParser<'i> for SheetReader {
    type Prelude = Prelude;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<Prelude, Failure> {
        if self.body == Body::Frames {
            return frame_places(input).map(Prelude::Frames);
        }
        let start = input.position();
        let relative = match self.parents.last().map(|parent| parent.kind) {
            None => ParseRelative::No,
            Some(ParentKind::Rule) => ParseRelative::ForNesting,
            Some(ParentKind::Scope) => ParseRelative::ForScope,
        };
        let selectors = self.selectors.read(input, relative).ok_or_else(ParseError::unexpected_token)?;
        let text = input.slice_from(start).split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(match self.parents.last() {
            Some(parent) => Prelude::Selectors(selectors.replace_parent_selector(&parent.selectors), text),
            None => Prelude::Selectors(selectors, text),
        })
    }

    fn parse_block(&mut self, prelude: Prelude, _start: &ParserState, input: &mut Parser<'i>) -> Result<(), Failure> {
        match prelude {
            Prelude::Selectors(selectors, text) => {
                self.parents.push(Parent { selectors, text, kind: ParentKind::Rule });
                let declarations = self.read_inside(Body::Style, input);
                self.keep_rule(declarations);
                self.parents.pop();
            }
            Prelude::Frames(places) => {
                let declarations = self.read_inside(Body::Declarations, input);
                for percent in places {
                    let animation = self.animation.clone();
                    self.sheet.frames.push(Frame { animation, percent, declarations: declarations.clone() });
                }
            }
        }
        Ok(())
    }
}

/// `from, 50%, to`.
fn frame_places(input: &mut Parser<'_>) -> Result<Vec<f64>, Failure> {
    let mut places = Vec::new();
    while let Ok(token) = input.next() {
        match token {
            Token::Percentage { unit_value, .. } => places.push(f64::from(*unit_value) * 100.0),
            Token::Ident(name) if name.eq_ignore_ascii_case("from") => places.push(0.0),
            Token::Ident(name) if name.eq_ignore_ascii_case("to") => places.push(100.0),
            // Names of scroll ranges, as in `exit 100%`.
            Token::Ident(_) | Token::Comma => {}
            _ => return Err(ParseError::unexpected_token()),
        }
    }
    Ok(places)
}

/// What `@property` and `@counter-style` say; elsewhere it says nothing.
fn is_descriptor(name: &str) -> bool {
    matches!(name, "initial-value" | "symbols" | "additive-symbols" | "prefix" | "suffix" | "negative" | "pad")
}

impl<'i> DeclarationParser<'i> for SheetReader {
    type Declaration = ();
    type Error = ();

    fn parse_value(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>, start: &ParserState) -> Result<(), Failure> {
        let custom = name.starts_with("--");
        let property = if custom { name.to_string() } else { name.to_ascii_lowercase() };
        // A value with a block is a nested rule such as `a:hover { … }`, or a custom property nobody reads as a value.
        let values = match value::read(input) {
            Some(values) => values,
            None if custom => return Ok(()),
            None => return Err(ParseError::unexpected_token()),
        };
        if is_descriptor(&property) || matters(&property) {
            let text = input.slice_from(start.position()).split_whitespace().collect::<Vec<_>>().join(" ");
            let line = start.source_location().line + 1;
            let declaration = Declaration { property, values, text, line };
            if custom {
                self.sheet.variables.push(declaration);
            } else {
                self.declarations.push(declaration);
            }
        }
        Ok(())
    }
}

impl<'i> RuleBodyItemParser<'i, (), ()> for SheetReader {
    fn parse_declarations(&self) -> bool {
        matches!(self.body, Body::Style | Body::Declarations)
    }

    fn parse_qualified(&self) -> bool {
        matches!(self.body, Body::Rules | Body::Style | Body::Frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(css: &str) -> Vec<String> {
        Sheet::parse(css)
            .rules
            .iter()
            .map(|rule| {
                let declarations: Vec<&str> = rule.declarations.iter().map(|one| one.text.as_str()).collect();
                format!("{} {} {{{}}}", rule.conditions.join(" "), rule.selector_text, declarations.join("; "))
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn rules_in_every_wrapping() {
        let cases: &[(&str, &[&str])] = &[
            ("a{display:none} b{border:0}", &["a {display:none}"]),
            ("@media print{a{display:none!important}}", &["@media print a {display:none!important}"]),
            (
                "@supports (display:grid){@layer x{@container (width>1px){a{opacity:0}}}}",
                &["@supports (display:grid) @layer x @container (width>1px) a {opacity:0}"],
            ),
            ("a{b{opacity:0} color:red}", &["b {opacity:0}", "a {color:red}"]),
            ("a{@media print{display:none}}", &["@media print a {display:none}"]),
            (
                "a{&:hover{display:none} b:hover{opacity:0;} color:red}",
                &["&:hover {display:none}", "b:hover {opacity:0}", "a {color:red}"],
            ),
            ("@layer a, b; a{display:none}", &["a {display:none}"]),
            ("@font-face{display:none} @page{margin:900px} a{opacity:1}", &["a {opacity:1}"]),
            ("a{*display:none; _opacity:0; color:red", &["a {color:red}"]),
            ("<!-- a{display:none} -->", &["a {display:none}"]),
            ("@charset \"utf-8\"; a{display:none}", &["a {display:none}"]),
            ("a[{display:none} b{display:none}", &[]),
        ];
        for (css, expected) in cases {
            assert_eq!(outline(css), *expected, "{css}");
        }
    }

    #[test]
    fn imports_frames_and_variables() {
        let sheet = Sheet::parse(
            "@import url(a.css) layer(x) print; @import 'b.css'; @keyframes Gone{from{opacity:1} 50%,to{opacity:0}}\n\
             :root{--x:none} @property --y{syntax:'*';initial-value:0}",
        );
        assert_eq!(sheet.imports, ["a.css", "b.css"]);
        let frames: Vec<(&str, f64)> =
            sheet.frames.iter().map(|frame| (frame.animation.as_str(), frame.percent)).collect();
        assert_eq!(frames, [("gone", 0.0), ("gone", 50.0), ("gone", 100.0)]);
        let names: Vec<&str> = sheet.variables.iter().map(|one| one.property.as_str()).collect();
        assert_eq!(names, ["--x", "--y"]);
    }

    #[test]
    fn absurd_depth_is_said_to_be_unreadable() {
        let css = format!("{}a{{display:none}}{}", "@media all{".repeat(500), "}".repeat(500));
        assert!(Sheet::parse(&css).unreadable.is_some());
    }
}
