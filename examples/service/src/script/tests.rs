use std::time::Duration;

use metrics_catalog::execution::ExecutionStatus;

use super::*;

/// Scripts run on a thread with the workers' stack; the test fails, rather than waits, when one never ends.
fn run_with(limits: Limits, script: &str) -> Run {
    let (sender, receiver) = std::sync::mpsc::channel();
    let owned = script.to_owned();
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || sender.send(Runner::new(limits).run(&owned, &Arc::new(Memory::from_now()))))
        .unwrap();
    receiver.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|error| panic!("`{script}` did not end: {error}"))
}

fn run(script: &str) -> Run {
    run_with(Limits::patient(), script)
}

fn completes(script: &str, result: &str) {
    assert_eq!(run(script).outcome, Outcome::Completed(result.to_owned()), "{script}");
}

fn fails(script: &str, class: FailureClass, message: &str) {
    match run(script).outcome {
        Outcome::Failed(failure) => {
            assert_eq!(failure.class, class, "{script}: {}", failure.message);
            assert!(failure.message.contains(message), "{script}: {}", failure.message);
        }
        Outcome::Completed(result) => panic!("`{script}` completed with {result}"),
    }
}

#[test]
fn scripts_that_complete() {
    completes("40 + 2", "42");
    completes("", "");
    completes("fn double(x) { x * 2 } double(21)", "42");
    completes("let list = [3, 1, 2]; list.sort(); list", "[1, 2, 3]");
    completes("let x = 1; try { throw 2 } catch (e) { x = e } x", "2");
    completes("print(\"nothing is printed\"); debug(1); 1", "1");
}

#[test]
fn errors_of_the_script() {
    fails("let x = ;", FailureClass::ScriptError, "Syntax error");
    fails("throw \"no stock\"", FailureClass::ScriptError, "no stock");
    fails("1 / 0", FailureClass::ScriptError, "zero");
    fails("\"a\" - 1", FailureClass::ScriptError, "Function not found");
    fails("fn f() { throw 1 } f()", FailureClass::ScriptError, "f");
    fails("import \"/etc/passwd\" as p;", FailureClass::ScriptError, "");
    fails("sleep(10)", FailureClass::ScriptError, "not available");
    fails("sleep(0.5)", FailureClass::ScriptError, "not available");
}

#[test]
fn too_much_data() {
    let growing_string = "let s = \"x\"; loop { s += s; }";
    let growing_array = "let a = []; loop { a.push(1); }";
    let growing_map = "let m = #{}; let i = 0; loop { m.set(i.to_string(), i); i += 1; }";
    let deep = "fn down(n) { down(n + 1) } down(0)";
    for script in [growing_string, growing_array, growing_map, deep] {
        fails(script, FailureClass::ResourceLimit, "");
    }
    fails("blob(1000000000)", FailureClass::ResourceLimit, "");
    fails("let a = []; a.pad(1000000000, 0);", FailureClass::ResourceLimit, "");
}

/// The interpreter's own limits let these grow: without the limit on memory they end, if at all, at another one.
#[test]
fn copies_that_the_interpreter_does_not_count() {
    let elements = "let big = []; big.pad(2000, 0); let all = []; all.pad(2000, 0); let i = 0;
        loop { all[i % 2000] = big; i += 1; }";
    let entries = "let big = []; big.pad(1000, 0); let all = #{}; let i = 0;
        loop { all[i.to_string()] = big; i += 1; }";
    let closures = "let big = []; big.pad(1900, 0); let f = |x| x;
        loop { f = f.curry(big); }";
    for script in [elements, entries, closures] {
        fails(script, FailureClass::ResourceLimit, "memory limit reached");
        // The limit is 16, and one step takes little more.
        let held = held_by(script);
        assert!((16.0..17.0).contains(&held), "{script}: {held}");
    }
}

/// The most that a run of `script` held, in MiB.
fn held_by(script: &str) -> f64 {
    let owned = script.to_owned();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let memory = Arc::new(Memory::from_now());
            Runner::new(Limits::patient()).run(&owned, &memory);
            sender.send(memory.peak_mebibytes())
        })
        .unwrap();
    receiver.recv_timeout(Duration::from_secs(30)).unwrap()
}

#[test]
fn a_script_answers_only_for_its_own_memory() {
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        // More than any script may hold, taken and given back all the time.
        while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            std::hint::black_box(vec![1_u8; 64 << 20]);
        }
    });
    for _ in 0..20 {
        completes("let n = 0; for i in 0..1000 { n += i; } n", "499500");
    }
    drop(stop);
    other.join().unwrap();
}

#[test]
fn a_limit_cannot_be_caught() {
    let script = "try { let a = []; loop { a.push(1); } } catch { 1 }";
    fails(script, FailureClass::ResourceLimit, "");
}

#[test]
fn an_endless_script_stops_at_its_operations() {
    let run = run("loop { }");
    let Outcome::Failed(failure) = run.outcome else {
        panic!("{run:?}");
    };
    assert_eq!(failure.class, FailureClass::Timeout);
    assert_eq!(failure.message, "operation limit reached");
    assert!(run.operations >= Limits::default().operations, "{}", run.operations);
}

#[test]
fn an_endless_script_stops_at_its_time() {
    let limits = Limits { operations: u64::MAX, time: Duration::from_millis(20), ..Limits::patient() };
    let Outcome::Failed(failure) = run_with(limits, "loop { }").outcome else {
        panic!("an endless script ended");
    };
    assert_eq!(failure.class, FailureClass::Timeout);
    assert_eq!(failure.message, "time limit reached");
}

#[test]
fn each_class_has_its_labels() {
    let labels = |class: FailureClass| {
        let failure = Failure { class, message: String::new() };
        (Outcome::Failed(failure).status(), class.error_type())
    };
    assert_eq!(labels(FailureClass::ScriptError), (ExecutionStatus::Failed, "script_error"));
    assert_eq!(labels(FailureClass::ResourceLimit), (ExecutionStatus::Failed, "resource_limit"));
    assert_eq!(labels(FailureClass::Timeout), (ExecutionStatus::Timeout, "timeout"));
    assert_eq!(labels(FailureClass::SystemError), (ExecutionStatus::Error, "system_error"));
    assert_eq!(Run::crashed().outcome.status(), ExecutionStatus::Error);
}

#[test]
fn long_results_are_shortened() {
    let Outcome::Completed(result) = run("let s = \"\"; s.pad(5000, 'é'); s").outcome else {
        panic!("it failed");
    };
    assert_eq!(result.chars().count(), 201);
}
