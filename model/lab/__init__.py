"""The lab: real training, and what it goes down, to be watched and tried (lecture topics 2 to 12).

It is a process of its own, `python -m model.lab SOCKET NICENESS`: the service starts one for each job and knows it by
its socket alone, so that nothing it does touches the weights that are served.
"""

from model.lab.lessons import Lesson, load_lessons, settings_of_runs
from model.lab.live import LiveTraining
from model.lab.server import LabServer, Session
