"""The lab as the service offers it: a few processes that train, each for one caller, and a queue before them."""

from app.lab.giving_way import LabGivesWay
from app.lab.laboratory import LAB_FOLDER, Event, Laboratory
