# ruff: noqa: E501  # elements as the programs write them
"""Workbooks with what spreadsheet libraries lose: pivot tables, slicers, controls, charts, threads, rules, sparklines.

Each is a small form with the parts, relationships and elements that the programs write for such a thing.
"""

from dataclasses import dataclass, field

from xlsx_files import (
    BOOK_TYPE,
    HEADER,
    MACRO_TYPE,
    MAIN,
    PACKAGE,
    RELATIONS,
    packed,
    parts,
    sheet,
    text_cell,
)

_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
_XM = "http://schemas.microsoft.com/office/excel/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_MS = "http://schemas.microsoft.com/office"
EMPTY = '<c r="C2" s="8"/>'
ROWS = (
    f'<row r="1">{text_cell("A1", "ID")}{text_cell("B1", "Question")}{text_cell("C1", "Answer")}</row>'
    f'<row r="2">{text_cell("A2", "1")}{text_cell("B2", "Is MFA enforced?")}{EMPTY}</row>'
    f'<row r="3">{text_cell("A3", "2")}{text_cell("B3", "Are logs kept?")}<c r="C3" s="8"/></row>'
)


@dataclass
class Hazard:
    """What one adds: elements before and behind the cells, parts with their types, relationships, book elements."""

    before: str = ""
    after: str = ""
    members: dict[str, str | bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)  # part -> content type
    sheet_relations: tuple[tuple[str, str, str], ...] = ()  # id, type, target
    book_relations: tuple[tuple[str, str, str], ...] = ()
    book: str = ""
    endings: dict[str, str] = field(default_factory=dict)
    macros: bool = False

    def workbook(self) -> bytes:
        """The form with it."""
        name = "xl/worksheets/_rels/sheet1.xml.rels"
        extra = dict(self.members)
        if self.sheet_relations:
            extra[name] = _relations(self.sheet_relations)
        main = MACRO_TYPE if self.macros else BOOK_TYPE
        extra["[Content_Types].xml"] = _content_types(self.types, self.endings, main)
        related = "".join(_relation(*one) for one in self.book_relations)
        return packed(
            parts(
                sheet(ROWS, self.before, self.after),
                book=self.book,
                relations=related,
                extra=extra,
                main_type=main,
            )
        )


def _relation(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identifier}" Type="{kind}" Target="{target}"/>'


def _relations(ones: tuple[tuple[str, str, str], ...]) -> str:
    each = "".join(_relation(*one) for one in ones)
    return f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'


def _content_types(types: dict[str, str], endings: dict[str, str], main: str) -> str:
    known = {
        "xl/workbook.xml": main,
        "xl/worksheets/sheet1.xml": f"{_SHEETML}.worksheet+xml",
        "xl/styles.xml": f"{_SHEETML}.styles+xml",
        **types,
    }
    return (
        f'{HEADER}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in endings.items())
        + "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in known.items())
        + "</Types>"
    )


