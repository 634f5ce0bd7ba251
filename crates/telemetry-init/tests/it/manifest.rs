//! The manifest of the guide, read as Kubernetes reads it: the variables of its container.

use std::collections::{BTreeMap, VecDeque};

/// As much of YAML as a manifest needs.
#[derive(Debug)]
enum Node {
    Text(String),
    Map(BTreeMap<String, Node>),
    List(Vec<Node>),
}

type Lines = VecDeque<(usize, String)>;

impl Node {
    fn read(lines: &mut Lines) -> Self {
        let depth = lines.front().expect("something is nested").0;
        if lines[0].1.starts_with("- ") { Self::list(lines, depth) } else { Self::map(lines, depth) }
    }

    fn list(lines: &mut Lines, depth: usize) -> Self {
        let mut list = Vec::new();
        while let Some((_, line)) = lines.front_mut().filter(|(at, line)| *at == depth && line.starts_with("- ")) {
            *line = line[2..].to_owned();
            lines[0].0 += 2;
            list.push(Self::read(lines));
        }
        Self::List(list)
    }

    fn map(lines: &mut Lines, depth: usize) -> Self {
        let mut map = BTreeMap::new();
        while lines.front().is_some_and(|(at, line)| *at == depth && !line.starts_with("- ")) {
            let (_, line) = lines.pop_front().unwrap();
            let value = match line.split_once(": ") {
                Some((_, value)) => Self::Text(value.to_owned()),
                None => {
                    assert!(line.ends_with(':') && lines[0].0 > depth, "{line}");
                    Self::read(lines)
                }
            };
            let key = line.split(':').next().unwrap().to_owned();
            assert!(map.insert(key, value).is_none(), "twice: {line}");
        }
        Self::Map(map)
    }

    fn has(&self, key: &str) -> bool {
        matches!(self, Self::Map(map) if map.contains_key(key))
    }

    fn at(&self, key: &str) -> &Self {
        let Self::Map(map) = self else { panic!("no map: {self:?}") };
        map.get(key).unwrap_or_else(|| panic!("no {key}: {self:?}"))
    }

    fn text(&self) -> &str {
        let Self::Text(text) = self else { panic!("no text: {self:?}") };
        text
    }

    fn items(&self) -> &[Self] {
        let Self::List(items) = self else { panic!("no list: {self:?}") };
        items
    }
}

/// The variables of the one container in the guide's manifest; what the pod fills in is named after where it is from.
pub(crate) fn variables(guide: &str) -> BTreeMap<String, String> {
    let (_, block) = guide.split_once("```yaml\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let indented = |line: &str| (line.len() - line.trim_start().len(), line.trim().to_owned());
    let mut lines: Lines = block.lines().map(indented).collect();
    let manifest = Node::read(&mut lines);
    assert!(lines.is_empty(), "not read: {lines:?}");
    assert_eq!((manifest.at("apiVersion").text(), manifest.at("kind").text()), ("v1", "Pod"));
    let [container] = manifest.at("spec").at("containers").items() else { panic!("one container") };
    assert!(container.has("image") && container.has("name"));

    let mut variables = BTreeMap::new();
    for variable in container.at("env").items() {
        assert_ne!(variable.has("value"), variable.has("valueFrom"), "{variable:?}");
        let value = if variable.has("value") {
            expanded(variable.at("value").text(), &variables)
        } else {
            let path = variable.at("valueFrom").at("fieldRef").at("fieldPath").text();
            assert!(["metadata.name", "metadata.namespace", "spec.nodeName"].contains(&path), "{path}");
            format!("the {path}")
        };
        assert!(variables.insert(variable.at("name").text().to_owned(), value).is_none(), "twice: {variable:?}");
    }
    variables
}

/// `$(NAME)` is replaced only by a variable that stands above.
fn expanded(text: &str, above: &BTreeMap<String, String>) -> String {
    let replace = |text: String, (name, value): (&String, &String)| text.replace(&format!("$({name})"), value);
    let text = above.iter().fold(text.to_owned(), replace);
    assert!(!text.contains("$("), "not replaced: {text}");
    text
}
