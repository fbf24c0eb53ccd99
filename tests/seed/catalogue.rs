//! Catalogues from product exports: each oddity in a small file of its own.

use std::fs::File;
use std::path::PathBuf;

use jiff::Timestamp;
use mock_shopify::seed::csv::{Catalogue, CsvError, Limits, OddityKind, read};
use mock_shopify::seed::{Seeded, catalogue};
use mock_shopify::{
    Config, InventoryItem, InventoryLevel, InventoryPolicy, Product, ProductStatus, Rows, Shopify,
    StockState, Stored, Variant, WeightUnit,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn now() -> Timestamp {
    "2026-11-23T11:28:38Z".parse().unwrap()
}

fn read_text(text: &str) -> Result<Catalogue, CsvError> {
    read(text.as_bytes(), &Limits::default())
}

/// A file with these columns besides the handle and the title.
fn file(columns: &str, rows: &[&str]) -> Catalogue {
    read_text(&format!("Handle,Title,{columns}\n{}\n", rows.join("\n"))).unwrap()
}

/// Kind, row and text of everything odd, what every small file has aside.
fn odd(catalogue: &Catalogue) -> Vec<String> {
    let usual = [OddityKind::EmptySku, OddityKind::MissingPrice];
    let told = catalogue
        .oddities
        .iter()
        .filter(|oddity| !usual.contains(&oddity.kind));
    told.map(|oddity| format!("{:?}: {oddity}", oddity.kind))
        .collect()
}

fn all<T: Stored + Clone>(shopify: &Shopify) -> Vec<T> {
    shopify
        .look(|tables| tables.all::<T>().cloned().collect())
        .unwrap()
}

const WHOLE: &str = "\u{feff}Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,\
    Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,\
    Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,\
    Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,Variant Weight Unit,Cost per item,Status\r\n\
    linen-shirt,Linen Shirt,\"<p>Washed, \"\"soft\"\"\r\n<b>linen</b></p>\",Nordkante,Shirts,\"summer, linen\",true,Size,S,\
    Color,Sand,LS-S,250,shopify,7,deny,39.90,49.00,true,true,4006381333931,https://cdn.example.com/b.jpg,2,Back,false,\
    Linen shirts,kg,12.5,active\r\n\
    linen-shirt,,,,,,,,M,,Sand,LS-M,260,shopify,-2,continue,41,,true,false,,https://cdn.example.com/a.jpg,1,,,,lb,,\r\n\
    linen-shirt,,,,,,,,,,,,,,,,,,,,,https://cdn.example.com/c.jpg,3,,,,,,\r\n\
    mug,Mug,,,,,false,Title,Default Title,,,,0,,0,deny,9.9,,true,true,,,,,,,,,draft\r\n";

#[test]
fn a_whole_product_and_a_standalone_one() {
    let catalogue = read_text(WHOLE).unwrap();
    assert_eq!(
        (catalogue.products.len(), catalogue.variants(), catalogue.rows),
        (2, 3, 4)
    );
    let shirt = &catalogue.products[0];
    assert_eq!(
        (shirt.handle.as_str(), shirt.title.as_str(), shirt.row),
        ("linen-shirt", "Linen Shirt", 2)
    );
    assert_eq!(shirt.description_html, "<p>Washed, \"soft\"\r\n<b>linen</b></p>");
    assert_eq!(shirt.tags, ["summer", "linen"]);
    assert_eq!(shirt.options, ["Size", "Color"]);
    assert_eq!(shirt.status, ProductStatus::Active);
    let urls: Vec<&str> = shirt
        .images
        .iter()
        .map(|(url, _)| url.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(urls, ["a.jpg", "b.jpg", "c.jpg"]);
    let medium = &shirt.variants[1];
    assert_eq!(
        (medium.row, medium.values.as_slice()),
        (3, ["M".to_owned(), "Sand".to_owned()].as_slice())
    );
    assert_eq!(
        (medium.quantity, medium.inventory_policy),
        (-2, InventoryPolicy::Continue)
    );
    assert_eq!(
        (medium.price, medium.taxable, medium.weight_unit),
        (Decimal::from(41), false, WeightUnit::Pounds)
    );
    let mug = &catalogue.products[1];
    assert!(mug.options.is_empty() && mug.variants[0].values.is_empty() && !mug.published);
    assert_eq!(mug.status, ProductStatus::Draft);
}

#[test]
fn into_the_shop_once() {
    let shopify = Shopify::in_memory(Config::default());
    let file = read_text(WHOLE).unwrap();
    let first = catalogue(&shopify, now(), &file).unwrap();
    assert_eq!(
        first,
        Seeded {
            locations: 2,
            products: 2,
            variants: 3,
            ..Seeded::default()
        }
    );
    let written = shopify.journal(0).unwrap().len();
    assert_eq!(catalogue(&shopify, now(), &file).unwrap(), Seeded::default());
    assert_eq!(shopify.journal(0).unwrap().len(), written);

    let products = all::<Product>(&shopify);
    assert_eq!(products[1].options[0].values[0].name, "Default Title");
    assert_eq!((products[0].media.len(), products[1].published_at), (3, None));
    let units: Vec<i64> = all::<InventoryLevel>(&shopify)
        .iter()
        .map(|level| level.units(StockState::Available))
        .collect();
    assert_eq!(units, [7, -2, 0]);
    let weights: Vec<String> = all::<InventoryItem>(&shopify)
        .iter()
        .map(|item| item.weight.grams().round_dp(1).normalize().to_string())
        .collect();
    assert_eq!(weights, ["250", "260", "0"]);
}

#[test]
fn a_handle_in_another_form_is_still_seeded_once() {
    let shopify = Shopify::in_memory(Config::default());
    let file = file("Variant Price", &["Linen Shirt!,Linen,1", "linen shirt,Other,2"]);
    assert_eq!(catalogue(&shopify, now(), &file).unwrap().products, 2);
    assert_eq!(catalogue(&shopify, now(), &file).unwrap().products, 0);
    let handles: Vec<String> = all::<Product>(&shopify)
        .into_iter()
        .map(|product| product.handle)
        .collect();
    assert_eq!(handles, ["linen-shirt", "linen-shirt-1"]);
}

#[test]
fn optional_columns_may_be_missing() {
    let catalogue = read_text("handle, TITLE \nmug,Mug\n").unwrap();
    let mug = &catalogue.products[0];
    assert!(mug.published && mug.variants[0].taxable && !mug.variants[0].tracked);
    assert_eq!(mug.variants[0].price, Decimal::ZERO);
    assert_eq!(
        catalogue
            .oddities
            .iter()
            .map(|oddity| oddity.kind)
            .collect::<Vec<_>>(),
        [OddityKind::MissingPrice, OddityKind::EmptySku]
    );
}

#[test]
fn the_names_of_the_newer_template() {
    let text = "Title,URL handle,Description,SKU,Barcode,Price,Continue selling when out of stock,\
        Weight value (grams)\nMug,mug,<p>x</p>,M,,9.90,CONTINUE,310\n";
    let mug = &read_text(text).unwrap().products[0];
    assert_eq!(
        (mug.handle.as_str(), mug.description_html.as_str()),
        ("mug", "<p>x</p>")
    );
    let only = &mug.variants[0];
    assert_eq!((only.sku.as_deref(), only.grams), (Some("M"), Decimal::from(310)));
    assert_eq!(only.inventory_policy, InventoryPolicy::Continue);
}

#[test]
fn odd_codes() {
    let file = file(
        "Option1 Name,Option1 Value,Variant SKU,Variant Barcode,Variant Price",
        &[
            "tee,Tee,Size,S,T-1,4006381333931,1",
            "tee,,,M,T-1,4006381333932,1",
            "tee,,,L,'007,'4006381333931,1",
            "tee,,,XL,',4.00638E+12,1",
            "cap,Cap,,,T-1,A-4006381333931,1",
        ],
    );
    insta::assert_snapshot!(odd(&file).join("\n"), @r#"
    BarcodeCheckDigit: row 3 (tee): the last digit of the barcode "4006381333932" does not fit the others
    DuplicateSku: row 3 (tee): the SKU "T-1" is already on row 2 (tee)
    Apostrophe: row 4 (tee): "Variant SKU" has an apostrophe before "007"; it is left out
    Apostrophe: row 4 (tee): "Variant Barcode" has an apostrophe before "4006381333931"; it is left out
    DuplicateBarcode: row 4 (tee): the barcode "4006381333931" is already on row 2 (tee)
    Apostrophe: row 5 (tee): "Variant SKU" has an apostrophe before ""; it is left out
    ScientificBarcode: row 5 (tee): a spreadsheet has turned the barcode into "4.00638E+12"; it is left empty
    DuplicateSku: row 6 (cap): the SKU "T-1" is already on row 2 (tee)
    "#);
    let codes = |at: usize| {
        (
            file.products[0].variants[at].sku.clone(),
            file.products[0].variants[at].barcode.clone(),
        )
    };
    assert_eq!(codes(2), (Some("007".into()), Some("4006381333931".into())));
    assert_eq!(codes(3), (None, None));
}

#[test]
fn an_empty_sku_is_told() {
    let file = file("Variant SKU,Variant Price", &["mug,Mug,,9.90"]);
    assert_eq!(file.oddities.len(), 1);
    assert_eq!(file.oddities[0].kind, OddityKind::EmptySku);
}

#[test]
fn odd_options() {
    let file = file(
        "Option1 Name,Option1 Value,Option2 Name,Option2 Value",
        &[
            "tee,Tee,Size,S,Size,Wide",
            "tee,,,S,,Wide",
            "tee,,,s,,",
            "cap,Cap,,Red,Fit,",
            "mug,Mug,Size,,,",
        ],
    );
    insta::assert_snapshot!(odd(&file).join("\n"), @r#"
    RepeatedOption: row 2 (tee): two options are called "Size"; the later one becomes "Size 2"
    DuplicateVariant: row 3 (tee): the variant "S / Wide" is already on row 2; this one is left out
    MissingOptionValue: row 4 (tee): the variant has no value for "Size 2"; "Default" is taken
    SimilarOptionValues: row 4 (tee): the value "s" of "Size" is also written otherwise
    UnnamedOption: row 5 (cap): the option has values but no name; it is called "Option 1"
    MissingOptionValue: row 5 (cap): the option "Fit" has no values; it is left out
    MissingOptionValue: row 6 (mug): the option "Size" has no values; it is left out
    "#);
    let shopify = Shopify::in_memory(Config::default());
    assert_eq!(catalogue(&shopify, now(), &file).unwrap().variants, 4);
}

#[test]
fn odd_products() {
    let long = "x".repeat(300);
    let long = format!("long,{long},,,,");
    let file = file(
        "Option1 Value,Variant Price,Variant Inventory Qty,Image Src",
        &[
            "tee,Tee,S,1,,",
            ",Nameless,,1,,",
            ",,,1,,",
            "tee,Other Tee,M,1,,",
            "tee,,,,,",
            "tee,,,,,https://cdn.example.com/a.jpg",
            "blank,,,1,3,",
            "",
            ",,,,,",
            "short,Short",
            "wide,Wide,,1,,,more",
            &long,
        ],
    );
    insta::assert_snapshot!(odd(&file).join("\n"), @r#"
    UnnamedOption: row 2 (tee): the option has values but no name; it is called "Option 1"
    MissingHandle: row 3: there is no handle; the title serves
    MissingHandle: row 4: there is neither handle nor title; the row is left out
    ScatteredProduct: row 5 (tee): the rows of this product are not together; it begins on row 2
    OtherTitle: row 5 (tee): the title here is "Other Tee", but "Tee" on row 2, which counts; do two products share the handle?
    EmptyRow: row 6 (tee): there is neither variant nor image on the row
    UntrackedQuantity: row 8 (blank): the quantity is 3, but no quantities are kept for the variant
    MissingTitle: row 8 (blank): the product has no title; its handle serves
    UnevenRow: row 10 (short): the row has 2 cells, not 6; the missing ones are taken as empty
    UnevenRow: row 11 (wide): the row has 7 cells, not 6; the last ones are left out
    LongTitle: row 12 (long): the title has more than 255 characters; the rest is left out
    "#);
    let shopify = Shopify::in_memory(Config::default());
    assert_eq!(catalogue(&shopify, now(), &file).unwrap().products, 6);
}

#[test]
fn odd_amounts_and_headers() {
    let file = file(
        "Variant Price,Variant Compare At Price,Variant Inventory Tracker,Variant Inventory Qty,title",
        &["tee,Tee,20,15,shopify,-4,x", "mug,M\u{0}ug,20,0,,,x"],
    );
    insta::assert_snapshot!(odd(&file).join("\n"), @r#"
    RepeatedColumn: row 1: the column "title" occurs again; the first counts
    CompareAtNotHigher: row 2 (tee): the price before a sale, 15, is not higher than the price, 20
    NegativeQuantity: row 2 (tee): the quantity is -4
    ControlCharacter: row 3 (mug): "Title" holds control characters; they are left out
    "#);
    assert_eq!(file.products[1].title, "Mug");
}

#[test]
fn more_variants_than_shopify_allows() {
    let mut rows = vec!["tee,Tee,Number,0,1".to_owned()];
    rows.extend((1..=2048).map(|n| format!("tee,,,{n},1")));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let file = file("Option1 Name,Option1 Value,Variant Price", &rows);
    assert_eq!(file.variants(), 2048);
    assert_eq!(
        odd(&file),
        ["TooManyVariants: row 2050 (tee): a product has at most 2048 variants; this one is left out"]
    );
}

#[test]
fn every_bad_cell_is_named_at_once() {
    let error = read_text(
        "Handle,Title,Published,Status,Price,Variant Grams,Variant Inventory Qty,Variant Inventory Policy,\
         Variant Taxable,Variant Weight Unit\n\
         tee,Tee,yes,sold out,\"1,90 €\",-5,1.5,maybe,perhaps,stone\n\
         mug,Mug,,,1e99,99999999999,,,,\n",
    )
    .unwrap_err();
    insta::assert_snapshot!(error, @r#"
    row 2, column "Price": "1,90 €": write a number that is not negative, such as 19.90
    row 2, column "Variant Inventory Qty": "1.5": write a whole number, such as 12
    row 2, column "Variant Grams": "-5": write a number that is not negative, such as 19.90
    row 2, column "Variant Weight Unit": "stone": write g, kg, lb or oz
    row 2, column "Variant Inventory Policy": "maybe": write deny or continue
    row 2, column "Variant Taxable": "perhaps": write true or false
    row 2, column "Status": "sold out": write active, draft, archived or unlisted
    row 2, column "Published": "yes": write true or false
    row 3, column "Price": "1e99": write a number that is not negative, such as 19.90
    row 3, column "Variant Grams": "99999999999": write a number that is not negative, such as 19.90
    "#);
}

#[test]
fn a_list_of_bad_cells_ends() {
    let rows: Vec<String> = (0..70).map(|n| format!("p{n},P,x")).collect();
    let error = read_text(&format!("Handle,Title,Variant Price\n{}", rows.join("\n"))).unwrap_err();
    assert!(error.to_string().ends_with("and 20 more"), "{error}");
}

#[test]
fn files_that_are_refused() {
    let limits = Limits {
        bytes: 400,
        cell_bytes: 20,
        rows: 2,
        columns: 4,
    };
    let refused = |bytes: &[u8]| read(bytes, &limits).unwrap_err().to_string();
    let many = "Handle,Title\na,A\nb,B\nc,C\n";
    insta::assert_snapshot!([
        refused(b""),
        refused(b"Handle,Title\n"),
        refused(b"Title,Vendor\nTee,X\n"),
        refused(b"Handle;Title;Vendor\ntee;Tee;X\n"),
        refused(b"\xff\xfeH\x00a\x00"),
        refused(b"Handle,Title\ncafe,Caf\xe9\n"),
        refused(b"Handle,Title\ntee,a title without an end\n"),
        refused(many.as_bytes()),
        refused(b"Handle,Title,a,b,c\n"),
        refused(&[b'a'; 401]),
    ].join("\n"), @r#"
    there is no product in the file; the rows below the header need a "Handle"
    there is no product in the file; the rows below the header need a "Handle"
    row 1: the column "Handle" is missing; export the products from Shopify again, or add it
    row 1: the cells are separated by ';'; save the file with commas between them
    row 1, column "Handle": the text is not in UTF-8; save the file as "CSV UTF-8"
    row 2, column "Title": the text is not in UTF-8; save the file as "CSV UTF-8"
    row 2, column "Title": the cell has more than 20 bytes; shorten it, or close a quotation mark that was left open
    the file has more than 2 rows; split it into several files
    the file has more than 4 columns; split it into several files
    the file has more than 400 bytes; split it into several files
    "#);
}

proptest! {
    /// Whatever a file says, reading it ends with a catalogue or an error, and a shop takes every catalogue.
    #[test]
    fn no_file_panics(cells in proptest::collection::vec("[a-c',\"\n]{0,3}|[0-9.]{1,4}|true|E\\+1|\\PC", 0..60)) {
        let header = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Barcode,Image Src\n";
        let rows: Vec<String> = cells.chunks(7).map(|row| row.join(",")).collect();
        if let Ok(file) = read_text(&format!("{header}{}", rows.join("\n"))) {
            let shopify = Shopify::in_memory(Config::default());
            let seeded = catalogue(&shopify, now(), &file).unwrap();
            prop_assert_eq!(seeded.products, file.products.len());
            prop_assert_eq!(seeded.variants, all::<Variant>(&shopify).len());
        }
    }
}

/// The folder of real exports, if there is one.
fn real_files() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("CATALOGUE_DIR") else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|end| end == "csv"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "CATALOGUE_DIR holds no .csv file");
    files
}

#[test]
fn real_files_arrive_whole() {
    for path in real_files() {
        let file = read(File::open(&path).unwrap(), &Limits::default()).unwrap();
        let shopify = Shopify::in_memory(Config::default());
        let seeded = catalogue(&shopify, now(), &file).unwrap();
        assert_eq!(
            (seeded.products, seeded.variants),
            (file.products.len(), file.variants())
        );
        assert_eq!(catalogue(&shopify, now(), &file).unwrap(), Seeded::default());
        println!(
            "{}: {} products, {} variants",
            path.display(),
            seeded.products,
            seeded.variants
        );
        let mut kinds: std::collections::BTreeMap<OddityKind, usize> = std::collections::BTreeMap::new();
        for oddity in &file.oddities {
            *kinds.entry(oddity.kind).or_default() += 1;
        }
        println!("{kinds:?}");
    }
}