def _pivot() -> Hazard:
    cache = "xl/pivotCache/pivotCacheDefinition1.xml"
    records = "xl/pivotCache/pivotCacheRecords1.xml"
    table = "xl/pivotTables/pivotTable1.xml"
    fields = (
        '<cacheFields count="2"><cacheField name="ID" numFmtId="0"><sharedItems count="2"><s v="1"/><s v="2"/></sharedItems>'
        '</cacheField><cacheField name="Question" numFmtId="0"><sharedItems/></cacheField></cacheFields>'
    )
    return Hazard(
        members={
            cache: f'{HEADER}<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{RELATIONS}" r:id="rId1" refreshOnLoad="1" '
            'recordCount="2"><cacheSource type="worksheet"><worksheetSource ref="A1:B3" sheet="Sheet1"/></cacheSource>'
            f"{fields}</pivotCacheDefinition>",
            records: f'{HEADER}<pivotCacheRecords xmlns="{MAIN}" count="2"><r><x v="0"/><s v="q"/></r><r><x v="1"/><s v="q"/></r>'
            "</pivotCacheRecords>",
            table: f'{HEADER}<pivotTableDefinition xmlns="{MAIN}" name="Pivot" cacheId="1" dataCaption="Values">'
            '<location ref="F1:G4" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/><pivotFields count="2">'
            '<pivotField axis="axisRow" showAll="0"><items count="3"><item x="0"/><item x="1"/><item t="default"/></items>'
            '</pivotField><pivotField dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields>'
            '<rowItems count="3"><i><x/></i><i><x v="1"/></i><i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems>'
            '<dataFields count="1"><dataField name="Count" fld="1" subtotal="count"/></dataFields></pivotTableDefinition>',
            "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": _relations(
                (("rId1", f"{RELATIONS}/pivotCacheRecords", "pivotCacheRecords1.xml"),)
            ),
            "xl/pivotTables/_rels/pivotTable1.xml.rels": _relations(
                (("rId1", f"{RELATIONS}/pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml"),)
            ),
        },
        types={
            cache: f"{_SHEETML}.pivotCacheDefinition+xml",
            records: f"{_SHEETML}.pivotCacheRecords+xml",
            table: f"{_SHEETML}.pivotTable+xml",
        },
        sheet_relations=(("rId1", f"{RELATIONS}/pivotTable", "../pivotTables/pivotTable1.xml"),),
        book_relations=(
            ("rIdP", f"{RELATIONS}/pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
        ),
        book='<pivotCaches><pivotCache cacheId="1" r:id="rIdP"/></pivotCaches>',
    )


def _table(name: str = "xl/tables/table1.xml") -> Hazard:
    return Hazard(
        after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>',
        members={
            name: f'{HEADER}<table xmlns="{MAIN}" id="1" name="Questions" displayName="Questions" ref="A1:C3">'
            '<autoFilter ref="A1:C3"/><tableColumns count="3"><tableColumn id="1" name="ID"/><tableColumn id="2" '
            'name="Question"/><tableColumn id="3" name="Answer"/></tableColumns><tableStyleInfo name="TableStyleMedium2" '
            'showRowStripes="1"/></table>'
        },
        types={name: f"{_SHEETML}.table+xml"},
        sheet_relations=(("rId1", f"{RELATIONS}/table", "../tables/table1.xml"),),
    )


def _slicer() -> Hazard:
    made = _table()
    made.after += (
        f'<extLst><ext uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}" xmlns:x14="{_X14}" xmlns:x15="{_X15}">'
        '<x14:slicerList><x14:slicer r:id="rId2"/></x14:slicerList></ext></extLst>'
    )
    made.members |= {
        "xl/slicers/slicer1.xml": f'{HEADER}<slicers xmlns="{_X14}"><slicer name="Answer" cache="Slicer_Answer" caption="Answer" '
        'rowHeight="241300"/></slicers>',
        "xl/slicerCaches/slicerCache1.xml": f'{HEADER}<slicerCacheDefinition xmlns="{_X14}" name="Slicer_Answer" '
        f'sourceName="Answer"><extLst><x:ext xmlns:x="{MAIN}" xmlns:x15="{_X15}" uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}">'
        '<x15:tableSlicerCache tableId="1" column="3"/></x:ext></extLst></slicerCacheDefinition>',
    }
    made.types |= {
        "xl/slicers/slicer1.xml": "application/vnd.ms-excel.slicer+xml",
        "xl/slicerCaches/slicerCache1.xml": "application/vnd.ms-excel.slicerCache+xml",
    }
    made.sheet_relations += (("rId2", f"{_MS}/2007/relationships/slicer", "../slicers/slicer1.xml"),)
    made.book_relations = (
        ("rIdC", f"{_MS}/2007/relationships/slicerCache", "slicerCaches/slicerCache1.xml"),
    )
    made.book = (
        f'<extLst><ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}" xmlns:x15="{_X15}"><x15:slicerCaches xmlns:x14="{_X14}">'
        '<x14:slicerCache r:id="rIdC"/></x15:slicerCaches></ext></extLst>'
    )
    return made


_ANCHOR = (
    "<xdr:from><xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    "<xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
)


def _chart() -> Hazard:
    frame = (
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Chart"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData '
        f'uri="{_DRAWING}/chart"><c:chart xmlns:c="{_DRAWING}/chart" r:id="rId1"/></a:graphicData></a:graphic></xdr:graphicFrame>'
    )
    return Hazard(
        after='<drawing r:id="rId1"/>',
        members={
            "xl/drawings/drawing1.xml": f'{HEADER}<xdr:wsDr xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:a="{_DRAWING}/main" '
            f'xmlns:r="{RELATIONS}"><xdr:twoCellAnchor>{_ANCHOR}{frame}<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>',
            "xl/drawings/_rels/drawing1.xml.rels": _relations(
                (("rId1", f"{RELATIONS}/chart", "../charts/chart1.xml"),)
            ),
            "xl/charts/chart1.xml": f'{HEADER}<c:chartSpace xmlns:c="{_DRAWING}/chart" xmlns:a="{_DRAWING}/main"><c:chart><c:plotArea>'
            '<c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:ser><c:idx val="0"/><c:order val="0"/>'
            '<c:val><c:numRef><c:f>Sheet1!$A$2:$A$3</c:f></c:numRef></c:val></c:ser><c:axId val="1"/><c:axId val="2"/></c:barChart>'
            '<c:catAx><c:axId val="1"/><c:scaling/><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx>'
            '<c:axId val="2"/><c:scaling/><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx></c:plotArea></c:chart>'
            "</c:chartSpace>",
        },
        types={
            "xl/drawings/drawing1.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
            "xl/charts/chart1.xml": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        },
        sheet_relations=(("rId1", f"{RELATIONS}/drawing", "../drawings/drawing1.xml"),),
    )


_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" '
    'path="m,l,21600r21600,l21600,xe"/><v:shape id="_x0000_s1025" type="#_x0000_t201" style="position:absolute">'
    '<x:ClientData ObjectType="{}"><x:Anchor>2, 10, 1, 2, 3, 10, 2, 2</x:Anchor></x:ClientData></v:shape></xml>'
)


