"""What users have written down stays what it is called, until somebody changes it on purpose."""

from tests.public_names import LIST, public_names


def test_every_public_name_is_on_the_list_and_none_has_gone() -> None:
    listed = LIST.read_text(encoding="utf-8").split("\n")[:-1]
    now = list(public_names())
    told = "public names have changed; where that is meant: python3 dev.py run -- python -m tests.public_names"
    assert {"gone": set(listed) - set(now), "new": set(now) - set(listed)} == {"gone": set(), "new": set()}, told


def test_no_two_public_names_of_a_kind_are_the_same() -> None:
    now = list(public_names())
    assert len(now) == len(set(now))
