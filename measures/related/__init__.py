"""上下位文件: documents above and below the notice, and which measure answers which clause."""
