"""Events for those who follow: none waits for another, and who comes late misses nothing that matters."""

from itertools import islice

from model.lab.stage import Stage


def test_who_comes_late_is_told_what_was_kept_and_what_else_was_missed_and_then_what_happens() -> None:
    stage = Stage()
    stage.tell("begun", {"a": 1})
    stage.tell("frame", {"b": 2}, keep=False)
    following = stage.follow(5, [b"course {}\n"])
    assert list(islice(following, 2)) == [b'begun {"a": 1}\n', b"course {}\n"]
    stage.tell("frame", {"c": 3}, keep=False)
    stage.end()
    assert list(following) == [b'frame {"c": 3}\n']
    assert list(stage.follow(5)) == [b'begun {"a": 1}\n']


def test_pictures_are_awaited_only_once_somebody_has_taken_the_last() -> None:
    stage = Stage()
    awaited = [stage.is_awaited]  # nobody is there
    following = stage.follow(0.01)
    assert next(following) == b""
    awaited.append(stage.is_awaited)
    stage.tell("frame", {}, keep=False)
    awaited.append(stage.is_awaited)  # it lies there
    next(following)
    awaited.append(stage.is_awaited)
    assert awaited == [False, True, False, True]


def test_who_does_not_read_is_given_up_and_holds_up_nobody_else() -> None:
    stage = Stage()
    stuck, quick = stage.follow(5), stage.follow(5)
    stage.tell("state", {"n": 0})
    next(stuck)
    next(quick)
    for number in range(1, 200):
        stage.tell("frame", {"n": number}, keep=False)
        assert next(quick) == b'frame {"n": %d}\n' % number
    assert len(list(stuck)) < 100, "it ends after what lay there"
    assert stage.is_awaited


def test_quiet_is_told_as_nothing() -> None:
    assert next(Stage().follow(0.01)) == b""
