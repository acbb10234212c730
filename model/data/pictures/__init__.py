"""Pictures of digits that somebody has: in folders, in CSV, in IDX, each with its label if there is one."""

from model.data.pictures.load import Part, load_pictures, read_pictures
from model.data.pictures.picture import BadPicture, LabelledPicture, PictureSet