def _form_control() -> Hazard:
    return Hazard(
        after='<legacyDrawing r:id="rId1"/><controls><control shapeId="1025" r:id="rId2" name="Check Box 1"/></controls>',
        members={
            "xl/drawings/vmlDrawing1.vml": _VML.format("Checkbox"),
            "xl/ctrlProps/ctrlProp1.xml": f'{HEADER}<formControlPr xmlns="{_X14}" objectType="CheckBox" fmlaLink="$C$3" lockText="1"/>',
        },
        types={"xl/ctrlProps/ctrlProp1.xml": "application/vnd.ms-excel.controlproperties+xml"},
        endings={"vml": "application/vnd.openxmlformats-officedocument.vmlDrawing"},
        sheet_relations=(
            ("rId1", f"{RELATIONS}/vmlDrawing", "../drawings/vmlDrawing1.vml"),
            ("rId2", f"{RELATIONS}/ctrlProp", "../ctrlProps/ctrlProp1.xml"),
        ),
    )


def _activex() -> Hazard:
    return Hazard(
        after='<legacyDrawing r:id="rId1"/><controls><control shapeId="1025" r:id="rId2" name="OptionButton1"/></controls>',
        members={
            "xl/drawings/vmlDrawing1.vml": _VML.format("Pict"),
            "xl/activeX/activeX1.xml": f'{HEADER}<ax:ocx xmlns:ax="{_MS}/2006/activeX" xmlns:r="{RELATIONS}" '
            'ax:classid="{8BD21D50-EC42-11CE-9E0D-00AA006002F3}" ax:persistence="persistStreamInit" r:id="rId1"/>',
            "xl/activeX/activeX1.bin": bytes(range(256)),
            "xl/activeX/_rels/activeX1.xml.rels": _relations(
                (("rId1", f"{_MS}/2006/relationships/activeXControlBinary", "activeX1.bin"),)
            ),
        },
        types={"xl/activeX/activeX1.xml": "application/vnd.ms-office.activeX+xml"},
        endings={
            "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
            "bin": "application/vnd.ms-office.activeX",
        },
        sheet_relations=(
            ("rId1", f"{RELATIONS}/vmlDrawing", "../drawings/vmlDrawing1.vml"),
            ("rId2", f"{RELATIONS}/control", "../activeX/activeX1.xml"),
        ),
    )


def _threads() -> Hazard:
    person = "{6F1B3A5C-0000-4000-8000-000000000001}"
    return Hazard(
        after='<legacyDrawing r:id="rId2"/>',
        members={
            "xl/comments1.xml": f'{HEADER}<comments xmlns="{MAIN}"><authors><author>tc={person}</author></authors><commentList>'
            '<comment ref="C2" authorId="0"><text><t>[Threaded comment]</t></text></comment></commentList></comments>',
            "xl/drawings/vmlDrawing1.vml": _VML.format("Note"),
            "xl/threadedComments/threadedComment1.xml": f'{HEADER}<ThreadedComments xmlns="{_MS}/spreadsheetml/2018/threadedcomments">'
            f'<threadedComment ref="C2" dT="2024-05-01T10:00:00.00" personId="{person}" id="{person}"><text>Who answers this?</text>'
            "</threadedComment></ThreadedComments>",
            "xl/persons/person.xml": f'{HEADER}<personList xmlns="{_MS}/spreadsheetml/2018/threadedcomments"><person '
            f'displayName="A. Buyer" id="{person}" userId="a" providerId="None"/></personList>',
        },
        types={
            "xl/comments1.xml": f"{_SHEETML}.comments+xml",
            "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
            "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
        },
        endings={"vml": "application/vnd.openxmlformats-officedocument.vmlDrawing"},
        sheet_relations=(
            ("rId1", f"{RELATIONS}/comments", "../comments1.xml"),
            ("rId2", f"{RELATIONS}/vmlDrawing", "../drawings/vmlDrawing1.vml"),
            (
                "rId3",
                f"{_MS}/2017/10/relationships/threadedComment",
                "../threadedComments/threadedComment1.xml",
            ),
        ),
        book_relations=(("rIdN", f"{_MS}/2017/10/relationships/person", "persons/person.xml"),),
    )


