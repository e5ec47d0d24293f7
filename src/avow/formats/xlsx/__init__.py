"""Workbooks (xlsx, xlsm): read whole, filled without touching anything but the answer cells."""
