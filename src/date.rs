//! Days and intervals as people write them. Must not know the clock: the current day is always handed in.

pub use jiff::civil::Date;

/// A span of time in whole days, written `365d`, `12w`, `6m` (months of 30 days) or `2y` (years of 365 days).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// Length in days.
    pub days: u32,
}

impl Interval {
    /// Reads `365d`, `12w`, `6m`, `2y`; `None` for anything else, zero included.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let unit = text.chars().last()?;
        let count: u32 = text[..text.len() - unit.len_utf8()].trim().parse().ok()?;
        let factor = match unit {
            'd' => 1,
            'w' => 7,
            'm' => 30,
            'y' => 365,
            _ => return None,
        };
        let days = count.checked_mul(factor)?;
        (1..=36_500).contains(&days).then_some(Self { days })
    }
}

/// Reads a day in the form `2026-01-05` and nothing else.
pub fn parse_day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    let (year, month, day) = (text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?);
    Date::new(year, month, day).ok()
}

/// The day that was probably meant by something that [`parse_day`] refuses, written as it should be.
///
/// Knows missing zeros (`2026-1-5`), other separators (`2026/01/05`, `2026.1.5`), the German and British order with
/// dots (`5.1.2026`), a time behind the day, and days past the end of their month (the last day is offered).
pub fn suggest_day(text: &str) -> Option<String> {
    let day_part = text.trim().split(['T', ' ']).next()?;
    let numbers: Vec<&str> = day_part.split(['-', '/', '.']).collect();
    let [first, second, third] = numbers.as_slice() else {
        return None;
    };
    let (year, month, day) = if first.len() == 4 {
        (first, second, third)
    } else if third.len() == 4 && day_part.contains('.') {
        (third, second, first)
    } else {
        return None;
    };
    let (year, month, day): (i16, i8, i8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    if !(1..=31).contains(&day) {
        return None;
    }
    let first_of_month = Date::new(year, month, 1).ok()?;
    let day = day.min(first_of_month.days_in_month());
    Date::new(year, month, day).ok().map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_strict_and_suggestions_generous() {
        assert_eq!(parse_day("2026-01-05").map(|day| day.to_string()).as_deref(), Some("2026-01-05"));
        for wrong in ["2026-1-5", "2026-02-30", "20260105", "2026-01-05T10:00", "२०२६-०१-०५", ""] {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
        for (written, meant) in [
            ("2026-1-5", "2026-01-05"),
            ("2026/01/05", "2026-01-05"),
            ("5.1.2026", "2026-01-05"),
            ("2026-02-30", "2026-02-28"),
            ("2026-01-05T10:00", "2026-01-05"),
        ] {
            assert_eq!(suggest_day(written).as_deref(), Some(meant), "{written}");
        }
        assert_eq!(suggest_day("01/02/2026"), None, "the order of day and month cannot be known");
    }

    #[test]
    fn intervals() {
        assert_eq!(Interval::parse("365d"), Some(Interval { days: 365 }));
        assert_eq!(Interval::parse("6m"), Some(Interval { days: 180 }));
        for wrong in ["", "d", "12", "0d", "-3d", "4h", "999999y"] {
            assert_eq!(Interval::parse(wrong), None, "{wrong}");
        }
    }
}
