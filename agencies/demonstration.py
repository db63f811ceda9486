"""The demonstration's accounts, for the command that creates them and for the sign-in page."""

PASSWORD = "Yanshi-2026"  # noqa: S105 - public, on the sign-in page and in the README
# (username, who it is)
ACCOUNTS = (
    ("shangwu", "市商务委 统筹岗"),
    ("shangwu_zong", "市商务委 负责人"),
    ("haiguan", "重庆海关 联络员"),
    ("nongye", "市农业农村委 联络员"),
    ("jingxin", "市经济信息委 联络员"),
    ("jingxin_ld", "市经济信息委 分管领导"),
    ("lingdao", "市领导"),
    ("xitong", "系统管理员"),
    ("anquan", "安全管理员"),
    ("shenji", "审计管理员"),
)
