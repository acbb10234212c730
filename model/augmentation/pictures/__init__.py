"""Pictures as people send them: photos of paper, screenshots, small images, type and textures, each with ink on it.

Each is made as the picture that it would be and goes down the service's own way to 28x28.
"""

from model.augmentation.pictures.inks import DrawnInk, Ink, ScannedInk
from model.augmentation.pictures.kinds import see
from model.augmentation.pictures.textures import see_texture
from model.augmentation.pictures.typed import type_text
