"""Where a picture is found: our own file, else an outside address kept from an import."""

from django.db.models.fields.files import ImageFieldFile


class Pictured:
    """A model with an `image` (file) and an `image_url` (outside address), either of them optional."""

    image: ImageFieldFile
    image_url: str

    @property
    def picture_url(self) -> str:
        """The address of the picture, root-relative for our own files; empty when there is none."""
        return self.image.url if self.image else self.image_url
