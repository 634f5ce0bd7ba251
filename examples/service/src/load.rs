//! The built-in load: several clients that post real scripts over HTTP, each at its own pace.

mod client;
mod scripts;
mod tally;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinSet};

pub(crate) use self::tally::{Counts, Outcome};
use self::{
    client::{Client, Profile},
    scripts::{HOSTILE, USUAL},
    tally::Tally,
};

/// A load that runs until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Load {
    tally: Arc<Tally>,
    running: watch::Sender<bool>,
    clients: JoinSet<()>,
}

impl Load {
    /// Starts the clients against the service at `address`, on the runtime this is called from.
    pub(crate) fn start(address: SocketAddr) -> Self {
        let tally = Arc::new(Tally::default());
        let (running, stopped) = watch::channel(true);
        let mut clients = JoinSet::new();
        for profile in PROFILES {
            for number in 1..=profile.clients {
                let client = Client::new(address, profile, number, Arc::clone(&tally));
                clients.spawn(client.run(stopped.clone()));
            }
        }
        Self { tally, running, clients }
    }

    /// What the answers said so far.
    pub(crate) fn counts(&self) -> Counts {
        self.tally.counts()
    }

    /// Lets every client finish the request it waits for; those that take longer than `within` are cut off.
    pub(crate) async fn stop(mut self, within: Duration) -> Counts {
        self.running.send_replace(false);
        let all_done = async { while self.clients.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(within, all_done).await;
        self.tally.counts()
    }
}

/// Some 240 requests a second. The two shoppers ask for four times what their group may have; all others stay within
/// their limits.
const PROFILES: &[Profile] = &[
    Profile {
        name: "batch",
        group: "execution",
        clients: 4,
        pause: Duration::from_millis(40),
        api_key: true,
        scripts: USUAL,
    },
    Profile {
        name: "intruder",
        group: "execution",
        clients: 1,
        pause: Duration::from_millis(700),
        api_key: false,
        scripts: HOSTILE,
    },
    Profile {
        name: "partner",
        group: "api",
        clients: 2,
        pause: Duration::from_millis(50),
        api_key: true,
        scripts: USUAL,
    },
    Profile {
        name: "shopper",
        group: "public",
        clients: 2,
        pause: Duration::from_millis(50),
        api_key: false,
        scripts: USUAL,
    },
    Profile {
        name: "operator",
        group: "admin",
        clients: 1,
        pause: Duration::from_millis(50),
        api_key: true,
        scripts: USUAL,
    },
    Profile {
        name: "login",
        group: "auth",
        clients: 2,
        pause: Duration::from_millis(150),
        api_key: false,
        scripts: USUAL,
    },
    Profile {
        name: "feed",
        group: "sse",
        clients: 2,
        pause: Duration::from_millis(150),
        api_key: false,
        scripts: USUAL,
    },
    Profile {
        name: "chat",
        group: "websocket",
        clients: 2,
        pause: Duration::from_millis(150),
        api_key: false,
        scripts: USUAL,
    },
];
