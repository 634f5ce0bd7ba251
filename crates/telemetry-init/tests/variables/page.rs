//! The reference page is what the constants say.

use std::{fs, path::Path};

#[test]
fn the_reference_page_is_up_to_date() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/environment.md"));
    let page = telemetry_init::reference();
    let written = fs::read_to_string(path).unwrap_or_default();
    if written == page {
        return;
    }
    #[expect(clippy::disallowed_methods, reason = "in CI a stale page is only a failure")]
    let ci = std::env::var_os("CI").is_some();
    if !ci {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, page).unwrap();
    }
    panic!("{} was stale; run `cargo xtask codegen` and commit it", path.display());
}