def _rules() -> Hazard:
    """A data bar and a dropdown that stand in extension lists only."""
    return Hazard(
        after='<conditionalFormatting sqref="C2:C3"><cfRule type="dataBar" priority="1"><dataBar><cfvo type="min"/><cfvo '
        'type="max"/><color rgb="FF638EC6"/></dataBar><extLst><ext uri="{B025F937-C7B1-47D3-B67F-A62EFF666E3E}" '
        f'xmlns:x14="{_X14}"><x14:id>{{00000000-0000-4000-8000-000000000002}}</x14:id></ext></extLst></cfRule>'
        f'</conditionalFormatting><extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="{_X14}">'
        f'<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="{_XM}"><x14:cfRule type="dataBar" '
        'id="{00000000-0000-4000-8000-000000000002}"><x14:dataBar minLength="0" maxLength="100"><x14:cfvo type="autoMin"/>'
        '<x14:cfvo type="autoMax"/></x14:dataBar></x14:cfRule><xm:sqref>C2:C3</xm:sqref></x14:conditionalFormatting>'
        f'</x14:conditionalFormattings></ext><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{_X14}">'
        f'<x14:dataValidations xmlns:xm="{_XM}" count="1"><x14:dataValidation type="list" allowBlank="1"><x14:formula1>'
        "<xm:f>Sheet1!$A$2:$A$3</xm:f></x14:formula1><xm:sqref>C3</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )


def _sparklines() -> Hazard:
    return Hazard(
        after=f'<extLst><ext uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}" xmlns:x14="{_X14}"><x14:sparklineGroups '
        f'xmlns:xm="{_XM}"><x14:sparklineGroup displayEmptyCellsAs="gap"><x14:colorSeries rgb="FF376092"/><x14:sparklines>'
        "<x14:sparkline><xm:f>Sheet1!A2:A3</xm:f><xm:sqref>D2</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
        "</x14:sparklineGroups></ext></extLst>"
    )


def _connections() -> Hazard:
    return Hazard(
        members={
            "xl/connections.xml": f'{HEADER}<connections xmlns="{MAIN}"><connection id="1" name="ThisWorkbookDataModel" '
            'type="5" refreshedVersion="6" minRefreshableVersion="5"><dbPr connection="Data Model Connection" command="Model" '
            'commandType="1"/></connection></connections>',
            "xl/model/item.data": bytes(range(256)) * 8,
            "customXml/item1.xml": f'{HEADER}<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAA</DataMashup>',
        },
        types={"xl/connections.xml": f"{_SHEETML}.connections+xml"},
        endings={"data": "application/vnd.openxmlformats-officedocument.model+data"},
        book_relations=(
            ("rIdK", f"{RELATIONS}/connections", "connections.xml"),
            ("rIdM", f"{_MS}/2011/relationships/powerPivotData", "model/item.data"),
            ("rIdX", f"{RELATIONS}/customXml", "../customXml/item1.xml"),
        ),
    )


def _macros() -> Hazard:
    return Hazard(
        members={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)},
        endings={"bin": "application/vnd.ms-office.vbaProject"},
        book_relations=(("rIdV", f"{_MS}/2006/relationships/vbaProject", "vbaProject.bin"),),
        macros=True,
    )


HAZARDS = {
    "pivot tables": _pivot(),
    "tables": _table(),
    "slicers": _slicer(),
    "charts": _chart(),
    "form controls": _form_control(),
    "activex": _activex(),
    "threaded comments": _threads(),
    "rules in extensions": _rules(),
    "sparklines": _sparklines(),
    "data model and connections": _connections(),
    "macros": _macros(),
}
