use super::context::{Answer, Call, Context, Resolve, leaf, object};
use super::plain::Plain;
use crate::gid::gid;
use crate::state::ProductImage;

/// `MediaImage`.
#[derive(Clone, Copy)]
pub(crate) struct Media<'w>(pub(crate) &'w ProductImage);

impl Resolve for Media<'_> {
    const TYPE: &'static str = "MediaImage";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("MediaImage", self.0.id)),
            "alt" => leaf(self.0.alt.as_ref()),
            "createdAt" | "updatedAt" => leaf(self.0.created_at),
            "fileStatus" | "status" => leaf("READY"),
            "mediaContentType" => leaf("IMAGE"),
            "mimeType" => leaf(mime_type(&self.0.url)),
            "image" => object(cx, Image(self.0)),
            "preview" => Plain::new("MediaPreviewImage")
                .object("image", plain(self.0))
                .leaf("status", "READY")
                .answer(),
            _ => call.unknown(),
        }
    }
}

fn mime_type(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let extension = path.rsplit('.').next()?.to_lowercase();
    Some(match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        _ => return None,
    })
}

/// `Image`. Sizes are not known.
#[derive(Clone, Copy)]
pub(crate) struct Image<'w>(pub(crate) &'w ProductImage);

fn plain(image: &ProductImage) -> Plain {
    Plain::new("Image")
        .leaf("id", gid("ImageSource", image.image_id))
        .leaf("altText", image.alt.as_ref())
        .leaf("url", &image.url)
        .leaf("src", &image.url)
        .leaf("originalSrc", &image.url)
        .leaf("width", None::<i32>)
        .leaf("height", None::<i32>)
}

impl Resolve for Image<'_> {
    const TYPE: &'static str = "Image";

    fn resolve<'a>(&'a self, _: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("ProductImage", self.0.image_id)),
            "altText" => leaf(self.0.alt.as_ref()),
            "url" | "src" | "originalSrc" => leaf(&self.0.url),
            "width" | "height" => leaf(None::<i32>),
            _ => call.unknown(),
        }
    }
}
