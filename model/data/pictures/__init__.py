"""Pictures of digits that somebody has: in folders, in CSV, in IDX, each with its label if there is one."""

from model.data.pictures.load import holds_pictures, load_pictures, read_pictures, turned
from model.data.pictures.picture import BadPicture, LabelledPicture, Part, PictureSet
