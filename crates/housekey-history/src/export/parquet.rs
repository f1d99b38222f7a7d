//! Rows as columns of Parquet: as in the CSV, times as UTC milliseconds, packed with zstd.

use std::io;
use std::mem::take;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::import::item_text;
use crate::series::Series;
use crate::value::{Point, Value};

const SCHEMA: &str = "message history {
    required int64 time (TIMESTAMP(MILLIS,true));
    required binary homey (STRING);
    required binary device_id (STRING);
    required binary device (STRING);
    required binary zone (STRING);
    required binary capability (STRING);
    optional binary unit (STRING);
    optional double value;
    optional binary text (STRING);
}";

/// How many rows are a group, which is in memory until it is written.
const GROUP: usize = 65_536;

/// A file that is made in memory and taken away piece by piece.
#[derive(Debug)]
pub(super) struct ParquetFile {
    file: SerializedFileWriter<Vec<u8>>,
    homey: ByteArray,
    /// The series of the last row, whose texts the next one has most often.
    series: Option<(i64, SeriesTexts)>,
    rows: RowGroup,
}

/// The texts of a series; copies share their bytes.
#[derive(Debug, Clone)]
struct SeriesTexts {
    device_id: ByteArray,
    device: ByteArray,
    zone: ByteArray,
    capability: ByteArray,
    unit: Option<ByteArray>,
}

/// The columns of a group.
#[derive(Debug, Default)]
struct RowGroup {
    times: Vec<i64>,
    series: Vec<SeriesTexts>,
    values: Vec<Option<f64>>,
    texts: Vec<Option<ByteArray>>,
}

impl SeriesTexts {
    fn of(series: &Series) -> Self {
        let names = &series.names;
        Self {
            device_id: item_text(&series.key).into_bytes().into(),
            device: names.device.as_str().into(),
            zone: names.zone.as_str().into(),
            capability: series.key.key.as_str().into(),
            unit: series.unit.as_deref().map(ByteArray::from),
        }
    }
}

impl ParquetFile {
    pub(super) fn new(homey: &str) -> Result<Self> {
        let schema = parse_message_type(SCHEMA)?;
        let properties = WriterProperties::builder()
            .set_created_by(concat!("housekey ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_column_dictionary_enabled("time".into(), false)
            .set_column_encoding("time".into(), Encoding::DELTA_BINARY_PACKED);
        let file =
            SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties.build()))?;
        Ok(Self { file, homey: homey.into(), series: None, rows: RowGroup::default() })
    }

    pub(super) fn row(&mut self, series: &Series, point: &Point) -> Result<()> {
        let texts = match &self.series {
            Some((id, texts)) if *id == series.id => texts.clone(),
            _ => self.series.insert((series.id, SeriesTexts::of(series))).1.clone(),
        };
        self.rows.times.push(point.t);
        self.rows.series.push(texts);
        self.rows.values.push(point.v.as_number());
        self.rows.texts.push(match &point.v {
            Value::Text(text) => Some(ByteArray::from(&**text)),
            Value::Unknown | Value::Truth(_) | Value::Number(_) => None,
        });
        if self.rows.times.len() >= GROUP { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<()> {
        let RowGroup { times, series, values, texts } = take(&mut self.rows);
        if times.is_empty() {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        let of_series = |text: fn(&SeriesTexts) -> &ByteArray| series.iter().map(text).cloned();
        required::<Int64Type>(&mut group, times)?;
        required::<ByteArrayType>(&mut group, vec![self.homey.clone(); series.len()])?;
        required::<ByteArrayType>(&mut group, of_series(|one| &one.device_id).collect())?;
        required::<ByteArrayType>(&mut group, of_series(|one| &one.device).collect())?;
        required::<ByteArrayType>(&mut group, of_series(|one| &one.zone).collect())?;
        required::<ByteArrayType>(&mut group, of_series(|one| &one.capability).collect())?;
        let units = series.iter().map(|one| one.unit.clone()).collect();
        optional::<ByteArrayType>(&mut group, units)?;
        optional::<DoubleType>(&mut group, values)?;
        optional::<ByteArrayType>(&mut group, texts)?;
        group.close()?;
        Ok(())
    }

    /// The bytes that are ready.
    pub(super) fn take(&mut self) -> io::Result<Vec<u8>> {
        self.file.flush()?;
        // The writer counts what it wrote: offsets stay those of the whole file.
        Ok(take(self.file.inner_mut()))
    }

    /// The bytes that are left, with the end of the file.
    pub(super) fn finish(mut self) -> Result<Vec<u8>> {
        self.write_group()?;
        self.file.into_inner()
    }
}

fn required<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: Vec<T::T>,
) -> Result<()> {
    column::<T>(group, &values, None)
}

fn optional<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: Vec<Option<T::T>>,
) -> Result<()> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<_> = values.into_iter().flatten().collect();
    column::<T>(group, &values, Some(&levels))
}

fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<()> {
    let missing = || ParquetError::General("the schema has fewer columns".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;

    use super::super::{ExportFormat, ExportWriter};
    use super::*;
    use crate::series::{Class, Names, Owner, SeriesKey};
    use crate::value::ValueType;

    fn series(id: i64, key: &str, value_type: ValueType, unit: Option<&str>) -> Series {
        let key =
            SeriesKey { owner: Owner::Device, item: "f1".into(), key: key.into(), value_type };
        let names =
            Names { device: "Fridge, big".into(), zone: "Kitchen".into(), title: String::new() };
        let (first_t, last_t, gone_t, decimals) = (None, None, None, None);
        let (unit, class) = (unit.map(str::to_owned), Class::of_new(&key));
        Series { id, key, unit, decimals, class, first_t, last_t, gone_t, names }
    }

    #[test]
    fn what_is_read_back_is_what_was_written() {
        let power = series(1, "measure_power", ValueType::Number, Some("W"));
        let mode = series(2, "thermostat_mode", ValueType::Enum, None);
        let mut export = ExportWriter::new(ExportFormat::Parquet, "home").unwrap();
        let mut bytes = export.take().unwrap();
        // More than a group, taken away on the way.
        let count = i64::try_from(GROUP).unwrap() + 10;
        for n in 0..count {
            let v = if n == 3 { Value::Unknown } else { Value::Number(n as f64 / 2.0) };
            export.row(&power, &Point { t: 1_772_323_200_000 + n * 1000, v }).unwrap();
            if n % 10_000 == 0 {
                bytes.extend(export.take().unwrap());
            }
        }
        let heat = Point { t: 1_772_323_200_500, v: Value::Text("h\u{e9}at \u{1f525}".into()) };
        export.row(&mode, &heat).unwrap();
        bytes.extend(export.finish().unwrap());
        // Times 1 s apart and one unit take little.
        assert!(bytes.len() < 6 * GROUP, "{}", bytes.len());
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        assert_eq!(reader.metadata().num_row_groups(), 2);
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), GROUP + 11);
        let fields = |row: usize| {
            let of = |(_, field): (&String, &Field)| field.to_string();
            rows[row].get_column_iter().map(of).collect::<Vec<_>>().join(" | ")
        };
        insta::assert_snapshot!([fields(2), fields(3), fields(GROUP + 10)].join("\n"), @r#"
        2026-03-01 00:00:02.000 +00:00 | "home" | "f1" | "Fridge, big" | "Kitchen" | "measure_power" | "W" | 1.0 | null
        2026-03-01 00:00:03.000 +00:00 | "home" | "f1" | "Fridge, big" | "Kitchen" | "measure_power" | "W" | null | null
        2026-03-01 00:00:00.500 +00:00 | "home" | "f1" | "Fridge, big" | "Kitchen" | "thermostat_mode" | null | null | "héat 🔥"
        "#);
        let names: Vec<_> = rows[0].get_column_iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.join(",") + "\n", ExportFormat::Csv.head());
    }
}
