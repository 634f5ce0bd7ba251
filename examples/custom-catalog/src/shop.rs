//! What the shop does all day.

use mail_queue::{Mail, MailQueue};
use metrics_catalog::http::{self, Method};

use crate::metrics::orders::{Payment, PlacedTotal, Value};

/// Three orders, one of which gets no mail: the queue has room for two.
pub(crate) fn open_for_a_day() {
    let mut mails = MailQueue::new(2);
    order(&mut mails, Payment::Card, 12.5);
    order(&mut mails, Payment::Card, 80.0);
    order(&mut mails, Payment::Invoice, 240.0);
    mails.deliver(|_mail| true);
}

fn order(mails: &mut MailQueue, payment: Payment, value: f64) {
    let _in_flight = http::ConnectionsActive.track();
    PlacedTotal { payment, returning: true }.inc();
    Value { payment }.record(value);
    let mail = Mail { to: "customer@example.org".to_owned(), text: "Thank you".to_owned() };
    // An order is an order, also when there is no room for the mail; the queue has counted that.
    let _ = mails.push(mail);
    http::RequestsTotal { method: Method::Post, endpoint: "/orders", status: "201" }.inc();
}
