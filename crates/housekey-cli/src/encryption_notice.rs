//! The notice that a Homey is not spoken to over plain HTTP any more.

use housekey::auth::store::HomeyRecord;

/// For a Homey that was reached in the clear until now.
pub(crate) fn text(record: &HomeyRecord) -> String {
    let title = &record.title;
    format!(
        "\"{title}\" was reached over plain HTTP until now, which is not encrypted. This housekey uses its \
         encrypted addresses alone. To allow plain HTTP again: housekey homeys add '{title}' --plain-http"
    )
}
