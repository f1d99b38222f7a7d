//! Fast decoding of frequent items, without serde's `flatten`, which buffers every unknown field
//! and doubles the time for a list of devices.

use std::borrow::Cow;

/// The name of a field. Borrows where it can; a plain [`Cow`] never does.
#[derive(serde::Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// For how many fields that we do not know there is room from the start: about as many as there are.
pub(super) const OTHERS: usize = 8;

/// Implements `Deserialize` for an item: the texts that it must have, its [`Field`](super::Field)s,
/// and `other` for the rest. The names are those of the JSON and must be those that `Serialize`
/// writes; the tests that hold every model to "decoded and encoded is unchanged" watch over that.
macro_rules! read_item {
    ($item:ident needs { $($need:ident: $need_name:literal),+ }
     and { $($field:ident: $field_name:literal),+ $(,)? }) => {
        impl<'de> serde::Deserialize<'de> for $item {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_map(Reader)
            }
        }

        struct Reader;

        impl<'de> serde::de::Visitor<'de> for Reader {
            type Value = $item;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                $(let mut $need = None;)+
                $(let mut $field = super::Field::Missing;)+
                let mut other = serde_json::Map::new();
                while let Some($crate::model::read::Name(name)) = map.next_key()? {
                    match &*name {
                        $($need_name => $need = Some(map.next_value()?),)+
                        $($field_name => $field = map.next_value()?,)+
                        _ => {
                            if other.is_empty() {
                                other = serde_json::Map::with_capacity($crate::model::read::OTHERS);
                            }
                            other.insert(name.into_owned(), map.next_value()?);
                        }
                    }
                }
                let missing = <A::Error as serde::de::Error>::missing_field;
                Ok($item {
                    $($need: $need.ok_or_else(|| missing($need_name))?,)+
                    $($field,)+
                    other,
                })
            }
        }
    };
}

pub(super) use read_item;
