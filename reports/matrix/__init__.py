"""责任矩阵: agencies by measures, the first view of 措施与单位."""
