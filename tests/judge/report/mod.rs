//! What leaves the house: well-formed pictures, small files, and no group of fewer than five
//! patients anywhere.

mod cohort;
mod disclosure;
mod distributions;
mod evaluated;
mod html;
mod neighbours;
mod summary;
mod survival;
mod training;
mod verdict;
mod withheld;

/// Parses a picture and gives all its text; panics where it is not well-formed XML.
fn texts(svg: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(svg).expect("well-formed XML");
    assert_eq!(document.root_element().tag_name().name(), "svg");
    let is_text = |node: &roxmltree::Node| {
        node.is_text()
            && node.parent_element().is_some_and(|e| {
                e.has_tag_name(("http://www.w3.org/2000/svg", "text"))
                    || e.has_tag_name(("http://www.w3.org/2000/svg", "title"))
            })
    };
    document
        .descendants()
        .filter(is_text)
        .filter_map(|node| node.text())
        .map(|text| text.trim().to_owned())
        .collect()
}

/// Leaves a picture where a person can look at it.
fn keep(name: &str, content: &str) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(folder.join(name), content).expect("the target folder is writable");
}
