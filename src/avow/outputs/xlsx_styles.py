"""How the cells of our own workbooks look: the style sheet of a package, and the place of each style in it."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"  # the namespace of spreadsheet parts

# Cell styles, by index: the order of `cellXfs` below.
PLAIN, HEADING, TEXT, QUIET, CODE, ASKED, ASKED_HEADING, TITLE, LABEL, STRONG, PROSE = range(11)

_INDENT = ' horizontal="left" indent="1"'
STYLES = (
    f'<styleSheet xmlns="{MAIN}">'
    '<fonts count="7">'
    '<font><sz val="11"/><color rgb="FF1C2126"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/></font>'
    '<font><sz val="10"/><color rgb="FF69737B"/><name val="Calibri"/><family val="2"/></font>'
    '<font><sz val="8"/><color rgb="FF8A949C"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="18"/><color rgb="FF0B5F68"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><color rgb="FF0B5F68"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><color rgb="FF1C2126"/><name val="Calibri"/><family val="2"/></font>'
    "</fonts>"
    '<fills count="6">'
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF3B464E"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF0B5F68"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFF0F7F7"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFF1F3F4"/></patternFill></fill>'
    "</fills>"
    '<borders count="2"><border/><border><left/><right/><top/>'
    '<bottom style="thin"><color rgb="FFDDE2E5"/></bottom></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="11">'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    + "".join(
        f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
        'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f'<alignment vertical="{vertical}" wrapText="{wrap}"{across}/></xf>'
        for font, fill, border, vertical, wrap, across in (
            (1, 2, 0, "center", 1, _INDENT),
            (0, 0, 1, "top", 1, _INDENT),
            (2, 0, 1, "top", 1, _INDENT),
            (3, 5, 1, "top", 0, ' horizontal="fill"'),
            (0, 4, 1, "top", 1, _INDENT),
            (1, 3, 0, "center", 1, _INDENT),
            (4, 0, 0, "center", 0, ""),
            (5, 0, 0, "top", 1, ""),
            (6, 0, 1, "top", 1, _INDENT),
            (0, 0, 0, "top", 1, ""),
        )
    )
    + "</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    '<dxfs count="1"><dxf><font><color rgb="FF69737B"/></font>'
    '<fill><patternFill patternType="solid"><bgColor rgb="FFE3F1EC"/></patternFill></fill></dxf></dxfs>'
    "</styleSheet>"
)
