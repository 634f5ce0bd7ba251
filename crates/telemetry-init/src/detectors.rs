//! What is found out about the place where the service runs, from files alone: no process is started, nothing is asked
//! over the network, no variable is read.

mod container;
mod host;
mod kubernetes;
mod os;
mod process;

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use opentelemetry::KeyValue;

use crate::{parse, variable::Parsed};

/// A part of the place where the service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detector {
    /// `host.name`, `host.id`, `host.arch`.
    Host,
    /// `os.type`, `os.name`, `os.version`, `os.description`.
    Os,
    /// `process.pid`, `process.executable.name`, `process.executable.path`. The command line may hold secrets.
    Process,
    /// `container.id`.
    Container,
    /// `k8s.pod.name`, `k8s.pod.uid`, `k8s.namespace.name`, inside a pod.
    Kubernetes,
}

impl Detector {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Host, Self::Os, Self::Process, Self::Container, Self::Kubernetes];

    fn detect(self, system: &System) -> Vec<KeyValue> {
        match self {
            Self::Host => host::detect(system),
            Self::Os => os::detect(system),
            Self::Process => process::detect(),
            Self::Container => container::detect(system),
            Self::Kubernetes => kubernetes::detect(system),
        }
    }
}

/// What these detectors find here.
pub(crate) fn detect(detectors: &[Detector]) -> Vec<KeyValue> {
    let system = System { root: PathBuf::from("/") };
    detectors.iter().flat_map(|detector| detector.detect(&system)).collect()
}

pub(crate) fn parse(text: &str) -> Parsed<Vec<Detector>> {
    if text.eq_ignore_ascii_case("all") {
        return Parsed::Good(Detector::ALL.to_vec());
    }
    if text.eq_ignore_ascii_case("none") {
        return Parsed::Good(Vec::new());
    }
    let known = [
        ("host", Detector::Host),
        ("os", Detector::Os),
        ("process", Detector::Process),
        ("container", Detector::Container),
        ("kubernetes", Detector::Kubernetes),
    ];
    parse::words(text, &known)
}

/// The files of a system: of this one, or of one that a test has laid out.
pub(crate) struct System {
    root: PathBuf,
}

/// The files that are looked at are short; `mountinfo` may be longer on odd hosts, and its beginning is enough.
const MOST: u64 = 256 * 1024;

impl System {
    /// The content of a file, without blanks at its ends; `None` when there is none or it is no text.
    fn text(&self, path: &str) -> Option<String> {
        let path = self.root.join(path.trim_start_matches('/'));
        let mut content = Vec::new();
        fs::File::open(&path).ok()?.take(MOST).read_to_end(&mut content).ok()?;
        let text = String::from_utf8_lossy(&content).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    fn has(&self, path: &str) -> bool {
        Path::new(&self.root).join(path.trim_start_matches('/')).exists()
    }

    fn host_name(&self) -> Option<String> {
        self.text("/proc/sys/kernel/hostname").or_else(|| self.text("/etc/hostname"))
    }
}

#[cfg(test)]
mod tests;
