//! Trees as browsers make them, and a form in which two can be compared.

use html5ever::QualName;

use super::super::tree::{NodeData, Step};
use super::*;

impl Tree {
    /// The names of all elements, with their namespaces, in the order they were opened.
    pub(super) fn names(&self) -> Vec<&QualName> {
        self.all_elements().map(|(_, element)| &element.name).collect()
    }

    /// The tree in one line, for comparing two.
    pub(super) fn outline(&self) -> String {
        let mut outline = String::new();
        for step in self.walk(self.document()) {
            match step {
                Step::Enter(id) => match self.data(id) {
                    NodeData::Element(element) => {
                        outline.push_str(&format!("<{}", element.local()));
                        for attribute in &element.attributes {
                            outline.push_str(&format!(" {}={:?}", &*attribute.name.local, &*attribute.value));
                        }
                        outline.push('>');
                    }
                    NodeData::Text(text) => outline.push_str(text),
                    NodeData::Fragment => {}
                },
                Step::Leave(id) => {
                    if self.element(id).is_some() {
                        outline.push_str("</>");
                    }
                }
            }
        }
        outline
    }
}

fn outline(html: &str) -> String {
    Tree::parse(&StrTendril::from(html), Scripting::On).outline()
}

#[test]
fn repairs_as_browsers_do() {
    let cases = [
        ("<p>a<p>b", "<html><head></><body><p>a</><p>b</></></>"),
        ("<p>a<!-- c -->b", "<html><head></><body><p>ab</></></>"),
        ("<b><p>a</b>b</p>", "<html><head></><body><b></><p><b>a</>b</></></>"),
        ("<table><div>x</div><td>y", "<html><head></><body><div>x</><table><tbody><tr><td>y</></></></></></>"),
        ("<template><p>a</template>b", "<html><head><template></></><body>b</></>"),
        (
            "<div><template shadowrootmode=open>a</template>b</div>",
            "<html><head></><body><div><template shadowrootmode=\"open\"></>b</></></>",
        ),
        (
            "<math><annotation-xml encoding=Text/HTML><div>a</div></annotation-xml></math>",
            "<html><head></><body><math><annotation-xml encoding=\"Text/HTML\"><div>a</></></></></>",
        ),
        (
            "<math><annotation-xml encoding=x><div>a",
            "<html><head></><body><math><annotation-xml encoding=\"x\"></></><div>a</></></>",
        ),
        ("", "<html><head></><body></></>"),
    ];
    for (html, expected) in cases {
        assert_eq!(outline(html), expected, "{html}");
    }
}

#[test]
fn depth_costs_no_stack() {
    let html = "<div>".repeat(3_000);
    assert!(outline(&html).ends_with("</></></>"));
}
