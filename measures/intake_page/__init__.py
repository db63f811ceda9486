"""文件导入: a notice from its pasted text to its plan, corrected by a person step by step."""
