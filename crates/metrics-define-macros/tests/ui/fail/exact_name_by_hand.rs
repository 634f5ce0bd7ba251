//! MC001: a definition that is written by hand keeps to the rule for exact names as well.

use metrics_define::{DomainDef, Kind, MetricDef, Naming};

static SHOP: DomainDef = DomainDef::new("shop", "shop/shop", "1.0.0", "Shop", "The shop", Naming::Units);

static COST: MetricDef = MetricDef::new(&SHOP, "shop.cost", Kind::Counter, "{EUR}", "Cost").with_prometheus("shop:cost");

static UP: MetricDef = MetricDef::new(&SHOP, "shop.up", Kind::Gauge, "1", "Whether it is open").with_prometheus("up");

fn main() {}
