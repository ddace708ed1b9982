"""Places dealt out by shares: nobody ever more than one place off, none lost by one place more."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.matching.model.ids import AgreementId
from services.matching.rules.shares import Claim, in_order, limits

SHARES = st.lists(st.integers(1, 20), min_size=1, max_size=7).map(
    lambda parts: {AgreementId(UUID(int=at)): part for at, part in enumerate(parts, 1)}
)


@given(SHARES, st.integers(0, 120))
def test_after_any_number_of_places_everybody_is_within_one_of_their_share(
    shares: dict[AgreementId, int], places: int
) -> None:
    order, total, dealt = in_order(shares, places), sum(shares.values()), Counter[AgreementId]()

    assert len(order) == places
    for place, agreement in enumerate(order, 1):
        dealt[agreement] += 1
        for one, share in shares.items():
            assert abs(dealt[one] - Fraction(place * share, total)) < 1


@given(SHARES, st.integers(0, 60), st.integers(0, 20))
def test_more_places_take_none_from_anybody(
    shares: dict[AgreementId, int], places: int, more: int
) -> None:
    before, after = Counter(in_order(shares, places)), Counter(in_order(shares, places + more))

    assert all(after[one] >= before[one] for one in shares)


@given(
    SHARES,
    st.integers(0, 60),
    st.lists(st.integers(1, 50), min_size=7, max_size=7),
    st.lists(st.integers(0, 6), max_size=200),
)
def test_who_asks_first_and_most_never_uses_one_place_beyond_their_share(
    shares: dict[AgreementId, int], pool: int, own: list[int], asking: list[int]
) -> None:
    """Whatever is asked for in whatever order, as the ledger takes it: while `used` is below."""
    used, agreements, total = Counter[AgreementId](), list(shares), sum(shares.values())
    for turn in asking:
        one = agreements[turn % len(agreements)]
        claims = [
            Claim(
                agreement_id=each,
                share=shares[each],
                places_a_year=own[at],
                used=used[each],
                counts=True,
            )
            for at, each in enumerate(agreements)
        ]
        if used[one] < limits(pool, claims)[one][0]:
            used[one] += 1

    assert sum(used.values()) <= pool
    for at, one in enumerate(agreements):
        assert used[one] - Fraction(pool * shares[one], total) < 1
        assert used[one] <= own[at]


def test_what_an_ended_agreement_used_is_not_dealt_again() -> None:
    one, other = AgreementId(UUID(int=1)), AgreementId(UUID(int=2))
    ended = Claim(agreement_id=one, share=1, places_a_year=9, used=4, counts=False)
    stands = Claim(agreement_id=other, share=1, places_a_year=9, used=0, counts=True)

    dealt = limits(6, [ended, stands])

    assert dealt == {one: (0, 0.0), other: (2, 2.0)}
