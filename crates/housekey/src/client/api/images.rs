//! The bytes of images.

use super::ManagerImages;
use crate::client::{RawCall, RawResponse};
use crate::error::{Error, HttpError};
use crate::model::Image;

impl ManagerImages<'_> {
    /// The bytes of an image, with their headers: `Content-Type` says what they are. This is a raw call
    /// of the path that the image names.
    ///
    /// # Errors
    /// As [`crate::Homey::raw`]; a refusal is an error here. [`HttpError::Unreadable`] when there is no path.
    pub async fn bytes(self, image: &Image) -> Result<RawResponse, Error> {
        let path = image.url.text().filter(|url| url.starts_with('/'));
        let path = path.ok_or_else(|| HttpError::Unreadable {
            server: format!("the Homey's image {}", image.id),
            status: 200,
            expected: "an image with a path of its own",
        })?;
        Ok(self.0.raw(&RawCall::get(path)).await?.accepted()?)
    }
}
