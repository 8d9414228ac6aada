//! The memory of the process.

/// The largest resident memory of this process so far (or since [`forget_peak`]), in bytes.
/// None where the system does not report it.
pub fn peak_resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    kilobytes(&status, "VmHWM:").map(|kilobytes| kilobytes * 1024)
}

/// Starts a new peak, so that the figure of one backend does not include the one before.
/// Where the system refuses, the peak is that of both.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn kilobytes(status: &str, key: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status() {
        assert_eq!(
            kilobytes("Name:\tx\nVmHWM:\t   12345 kB\nVmRSS:\t 1 kB\n", "VmHWM:"),
            Some(12_345)
        );
        assert_eq!(kilobytes("Name:\tx\n", "VmHWM:"), None);
        if cfg!(target_os = "linux") {
            assert!(peak_resident().is_some_and(|bytes| bytes > 1 << 20));
        }
    }
}
