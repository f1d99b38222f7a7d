//! The notice that a Homey is not spoken to over plain HTTP any more.

use housekey::auth::store::HomeyRecord;

/// For a Homey that was reached in the clear until now. One with https in its network was so only while
/// it was `offline` at every encrypted address.
pub(crate) fn text(record: &HomeyRecord, offline: bool) -> String {
    let title = &record.title;
    if offline && record.addresses.local_secure.is_some() {
        return format!(
            "Until now \"{title}\" was reached over plain HTTP, which is not encrypted, while none of its \
             encrypted addresses answered. This housekey does not do that. To allow plain HTTP again: \
             housekey homeys add '{title}' --plain-http"
        );
    }
    format!(
        "\"{title}\" was reached over plain HTTP until now, which is not encrypted. This housekey uses its \
         encrypted addresses alone. To allow plain HTTP again: housekey homeys add '{title}' --plain-http"
    )
}
