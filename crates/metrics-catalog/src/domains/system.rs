use metrics_define::domain;

#[domain(title = "System Metrics", crate = metrics_define)]
#[allow_lint(
    MC023,
    reason = "the seed documents' names; the conventions' own names are others, and both can be recorded"
)]
pub mod system {
    //! Host resources.
    //!
    //! All three are observed: the callback reads the host when a scrape or a push collects, and nothing runs in between.

    /// CPU usage
    #[observable_gauge(name = "system.cpu.usage", unit = "%")]
    #[allow_lint(MC012, reason = "the seed document's name in Prometheus ends in `_percent`")]
    pub struct CpuUsage;

    /// Memory usage
    #[observable_gauge(name = "system.memory.usage", unit = "By")]
    pub struct MemoryUsage;

    /// Disk usage
    #[observable_gauge(name = "system.disk.usage", unit = "By")]
    pub struct DiskUsage<'a> {
        /// Where the file system is mounted.
        #[label(example = "/", max_values = 32)]
        pub mount_point: &'a str,
    }
}
