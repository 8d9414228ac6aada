//! Workbooks, made here from their parts.

use std::io::Write;
use std::path::Path;
use table::read::{Limits, Options, Sheet, open};
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook with two sheets, `first` with these rows of XML and `second` with one column.
fn workbook(path: &Path, rows: &str) {
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let sheet = |rows: &str| {
        format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
    };
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" \
                 Type=\"{RELATIONS}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"first\" \
                 sheetId=\"1\" r:id=\"r1\"/><sheet name=\"second\" sheetId=\"2\" \
                 r:id=\"r2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" \
                 Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship \
                 Id=\"r2\" Type=\"{RELATIONS}/worksheet\" \
                 Target=\"worksheets/sheet2.xml\"/><Relationship Id=\"r3\" \
                 Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf \
                 numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet(rows)),
        (
            "xl/worksheets/sheet2.xml",
            sheet(
                "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>x</t></is></c></row><row \
                 r=\"2\"><c r=\"A2\"><v>7</v></c></row>",
            ),
        ),
    ];
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
}

fn text(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A header in B2 to E2 and two rows, with an empty one between them.
fn good() -> String {
    let header: String = ["age", "arm", "seen", "dead"]
        .iter()
        .zip(["B2", "C2", "D2", "E2"])
        .map(|(name, at)| text(at, name))
        .collect();
    format!(
        "<row r=\"2\">{header}</row><row r=\"3\"><c r=\"B3\"><v>61.5</v></c>{}<c r=\"D3\" \
         s=\"1\"><v>43902</v></c><c r=\"E3\" t=\"b\"><v>1</v></c></row><row r=\"4\"><c \
         r=\"B4\"/></row><row r=\"5\"><c r=\"B5\" t=\"e\"><v>#N/A</v></c>{}</row>",
        text("C3", "b, c"),
        text("C5", "a")
    )
}

fn refused(path: &Path, options: &Options, exit_code: u8, parts: &[&str]) {
    let Err(error) = open(path, options).and_then(Sheet::read) else { panic!("it was read") };
    let message = error.to_string();
    assert_eq!(error.exit_code(), exit_code, "{message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
}

#[test]
fn cells_come_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.xlsx");
    workbook(&path, &good());
    let sheet = Sheet::read(open(&path, &Options::default()).unwrap()).unwrap();
    let row =
        |row: usize| (0..sheet.columns()).map(|column| sheet.cell(row, column)).collect::<Vec<_>>();
    assert_eq!((sheet.rows(), row(0)), (2, vec!["61.5", "b, c", "2020-03-12", "TRUE"]));
    assert_eq!(row(1), ["#N/A", "a", "", ""]);
    let named = |name: &str| Options { sheet: Some(name.into()), ..Options::default() };
    let second = Sheet::read(open(&path, &named("second")).unwrap()).unwrap();
    assert_eq!((second.column_name(0), second.cell(0, 0)), ("x", "7"));
    refused(&path, &named("third"), 2, &["no sheet \"third\"", "first", "second"]);
}

/// A library's message about a damaged cell quotes it.
#[test]
fn no_error_of_a_damaged_workbook_repeats_a_cell() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.xlsx");
    for cell in [
        "<c r=\"B6\" t=\"e\"><v>KANARIENVOGEL</v></c>",
        "<c r=\"B6\" t=\"KANARIENVOGEL\"><v>1</v></c>",
        "<c r=\"B6\"><v>1</v></KANARIENVOGEL>",
        "<c r=\"KANARIENVOGEL\"><v>1</v></c>",
    ] {
        workbook(&path, &format!("{}<row r=\"6\">{cell}</row>", good()));
        let read = open(&path, &Options::default()).and_then(Sheet::read);
        let said = read.map_or_else(|error| error.to_string(), |_| String::new());
        assert!(!said.is_empty() && !said.contains("KANARIENVOGEL"), "{cell}: {said}");
    }
}

#[test]
fn what_is_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.xlsx");
    let any = Options::default();
    workbook(&path, "");
    refused(&path, &any, 3, &["the file is empty"]);
    workbook(&path, &format!("{}<row r=\"6\">{}</row>", good(), text("F6", "beside")));
    refused(&path, &any, 3, &["row 3", "beside the columns"]);
    workbook(
        &path,
        &format!("{}<row r=\"6\"><c r=\"B6\" t=\"e\"><v>#DIV/0!</v></c></row>", good()),
    );
    refused(&path, &any, 3, &["row 3, column \"age\"", "#DIV/0!"]);
    std::fs::write(&path, b"PK\x03\x04 and then garbage of no archive").unwrap();
    refused(&path, &any, 3, &["cannot be read as a workbook"]);
    std::fs::write(&path, "a,b\n1,2\n").unwrap();
    refused(&path, &any, 3, &["not a workbook, as its name says"]);
    std::fs::write(&path, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").unwrap();
    refused(&path, &any, 3, &["password", ".xlsx"]);
}

/// Writes the length of the first sheet, wherever the archive says it, as ten bytes.
fn lie(path: &Path, length: usize) {
    let (true_length, mut bytes) = ((length as u32).to_le_bytes(), std::fs::read(path).unwrap());
    let places: Vec<usize> =
        (0..bytes.len() - 4).filter(|&at| bytes[at..at + 4] == true_length).collect();
    assert_eq!(places.len(), 2, "the archive says a length twice");
    places.iter().for_each(|&at| bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes()));
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn what_an_archive_says_of_its_sizes_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.xlsx");
    let rows = format!("{}<!--{}-->", good(), "x".repeat(3_000_000));
    let length =
        format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>").len();
    let limits = |most: usize| Limits { unpacked: most, ..Limits::default() };
    let most = |bytes: usize| Options { limits: limits(bytes), ..Options::default() };
    workbook(&path, &rows);
    assert!(std::fs::metadata(&path).unwrap().len() < 20_000);
    assert!(open(&path, &most(length + 10_000)).is_ok());
    refused(&path, &most(1_000_000), 3, &["unpacks to more than 1000000 bytes"]);
    // Ten bytes are within any limit; the archive's own reader stops at what was said, and the
    // limit would stop it at the latest.
    lie(&path, length);
    refused(
        &path,
        &most(1_000_000),
        3,
        &["cannot be read as a workbook", "larger than its declared"],
    );
}

#[test]
fn a_cell_beyond_any_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.xlsx");
    workbook(&path, &format!("<row r=\"1\">{}</row>", text("XFE1", "far")));
    refused(&path, &Options::default(), 3, &["beyond the last column"]);
    workbook(
        &path,
        &format!(
            "<row r=\"1\">{}</row><row r=\"2\">{}</row>",
            text("XFD1", "x"),
            text("XFD2", "7")
        ),
    );
    assert_eq!(Sheet::read(open(&path, &Options::default()).unwrap()).unwrap().cell(0, 0), "7");
}
