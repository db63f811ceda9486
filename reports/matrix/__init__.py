"""责任矩阵: agencies by measures."""
