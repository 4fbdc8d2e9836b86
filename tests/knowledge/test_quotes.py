"""The rep's own words as they are quoted."""

from knowledge.facets import facets
from knowledge.interview import OPEN, Interview, Turn, belief
from knowledge.quotes import both_sides
from knowledge.systems import Systems


def test_a_facet_read_from_notes_quotes_whole_clauses(systems: Systems) -> None:
    notes = ["看了样窗，问了三家的隔音数据，要原始报告", "约了第一次上门"]

    (role,) = facets(systems, ["buyer_role"], {}, notes)

    assert role.kind is not None
    assert role.kind.id == "rational"
    assert role.why == "“问了三家的隔音数据”“要原始报告”"


def test_what_speaks_against_a_type_is_quoted_only_where_it_costs_that_type_something(systems: Systems) -> None:
    system, said = systems["behavior"], Turn(OPEN, text="她坐着不吭声，末了要我抹零送安装")
    asked = Turn("demands", choice="extras")

    sure, surer = Interview("behavior", turns=(said,)), Interview("behavior", turns=(said, asked))

    assert [quote.words for quote in both_sides(belief(sure, system), sure, 3, 2)[1]] == ["她坐着不吭声"]
    assert both_sides(belief(surer, system), surer, 3, 2)[1] == []
