"""Spreadsheets that cannot be patched (.xls, .xlsb, .ods): read, and answered into a new workbook."""
