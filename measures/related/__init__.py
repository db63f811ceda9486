"""上下位文件: documents above and below the notice, and which measure relates to which clause."""
