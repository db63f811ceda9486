"""文件导入: a notice from its pasted text to its plan, settled by a person step by step."""
