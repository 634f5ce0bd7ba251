//! What a macro needs is computed while the application compiles.

use metric_names::{ExposedName, Kind, Naming, check_instrument_name, check_unit, exposed_name, unit_word};

const NAME: ExposedName = match exposed_name("script.executions.total", "{execution}", Kind::Counter, Naming::Plain) {
    Ok(name) => name,
    Err(error) => panic!("{}", error.message()),
};
const TEXT: &str = NAME.as_str();
const CHECKED: bool = check_instrument_name("script.executions.total").is_ok() && check_unit("{execution}").is_ok();
const WORD: Option<&str> = unit_word("MiBy");

#[test]
fn names_units_and_checks_are_constants() {
    assert_eq!((TEXT, CHECKED, WORD), ("script_executions_total", true, Some("mebibytes")));
}
