//! Escaping of the Prometheus text format, version 0.0.4.

/// Appends a label value, without the quotes around it: backslash, quote and line feed are escaped, nothing else.
///
/// ```
/// let mut line = String::new();
/// metric_names::write_label_value(&mut line, "C:\\temp\n");
/// assert_eq!(line, r"C:\\temp\n");
/// ```
pub fn write_label_value(out: &mut String, value: &str) {
    write_escaped(out, value, &['\\', '\n', '"']);
}

/// Appends the text of a `# HELP` line: backslash and line feed are escaped, nothing else.
///
/// ```
/// let mut line = String::new();
/// metric_names::write_help(&mut line, "the \"good\" ones\n");
/// assert_eq!(line, r#"the "good" ones\n"#);
/// ```
pub fn write_help(out: &mut String, text: &str) {
    write_escaped(out, text, &['\\', '\n']);
}

fn write_escaped(out: &mut String, text: &str, special: &[char]) {
    let mut rest = text;
    while let Some(at) = rest.find(special) {
        out.push_str(&rest[..at]);
        out.push('\\');
        // The special characters are ASCII, so the next one starts one byte later.
        out.push_str(match &rest[at..=at] {
            "\n" => "n",
            other => other,
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
