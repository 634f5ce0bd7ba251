use std::{fs, path::Path};

use super::*;

const UID: &str = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f";

/// A system with these files and no others.
fn system(files: &[(&str, &str)]) -> (tempfile::TempDir, System) {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, content).unwrap();
    }
    let root = folder.path().to_owned();
    (folder, System { root })
}

fn check(detector: Detector, files: &[(&str, &str)], expected: &[(&str, &str)]) {
    let (_folder, system) = system(files);
    let found = detector.detect(&system);
    let found: Vec<_> = found.iter().map(|found| (found.key.as_str(), found.value.as_str().into_owned())).collect();
    let expected: Vec<_> = expected.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let found: Vec<_> = found.into_iter().filter(|(key, _)| !matches!(*key, "host.arch" | "os.type")).collect();
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn containers() {
    let id = "ab".repeat(32);
    let check = |path: &str, line: String, found: bool| {
        let expected = [("container.id", &*id)];
        check(Detector::Container, &[(path, &line)], if found { &expected } else { &[] });
    };
    check("/proc/self/cgroup", format!("12:cpu:/docker/{id}\n"), true);
    check("/proc/self/cgroup", format!("0::/kubepods.slice/kubepods-pod{UID}.slice/cri-containerd-{id}.scope\n"), true);
    check("/proc/self/cgroup", "0::/\n".to_owned(), false);
    check("/proc/self/mountinfo", format!("1 2 0:3 /var/lib/docker/containers/{id}/hostname /etc/hostname rw\n"), true);
    check("/proc/self/mountinfo", format!("1 2 0:3 / /layers/{id}/diff rw\n"), false);
}

#[test]
fn pods() {
    let under = UID.replace('-', "_");
    let name = ("/etc/hostname", "shop-7c9-x2x\n");
    let found = [("k8s.pod.name", "shop-7c9-x2x"), ("k8s.pod.uid", UID)];
    for line in [
        format!("1:cpu:/kubepods/burstable/pod{UID}/ab\n"),
        format!("0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{under}.slice/cri-x.scope\n"),
    ] {
        check(Detector::Kubernetes, &[("/proc/self/cgroup", &line), name], &found);
    }
    let mount = format!("1 2 0:3 /var/lib/kubelet/pods/{UID}/etc-hosts /etc/hosts rw\n");
    check(Detector::Kubernetes, &[("/proc/self/mountinfo", &mount), name], &found);
    check(
        Detector::Kubernetes,
        &[("/var/run/secrets/kubernetes.io/serviceaccount/namespace", "prod"), name],
        &[("k8s.namespace.name", "prod"), ("k8s.pod.name", "shop-7c9-x2x")],
    );
    check(Detector::Kubernetes, &[name], &[]);
}

#[test]
fn hosts_and_systems() {
    check(
        Detector::Host,
        &[("/proc/sys/kernel/hostname", "box\n"), ("/etc/machine-id", "f00\n")],
        &[("host.name", "box"), ("host.id", "f00")],
    );
    check(
        Detector::Os,
        &[("/etc/os-release", "PRETTY_NAME=\"Some Linux 12\"\nNAME='Some Linux'\nVERSION_ID=12\nID=\n")],
        &[("os.name", "Some Linux"), ("os.version", "12"), ("os.description", "Some Linux 12")],
    );
    check(Detector::Host, &[], &[]);
    check(Detector::Os, &[("/etc/os-release", "\u{0}nonsense")], &[]);
}

#[test]
fn this_process() {
    let (_folder, system) = system(&[]);
    let found = Detector::Process.detect(&system);
    assert_eq!(found[0], KeyValue::new("process.pid", i64::from(std::process::id())));
    assert_eq!(found.len(), 3);
}
