use metrics_catalog::rate_limit::RateGroup;

use super::{store::MAX_CLIENTS, *};

fn identity(group: RateGroup, client: &str) -> Identity {
    Identity { group, client: client.to_owned(), authenticated: false }
}

/// Checks `times` times at one moment and returns how often the answer was yes.
fn allowed(limiter: &Limiter<MemoryStore>, who: &Identity, now: Instant, times: usize) -> usize {
    (0..times).filter(|_| limiter.check(who, "/scripts", now) == Decision::Allowed).count()
}

#[test]
fn a_burst_then_the_lasting_rate() {
    let limiter = Limiter::new(MemoryStore::default());
    let who = identity(RateGroup::Public, "a");
    let start = Instant::now();
    assert_eq!(allowed(&limiter, &who, start, 50), 10);
    assert_eq!(limiter.check(&who, "/scripts", start), Decision::Rejected { retry_after: Duration::from_millis(200) });
    assert_eq!(allowed(&limiter, &who, start + Duration::from_secs(1), 50), 5);
    assert_eq!(allowed(&limiter, &who, start + Duration::from_secs(60), 50), 10);
}

#[test]
fn a_rejected_check_takes_nothing() {
    let limiter = Limiter::new(MemoryStore::default());
    let who = identity(RateGroup::Public, "a");
    let start = Instant::now();
    allowed(&limiter, &who, start, 10);
    for step in 1..=19 {
        let now = start + Duration::from_millis(step * 10);
        assert_eq!(allowed(&limiter, &who, now, 1), 0, "{step}");
    }
    assert_eq!(allowed(&limiter, &who, start + Duration::from_millis(201), 5), 1);
}

#[test]
fn a_clock_that_goes_back_gives_nothing() {
    let limiter = Limiter::new(MemoryStore::default());
    let who = identity(RateGroup::Public, "a");
    let earlier = Instant::now();
    let start = earlier + Duration::from_secs(30);
    assert_eq!(allowed(&limiter, &who, start, 50), 10);
    assert_eq!(allowed(&limiter, &who, earlier, 50), 0);
}

#[test]
fn clients_and_groups_have_buckets_of_their_own() {
    let limiter = Limiter::new(MemoryStore::default());
    let now = Instant::now();
    let clients = [
        (RateGroup::Public, "a", 10),
        (RateGroup::Public, "b", 10),
        (RateGroup::Api, "a", 40),
        (RateGroup::Execution, "a", 60),
        (RateGroup::Auth, "a", 20),
        (RateGroup::Sse, "a", 10),
        (RateGroup::WebSocket, "a", 10),
        (RateGroup::Admin, "a", 100),
    ];
    for (group, client, expected) in clients {
        let who = identity(group, client);
        assert_eq!(allowed(&limiter, &who, now, 100), expected, "{group:?} {client}");
    }
}

#[test]
fn the_store_stays_bounded_and_keeps_the_latest() {
    let limiter = Limiter::new(MemoryStore::default());
    let start = Instant::now();
    for client in 0..MAX_CLIENTS * 2 {
        // All within the time in which a bucket with one token missing is not full again.
        let now = start + Duration::from_micros(u64::try_from(client).unwrap());
        let who = identity(RateGroup::Public, &format!("client-{client}"));
        assert_eq!(limiter.check(&who, "/scripts", now), Decision::Allowed);
    }
    let store = limiter.store.lock().unwrap();
    assert!(store.len() <= MAX_CLIENTS, "{}", store.len());
    let last = identity(RateGroup::Public, &format!("client-{}", MAX_CLIENTS * 2 - 1));
    assert!(store.read(&last.key()).is_some());
}

#[test]
fn full_buckets_make_room_first() {
    let limiter = Limiter::new(MemoryStore::default());
    let start = Instant::now();
    for client in 0..MAX_CLIENTS - 1 {
        limiter.check(&identity(RateGroup::Public, &client.to_string()), "/scripts", start);
    }
    let later = start + Duration::from_secs(1);
    let busy = identity(RateGroup::Public, "busy");
    assert_eq!(allowed(&limiter, &busy, later, 10), 10);
    allowed(&limiter, &identity(RateGroup::Public, "new"), later, 1);
    assert_eq!(limiter.store.lock().unwrap().len(), 2);
    assert_eq!(allowed(&limiter, &busy, later, 1), 0);
}

#[test]
fn identities_from_headers() {
    let check = |headers: &[(&'static str, &str)], expected: Identity| {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                let name = http::HeaderName::from_static(name);
                (name, http::HeaderValue::from_str(value).unwrap())
            })
            .collect();
        assert_eq!(Identity::from_headers(&headers), expected);
    };
    check(&[], identity(RateGroup::Public, "anonymous"));
    check(&[("x-client-group", "websocket"), ("x-client-id", "a")], identity(RateGroup::WebSocket, "a"));
    check(
        &[("x-client-group", "root"), ("x-client-id", &"x".repeat(1000))],
        identity(RateGroup::Public, &"x".repeat(64)),
    );
    check(
        &[("x-client-group", "api"), ("x-api-key", "secret")],
        Identity { authenticated: true, ..identity(RateGroup::Api, "anonymous") },
    );
}
