//! PyPI's `prometheus_client`, asked over a pipe.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use telemetry_testkit::find_program;

use crate::reading::{Family, Number, Sample};

pub(crate) struct Parser {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// An interpreter that has the parsers; `None` and `SKIPPED` where there is none, a failure where `CI` is set.
pub(crate) fn find_python() -> Option<PathBuf> {
    let python = find_program("python3")?;
    let imports = Command::new(&python).args(["-c", "import prometheus_client"]).stderr(Stdio::null()).status();
    if imports.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    // Says so by the same rule: there is no program of this name.
    find_program("python3 with the module prometheus_client")
}

impl Parser {
    pub(crate) fn start(python: &Path) -> Self {
        let mut child =
            Command::new(python).args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    /// Parses a body as `text` or `openmetrics`.
    pub(crate) fn parse(&mut self, format: &str, body: &str) -> Result<Vec<Family>, String> {
        writeln!(self.input, "{}", json!({ "format": format, "body": body })).unwrap();
        self.input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).expect("the parser ended");
        if let Some(error) = answer["error"].as_str() {
            return Err(error.to_owned());
        }
        Ok(answer["families"].as_array().unwrap().iter().map(family).collect())
    }
}

impl Drop for Parser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn family(value: &Value) -> Family {
    let [name, kind, unit, help] = [0, 1, 2, 3].map(|at| text(&value[at]));
    let samples = value[4].as_array().unwrap().iter().map(sample).collect();
    Family { name, kind, unit, help, samples }
}

fn sample(value: &Value) -> Sample {
    let labels = value[1].as_object().unwrap().iter();
    let labels = labels.map(|(name, value)| (name.clone(), text(value))).collect();
    Sample::new(text(&value[0]), labels, Number::parse(value[2].as_str().unwrap()))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Values go as text, because a number of JSON is not always the number that was read.
const SCRIPT: &str = r#"
import json, sys
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics
parsers = {
    "text": parser.text_string_to_metric_families,
    "openmetrics": openmetrics.text_string_to_metric_families,
}
for line in sys.stdin:
    asked = json.loads(line)
    try:
        families = [
            [
                family.name, family.type, family.unit, family.documentation,
                [[sample.name, sample.labels, repr(sample.value)] for sample in family.samples],
            ]
            for family in parsers[asked["format"]](asked["body"])
        ]
        answer = {"families": families}
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
"#;
