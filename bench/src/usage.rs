//! What processes cost, from `/proc`.

use std::error::Error;
use std::fs;

/// Clock ticks a second, as Linux tells them to everybody.
const TICKS: f64 = 100.0;

/// Seconds of processor time that a process has had, with those of its children that ended.
pub fn seconds_of(process: u32) -> f64 {
    let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else {
        return 0.0;
    };
    // The name may hold spaces; what follows its closing bracket does not.
    let fields: Vec<&str> = stat
        .rsplit_once(") ")
        .map_or_else(Vec::new, |(_, rest)| rest.split(' ').collect());
    let ticks = |place: usize| fields.get(place).and_then(|f| f.parse::<f64>().ok());
    [11, 12, 13, 14].into_iter().filter_map(ticks).sum::<f64>() / TICKS
}

/// The same of a process and all its children now.
pub fn seconds_with_children(process: u32) -> f64 {
    let path = format!("/proc/{process}/task/{process}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    let of_children = children
        .split_whitespace()
        .filter_map(|id| id.parse().ok())
        .map(seconds_of);
    seconds_of(process) + of_children.sum::<f64>()
}

/// Megabytes that a process has had resident at most, and has now.
///
/// # Errors
/// When it is gone.
pub fn resident(process: u32) -> Result<(f64, f64), Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kilobytes * 1024.0 / 1e6)
    };
    match (megabytes("VmHWM:"), megabytes("VmRSS:")) {
        (Some(peak), Some(now)) => Ok((peak, now)),
        _ => Err("no resident size".into()),
    }
}
