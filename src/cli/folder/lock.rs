//! One process at a time writes to a folder.

use ground::error::{Error, Place, Result};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Takes a folder for this process; the system lets it go when the process ends, however it ends.
/// None where there is no such folder yet, or the system cannot lock one: there two runs are not
/// kept apart.
pub(super) fn lock(path: &Path) -> Result<Option<File>> {
    let Ok(room) = File::open(path.join("private")) else { return Ok(None) };
    match room.try_lock() {
        Ok(()) => Ok(Some(room)),
        Err(TryLockError::Error(_)) => Ok(None),
        Err(TryLockError::WouldBlock) => {
            let process = match holder(&room) {
                Some(id) => format!("another process ({id})"),
                None => "another process".to_owned(),
            };
            let problem = format!("{process} writes to this folder");
            let remedy = "wait for it, end it, or choose another with --out DIR";
            Err(Error::input(Place::file(path), problem, remedy))
        }
    }
}

/// The process that has locked a folder, where the system tells.
#[cfg(target_os = "linux")]
fn holder(room: &File) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let inode = room.metadata().ok()?.ino();
    held_by(&std::fs::read_to_string("/proc/locks").ok()?, inode)
}

#[cfg(not(target_os = "linux"))]
fn holder(_room: &File) -> Option<u32> {
    None
}

/// Whose lock of a file there is in a list of the system; none where two files have its number on
/// two file systems, or where the process is one that cannot be seen from here.
#[cfg(target_os = "linux")]
fn held_by(locks: &str, inode: u64) -> Option<u32> {
    // Such as `1: FLOCK  ADVISORY  WRITE 4711 08:02:131 0 EOF`.
    let holder = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, "WRITE", process, place, ..] = words[..] else { return None };
        (place.rsplit(':').next()?.parse() == Ok(inode)).then_some(process.parse().ok()?)
    };
    let mut holders = locks.lines().filter_map(holder);
    let first = holders.next().filter(|process| *process > 0);
    first.filter(|_| holders.next().is_none())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::held_by;

    #[test]
    fn a_lock_is_that_of_one_process() {
        let locks = "1: POSIX  ADVISORY  WRITE 1 08:02:7 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 4711 08:02:131 0 EOF\n\
                     2: -> FLOCK  ADVISORY  WRITE 4712 08:02:131 0 EOF\n\
                     3: FLOCK  ADVISORY  READ 3 08:02:8 0 EOF\n\
                     4: FLOCK  ADVISORY  WRITE 0 08:02:9 0 EOF\n\
                     5: FLOCK  ADVISORY  WRITE 5 08:02:10 0 EOF\n\
                     6: FLOCK  ADVISORY  WRITE 6 08:03:10 0 EOF\n";
        let found = [131, 7, 8, 9, 10, 11].map(|inode| held_by(locks, inode));
        assert_eq!(found, [Some(4711), None, None, None, None, None]);
    }
}
