"""Whether an uploaded file is a workbook that can be read without danger. Pure.

Ground: GB/T 22239-2019 8.1.4.4 (入侵防范). What holds for every archive of XML (bombs, document
types, macros, locks) is asked in rules.archives; here what only a sheet to be read must satisfy.
"""

import zipfile
from typing import IO

from measures.choices import EvidenceKind
from measures.rules.uploads import UnfitFile, kind_of

MOST_MB = 20
UNPACKED_MOST = 60 * 1024 * 1024  # a filled sheet of 1,000 rows comes to about 2 MB
# Parts by which a workbook reaches beyond itself or runs something.
_REACHING = ("externallinks/", "embeddings/", "activex/", "connections.xml", "querytables/")


def demand_workbook(name: str, file: IO[bytes], *, size: int) -> None:
    """Raises UnfitFile, with the sentence why, for anything but a plain .xlsx."""
    kind = kind_of(name, file, size=size, most_mb=MOST_MB, endings=EvidenceKind.XLSX.value)
    if kind is not EvidenceKind.XLSX:
        raise UnfitFile(f"“{name}”不是Excel工作簿，请上传从本页下载并填好的.xlsx文件。")
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    file.seek(0)
    if sum(part.file_size for part in parts) > UNPACKED_MOST:
        raise UnfitFile(f"“{name}”解压后过大，不能接收，请重新下载填报表后再填。")
    for part in parts:
        inside = part.filename.lower().replace("\\", "/").removeprefix("xl/")
        if inside.startswith(_REACHING):
            raise UnfitFile(f"“{name}”引用了外部数据或嵌入了对象，请删除后另存再上传。")
