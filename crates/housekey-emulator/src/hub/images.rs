//! Images: the list, and the bytes, which are outside the paths of managers.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::call::{Answer, Handlers, HubError};
use crate::state::Home;
use crate::state::picture::Picture;

pub(super) const HANDLERS: Handlers = &[
    ("images.getImages", |home, _| {
        let all = home.pictures();
        let all = all.iter().map(|picture| (picture.id.clone(), view(home.dialect, picture)));
        Ok(Value::Object(all.collect()).into())
    }),
    ("images.getImage", |home, call| {
        let id = call.text("id")?;
        let found = home.pictures().into_iter().find(|picture| picture.id == id);
        let found = found.ok_or_else(|| HubError::not_found("Image", id))?;
        Ok(view(home.dialect, &found).into())
    }),
];

/// The time is a number of milliseconds on newer Homeys, a text on older ones.
fn view(dialect: Dialect, picture: &Picture) -> Value {
    let updated = match dialect {
        Dialect::V2 => json!(super::time(picture.updated)),
        _ => json!(picture.updated.as_millisecond()),
    };
    json!({
        "id": picture.id,
        "ownerUri": picture.owner_uri,
        "url": format!("/api/image/{}", picture.id),
        "lastUpdated": updated,
    })
}

/// The images of a device as it shows them itself.
pub(super) fn of_device(home: &Home, device: &str) -> Value {
    let owner = format!("homey:device:{device}");
    let own = home.pictures().into_iter().filter(|picture| picture.owner_uri == owner);
    let view = |picture: Picture| {
        json!({
            "type": picture.kind,
            "id": picture.kind,
            "title": picture.title,
            "imageObj": view(home.dialect, &picture),
        })
    };
    own.map(view).collect()
}

/// The bytes behind an image's or an icon's address. Inferred: that they want no session, since
/// browsers load them as they are.
pub(super) fn file(home: &Home, path: &str) -> Option<Answer> {
    if let Some(id) = path.strip_prefix("/api/image/") {
        let picture = home.pictures().into_iter().find(|picture| picture.id == id)?;
        let bytes = home.picture_bytes(&picture);
        return Some(Answer::File { content_type: "image/png", bytes });
    }
    let id = path
        .strip_prefix("/api/icon/")
        .or_else(|| path.strip_prefix("/icon/")?.strip_suffix("/icon.svg"))
        .filter(|id| !id.is_empty() && !id.contains('/'))?;
    let hue = crate::state::ids::thing(id) % 360;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 96 96\">\
         <circle cx=\"48\" cy=\"48\" r=\"40\" fill=\"hsl({hue},60%,50%)\"/></svg>"
    );
    Some(Answer::File { content_type: "image/svg+xml", bytes: svg.into_bytes() })
}
