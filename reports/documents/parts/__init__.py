"""The text of a progress report, a module for each part, in its order.

overall (总体进展情况), measures (分项进展情况), problems (存在的问题, 下一步工作打算), filings
(报送情况). Pure.
"""
