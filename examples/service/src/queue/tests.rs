use tokio::sync::Semaphore;

use super::*;
use crate::script::Limits;

async fn admitted(gate: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(gate).acquire_owned().await.unwrap()
}

#[tokio::test]
async fn answers_come_back() {
    let queue = Queue::start(2, 8, Runner::new(Limits::patient())).unwrap();
    let gate = Arc::new(Semaphore::new(8));
    for (script, expected) in [("1 + 1", "2"), ("\"a\" + \"b\"", "ab")] {
        let finished = queue.submit(script.to_owned(), admitted(&gate).await);
        let finished = finished.unwrap().await.unwrap();
        assert_eq!(finished.outcome, Outcome::Completed(expected.to_owned()));
    }
}

#[tokio::test]
async fn a_full_queue_refuses_and_gives_the_admission_back() {
    // Without a worker nothing leaves the queue.
    let (jobs, _kept) = mpsc::channel(2);
    let queue = Queue { jobs };
    let gate = Arc::new(Semaphore::new(8));
    let mut waiting = Vec::new();
    for _ in 0..2 {
        waiting.push(queue.submit(String::new(), admitted(&gate).await).unwrap());
    }
    let refused = queue.submit(String::new(), admitted(&gate).await);
    assert_eq!(refused.map(|_| ()), Err(QueueFull));
    assert_eq!(gate.available_permits(), 6);
}

#[tokio::test]
async fn a_client_that_went_away_is_not_served() {
    let (jobs, receiver) = mpsc::channel(2);
    let queue = Queue { jobs };
    let gate = Arc::new(Semaphore::new(2));
    for _ in 0..2 {
        drop(queue.submit("loop { }".to_owned(), admitted(&gate).await));
    }
    drop(queue);
    // Were one of them run, it would not end for an hour.
    let endless = Runner::new(Limits { operations: u64::MAX, time: Duration::from_secs(3600), ..Limits::patient() });
    let (done, over) = std::sync::mpsc::channel();
    thread::spawn(move || {
        worker::work(&Mutex::new(receiver), &endless);
        done.send(())
    });
    assert_eq!(over.recv_timeout(Duration::from_secs(20)), Ok(()));
    assert_eq!(gate.available_permits(), 2);
}
