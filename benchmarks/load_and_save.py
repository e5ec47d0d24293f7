"""What Avow's speed is measured against: load a workbook with openpyxl and save it, nothing else."""

import sys

import openpyxl

openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])
