"""The geometry of flows, with numbers."""

from lib.charts.flow import LABEL, NODE, SLOT, TOP, WIDTH, flow_chart

ORDER = ("done", "under_way", "waiting")
BEFORE = {"under_way": 12, "waiting": 4}
AFTER = {"done": 2, "under_way": 10, "waiting": 4}
MOVES = {
    ("under_way", "done"): 2,
    ("under_way", "under_way"): 10,
    ("waiting", "waiting"): 4,
    ("waiting", "done"): 0,
}


def test_states_are_in_order_and_as_high_as_their_counts():
    chart = flow_chart([BEFORE, AFTER], [MOVES], ORDER)
    first, second = chart.nodes
    assert [(node.key, node.value, node.height) for node in second] == [
        ("done", 2, 14.0),
        ("under_way", 10, 70.0),
        ("waiting", 4, 28.0),
    ]
    ys = [node.y for node in second]
    assert ys == sorted(ys)
    assert [node.x for node in (first[0], second[0])] == [0, WIDTH - LABEL - NODE]
    assert second[-1].y + second[-1].height < chart.height
    assert second[0].y >= TOP


def test_unchanged_states_keep_their_position():
    first, second = flow_chart([BEFORE, AFTER], [MOVES], ORDER).nodes
    assert first[-1].y == second[-1].y
    assert first[-2].y + first[-2].height == second[-2].y + second[-2].height


def test_ribbons_are_ordered_by_state_at_both_ends():
    chart = flow_chart([BEFORE, AFTER], [MOVES], ORDER)
    done, kept, waiting = chart.ribbons[0]
    assert [(r.before, r.after, r.value, r.is_kept) for r in chart.ribbons[0]] == [
        ("under_way", "done", 2, False),
        ("under_way", "under_way", 10, True),
        ("waiting", "waiting", 4, True),
    ]
    top = chart.nodes[0][0].y
    assert done.path.startswith(f"M{NODE}.0 {top}C")
    assert kept.path.startswith(f"M{NODE}.0 {top + 14}C")
    assert done.end == (chart.nodes[1][0].x, chart.nodes[1][0].y)
    assert waiting.path.endswith("Z")


def test_a_thin_state_has_room_for_its_text():
    one, two = flow_chart(
        [{"done": 1, "under_way": 1}, {"done": 1, "under_way": 1}],
        [{("done", "done"): 1, ("under_way", "under_way"): 1}],
        ORDER,
    ).nodes[0]
    assert two.middle - one.middle >= SLOT


def test_many_things_fit_into_the_height():
    many = {"under_way": 900, "waiting": 100}
    moves = {("under_way", "under_way"): 900, ("waiting", "waiting"): 100}
    assert flow_chart([many, many], [moves], ORDER).height < 220


def test_three_moments_are_equally_far_apart():
    kept = {("under_way", "under_way"): 12, ("waiting", "waiting"): 4}
    xs = [nodes[0].x for nodes in flow_chart([BEFORE] * 3, [kept, kept], ORDER).nodes]
    assert xs[1] - xs[0] == xs[2] - xs[1]
