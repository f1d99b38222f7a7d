//! What the values of a series mean, and how they are written.

use std::fmt;
use std::sync::Arc;

use crate::value_axis::number_text;

/// What the values of a series mean.
#[derive(Debug, Clone)]
pub enum Scale {
    /// Numbers, drawn as a line or as bars.
    Number(Numbers),
    /// 1 is `yes` and 0 is `no`, drawn as steps. A value between them is the share of its time that
    /// was `yes`.
    ///
    /// ```
    /// let scale = housekey_chart::Scale::Truth { yes: "Open".to_owned(), no: "Closed".to_owned() };
    /// assert_eq!((scale.text(1.0).as_str(), scale.text(0.2).as_str()), ("Open", "Closed"));
    /// ```
    Truth {
        /// The word for 1.
        yes: String,
        /// The word for 0.
        no: String,
    },
}

impl Scale {
    /// A value as text: `21.4 °C`, or one of the two words (`yes` from 0.5 on).
    ///
    /// ```
    /// use housekey_chart::{Numbers, Scale};
    /// assert_eq!(Scale::Number(Numbers::new(Some("°C"), 1)).text(21.44), "21.4 °C");
    /// ```
    pub fn text(&self, value: f64) -> String {
        match self {
            Self::Number(numbers) => numbers.text(value),
            Self::Truth { yes, no } => if value >= 0.5 { yes } else { no }.clone(),
        }
    }
}

/// How the numbers of a series are written.
#[derive(Clone)]
pub struct Numbers {
    unit: Option<String>,
    decimals: u8,
    text: Option<Arc<ValueText>>,
    pub(crate) are_bars: bool,
}

type ValueText = dyn Fn(f64) -> String + Send + Sync;

impl Numbers {
    /// Numbers in this unit, written with at most `decimals` decimals and the unit behind them.
    /// The values of the series are in the unit already: 50 for 50 %, not 0.5.
    ///
    /// ```
    /// use housekey_chart::Numbers;
    /// assert_eq!(Numbers::new(Some("W"), 0).text(1180.0), "1180 W");
    /// assert_eq!(Numbers::new(None, 2).text(0.5), "0.5");
    /// ```
    pub fn new(unit: Option<&str>, decimals: u8) -> Self {
        Self { unit: unit.map(str::to_owned), decimals, text: None, are_bars: false }
    }

    /// Writes values (unit included) with `text`, for callers that have a rule of their own. The axis
    /// keeps its round numbers.
    ///
    /// ```
    /// use housekey_chart::Numbers;
    /// let money = Numbers::new(Some("€"), 2).with_text(|value| format!("€ {value:.2}"));
    /// assert_eq!(money.text(0.5), "€ 0.50");
    /// ```
    #[must_use]
    pub fn with_text(self, text: impl Fn(f64) -> String + Send + Sync + 'static) -> Self {
        Self { text: Some(Arc::new(text)), ..self }
    }

    /// Draws a bar from zero for each value, and sums the values up: for amounts, such as what a day used.
    ///
    /// ```
    /// # use housekey_chart::{Numbers, Point, Scale, Series};
    /// # use jiff::{SignedDuration, Timestamp, tz::TimeZone};
    /// # let (start, hour) = (Timestamp::UNIX_EPOCH, SignedDuration::from_hours(1));
    /// # let point = |n: i32, value| Point { at: start + hour * n, value: Some(value) };
    /// let kilowatt_hours = Numbers::new(Some("kWh"), 1).as_bars();
    /// # let series = Series {
    /// #     title: "Energy".to_owned(), source: String::new(), resolution: String::new(),
    /// #     scale: Scale::Number(kilowatt_hours), zone: TimeZone::UTC,
    /// #     points: vec![point(0, 3.0), point(1, 1.0)], step: hour, start, end: start + hour * 2,
    /// # };
    /// assert!(housekey_chart::plot(&series, 60).to_string().contains("total 4 kWh"));
    /// ```
    #[must_use]
    pub fn as_bars(self) -> Self {
        Self { are_bars: true, ..self }
    }

    /// The unit, as it is written behind the title.
    ///
    /// ```
    /// assert_eq!(housekey_chart::Numbers::new(Some("lx"), 0).unit(), Some("lx"));
    /// ```
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// A value as text, with its unit.
    ///
    /// ```
    /// assert_eq!(housekey_chart::Numbers::new(Some("lx"), 0).text(7.0), "7 lx");
    /// ```
    pub fn text(&self, value: f64) -> String {
        if let Some(text) = &self.text {
            return text(value);
        }
        let number = number_text(value, self.decimals);
        match &self.unit {
            Some(unit) => format!("{number} {unit}"),
            None => number,
        }
    }
}

impl Scale {
    /// Whether the values are drawn as bars.
    pub(crate) fn are_bars(&self) -> bool {
        matches!(self, Self::Number(numbers) if numbers.are_bars)
    }
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, decimals, .. } = self;
        f.debug_struct("Numbers").field("unit", unit).field("decimals", decimals).finish()
    }
}
