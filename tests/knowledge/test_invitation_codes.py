import re

from knowledge.invitations import code_hash, new_code


def test_a_code_fits_a_deep_link() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{20,64}", new_code())


def test_no_two_codes_are_alike() -> None:
    assert len({new_code() for _ in range(1000)}) == 1000


def test_only_the_hash_is_kept_and_it_does_not_show_the_code() -> None:
    code = new_code()

    assert code not in code_hash(code)
    assert re.fullmatch(r"[0-9a-f]{64}", code_hash(code))


def test_the_same_code_has_the_same_hash_and_another_has_another() -> None:
    code, other = new_code(), new_code()

    assert code_hash(code) == code_hash(code)
    assert code_hash(code) != code_hash(other)
