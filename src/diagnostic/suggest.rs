//! "Did you mean": the nearest of the names that would have been right. Must not know what the names stand for.

/// The candidate nearest to `wanted`, if it is near enough to be a slip of the keyboard.
///
/// Near enough: Damerau-Levenshtein distance of at most a third of the longer name's characters (at least one), case
/// folded. Ties go to the first candidate in sorted order.
pub fn closest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = wanted.to_lowercase();
    let length = folded.chars().count();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = candidate.to_lowercase();
            let allowed = (length.max(other.chars().count()) / 3).max(1);
            if length.abs_diff(other.chars().count()) > allowed {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&folded, &other);
            (distance <= allowed).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// The hint sentence for [`closest`], if there is a near name.
pub fn did_you_mean<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(wanted, candidates).map(|name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_and_leaves_a_stranger() {
        assert_eq!(closest("titel", ["date", "title", "topics"]), Some("title"));
        assert_eq!(closest("base-url", ["base_url", "theme"]), Some("base_url"));
        assert_eq!(closest("weather", ["date", "title"]), None);
    }
}
