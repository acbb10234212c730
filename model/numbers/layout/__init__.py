"""Where on a sheet the digits lie: rows, the signs among them, and the forms and rules that they are written in."""

from model.numbers.layout.form_lines import without_lines
from model.numbers.layout.reading_order import (
    MAX_DIGITS,
    MAX_MARKS,
    MAX_PIECES,
    Row,
    box_of_sign,
    in_reading_order,
    lay_out,
    too_many_digits,
)
from model.numbers.layout.shapes import Points
