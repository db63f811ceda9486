"""Database triggers that copy facts of the version that waits for its reviewer to the filing.

So the list of 审核 is read and sorted without the notes. Every write updates the copies, even by an
older version of the code.
"""

import pgtrigger

WAITS = "('submitted', 'in_agency')"

SET = pgtrigger.Trigger(
    name="knows_what_waits",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Condition(f"NEW.state IN {WAITS}"),
    func="""
        SELECT coalesce(n.left_at, n.submitted_at, n.saved_at), n.confidence <> 'green',
               n.is_unchanged
        INTO NEW.came_at, NEW.says_doubtful, NEW.says_unchanged
        FROM measures_note n WHERE n.filing_id = NEW.id AND n.dropped_at IS NULL
        ORDER BY n.version DESC LIMIT 1;
        NEW.came_at := greatest(
            coalesce(NEW.came_at, NEW.first_submitted_at),
            (SELECT max(o.decided_at) FROM measures_objection o
             WHERE o.filing_id = NEW.id AND o.state = 'upheld')
        );
        RETURN NEW;
    """,
)


def set_again(name: str, condition: str) -> pgtrigger.Trigger:
    """Return the trigger of a table with `filing_id`: it updates the filing, if that waits."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition(condition),
        func=f"""
            UPDATE measures_filing SET state = state
            WHERE id = NEW.filing_id AND state IN {WAITS};
            RETURN NULL;
        """,  # noqa: S608
    )
