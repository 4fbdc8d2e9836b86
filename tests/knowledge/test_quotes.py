"""The rep's own words as they are quoted."""

from knowledge.facets import facets
from knowledge.systems import Systems


def test_a_facet_read_from_notes_quotes_whole_clauses(systems: Systems) -> None:
    notes = ["看了样窗，问了三家的隔音数据，要原始报告", "约了第一次上门"]

    (role,) = facets(systems, ["buyer_role"], {}, notes)

    assert role.kind is not None
    assert role.kind.id == "rational"
    assert role.why == "“问了三家的隔音数据”“要原始报告”"
