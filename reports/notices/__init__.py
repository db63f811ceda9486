"""文件: all notices side by side; one is archived and reopened."""
