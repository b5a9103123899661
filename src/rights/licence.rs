//! Licences by name: the Creative Commons family by SPDX id, custom terms, all rights reserved.
//!
//! Must not know any source file.

/// What a source's `licence` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Licence {
    /// Terms of the owner's own.
    Custom,
    /// Nothing is allowed without a written permission.
    AllRightsReserved,
    /// A Creative Commons licence.
    CreativeCommons(CreativeCommons),
}

/// A licence of the Creative Commons family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreativeCommons {
    /// `by`, `by-nc`, `by-nc-nd`, `by-nc-sa`, `by-nd`, `by-sa` or `zero`.
    pub kind: &'static str,
    /// `1.0`, `2.0`, `2.5`, `3.0` or `4.0`.
    pub version: &'static str,
}

/// Every SPDX id that is understood, with its kind and version. The list is the SPDX licence list's unported
/// Creative Commons licences.
const CREATIVE_COMMONS: &[(&str, &str, &str)] = &[
    ("CC-BY-1.0", "by", "1.0"),
    ("CC-BY-2.0", "by", "2.0"),
    ("CC-BY-2.5", "by", "2.5"),
    ("CC-BY-3.0", "by", "3.0"),
    ("CC-BY-4.0", "by", "4.0"),
    ("CC-BY-NC-1.0", "by-nc", "1.0"),
    ("CC-BY-NC-2.0", "by-nc", "2.0"),
    ("CC-BY-NC-2.5", "by-nc", "2.5"),
    ("CC-BY-NC-3.0", "by-nc", "3.0"),
    ("CC-BY-NC-4.0", "by-nc", "4.0"),
    ("CC-BY-NC-ND-1.0", "by-nc-nd", "1.0"),
    ("CC-BY-NC-ND-2.0", "by-nc-nd", "2.0"),
    ("CC-BY-NC-ND-2.5", "by-nc-nd", "2.5"),
    ("CC-BY-NC-ND-3.0", "by-nc-nd", "3.0"),
    ("CC-BY-NC-ND-4.0", "by-nc-nd", "4.0"),
    ("CC-BY-NC-SA-1.0", "by-nc-sa", "1.0"),
    ("CC-BY-NC-SA-2.0", "by-nc-sa", "2.0"),
    ("CC-BY-NC-SA-2.5", "by-nc-sa", "2.5"),
    ("CC-BY-NC-SA-3.0", "by-nc-sa", "3.0"),
    ("CC-BY-NC-SA-4.0", "by-nc-sa", "4.0"),
    ("CC-BY-ND-1.0", "by-nd", "1.0"),
    ("CC-BY-ND-2.0", "by-nd", "2.0"),
    ("CC-BY-ND-2.5", "by-nd", "2.5"),
    ("CC-BY-ND-3.0", "by-nd", "3.0"),
    ("CC-BY-ND-4.0", "by-nd", "4.0"),
    ("CC-BY-SA-1.0", "by-sa", "1.0"),
    ("CC-BY-SA-2.0", "by-sa", "2.0"),
    ("CC-BY-SA-2.5", "by-sa", "2.5"),
    ("CC-BY-SA-3.0", "by-sa", "3.0"),
    ("CC-BY-SA-4.0", "by-sa", "4.0"),
    ("CC0-1.0", "zero", "1.0"),
];

impl Licence {
    /// The licence with this id, in any letter case.
    pub fn from_id(id: &str) -> Option<Self> {
        if id.eq_ignore_ascii_case("custom") {
            return Some(Self::Custom);
        }
        if id.eq_ignore_ascii_case("all-rights-reserved") {
            return Some(Self::AllRightsReserved);
        }
        CREATIVE_COMMONS
            .iter()
            .find(|(known, _, _)| known.eq_ignore_ascii_case(id))
            .map(|&(_, kind, version)| Self::CreativeCommons(CreativeCommons { kind, version }))
    }
}

impl CreativeCommons {
    /// Whether the owner needs no statement.
    pub fn is_public_domain(&self) -> bool {
        self.kind == "zero"
    }

    /// Whether only publication free of charge is granted.
    pub fn is_non_commercial(&self) -> bool {
        self.kind.contains("nc")
    }

    /// Whether changed texts may not be shared.
    pub fn forbids_changes(&self) -> bool {
        self.kind.ends_with("nd")
    }

    /// The name readers know: `CC BY-NC 4.0`.
    pub fn name(&self) -> String {
        if self.is_public_domain() {
            format!("CC0 {}", self.version)
        } else {
            format!("CC {} {}", self.kind.to_uppercase(), self.version)
        }
    }

    /// The address of the licence's deed.
    pub fn deed(&self) -> String {
        if self.is_public_domain() {
            format!("https://creativecommons.org/publicdomain/zero/{}/", self.version)
        } else {
            format!("https://creativecommons.org/licenses/{}/{}/", self.kind, self.version)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_names_and_deeds() {
        let Some(Licence::CreativeCommons(licence)) = Licence::from_id("cc-by-nc-nd-4.0") else {
            panic!("a known id");
        };
        assert_eq!(licence.name(), "CC BY-NC-ND 4.0");
        assert_eq!(licence.deed(), "https://creativecommons.org/licenses/by-nc-nd/4.0/");
        assert!(licence.is_non_commercial() && licence.forbids_changes());
        assert_eq!(Licence::from_id("CC-BY-5.0"), None);
        assert_eq!(Licence::from_id("custom"), Some(Licence::Custom));
    }
}
