"""The goals of docs/performance.md: their numbers there, and the limit of each figure."""

GOALS = ("4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "lights")
OF_PAGES = {"4", "5", "6", "9", "10", "12", "13", "lights"}

# Goals 4 and 5: each page, as a multiple of REF.
FORM, SCRIPT = "填报保存（表单）", "填报保存（脚本）"
PAGES_MOST = {
    "总览": 1.9,
    "责任矩阵": 1.6,
    "措施": 1.8,
    "本期应报": 2.5,
    "审核": 2.5,
    "今日待办": 2.5,
    "指标与趋势": 2.5,
    FORM: 1.7,
    SCRIPT: 2.0,
}
GROWTH_MOST = 1.15  # 6: a page at the larger size ÷ at the smallest
SHEET_MOST = 2.5  # 7: the workbook ÷ SQL and bare writing
SHEET_MEMORY_MOST = 20  # MB
WORD_MOST, WORD_GROWTH_MOST = 0.5, 12  # 8: seconds of CPU for a tenth; the whole ÷ a tenth
REPORT_MOST, BESIDE_REPORT_MOST = 1.0, 1.5  # 9: seconds to the file; 总览 meanwhile ÷ idle
MEMORY_MOST = 15  # 10: MB that a web process has more at the larger size
OPENING_MOST = 3  # 11: seconds
FIRST_LOAD_MOST, LATER_LOAD_MOST, PAGE_MOST = 80, 10, 60  # 12: kB
RATE_LEAST = 0.55  # 13: requests per second, as a multiple of REF's
CHASING_MOST, CHASING_MEMORY_MOST = 30, 20  # 14: seconds; MB
LIGHTS_MOST = 3  # seconds for 10,000 lights
