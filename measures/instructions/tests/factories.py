"""Factory for instructions."""

from collections.abc import Iterable
from itertools import count

from agencies.models import Agency
from agencies.permissions import Role
from measures.models import Addressee, Instruction, InstructionReply
from measures.tests.factories import NOW, make_measure, make_user

_numbers = count(1)


def make_instruction(
    *agencies: Agency, answered: Iterable[Agency] = (), **fields: object
) -> Instruction:
    """Create a leader's instruction to agencies, some of which have answered."""
    fields = {"text": f"请抓紧办理（{next(_numbers)}）。", "written_at": NOW} | fields
    fields["by"] = fields.get("by") or make_user(Role.LEADER)
    fields["measure"] = fields.get("measure") or make_measure(lead=agencies[0])
    row = Instruction.objects.create(**fields)
    for agency in agencies:
        party = Addressee.objects.create(
            instruction=row, agency=agency, agency_name=agency.short_name, order=agency.order
        )
        if agency in answered:
            by = make_user(Role.LIAISON, agency)
            InstructionReply.objects.create(addressee=party, text="已办。", by=by, at=NOW)
    return row
