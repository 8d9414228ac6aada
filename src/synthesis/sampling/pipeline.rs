//! Work in three stages at once: parts are made one after the other, encoded on all cores, and
//! written in their order.

use ground::error::Result;
use std::io;
use std::sync::mpsc::{Receiver, sync_channel};

/// Takes parts from `make` on this thread until there are none, `encode`s them on the threads of
/// the pool and hands them to `append` on a thread of its own, in the order in which they were
/// made.
/// At most `ahead` parts and two more exist at a time.
///
/// The outer error is that of `encode` or `append`, the inner one that of `make`; nothing is made
/// or appended after either.
pub(super) fn pipeline<Raw: Send, Part: Send>(
    ahead: usize,
    mut make: impl FnMut() -> Result<Option<Raw>>,
    encode: impl Fn(Raw) -> io::Result<Part> + Sync,
    mut append: impl FnMut(Part) -> io::Result<()> + Send,
) -> io::Result<Result<()>> {
    let (queue, ordered) = sync_channel::<Receiver<io::Result<Part>>>(ahead);
    std::thread::scope(|threads| {
        let writer = threads.spawn(move || {
            ordered.into_iter().try_for_each(|part| {
                let part = part.recv().map_err(|_| io::Error::other("a part was lost"))?;
                append(part?)
            })
        });
        let encode = &encode;
        let made = rayon::in_place_scope(move |pool| {
            while let Some(raw) = make()? {
                let (done, part) = sync_channel(1);
                // Nobody takes it: the writer has met an error, which is the one to tell.
                if queue.send(part).is_err() {
                    break;
                }
                // The same holds for a part that nobody waits for.
                pool.spawn(move |_| drop(done.send(encode(raw))));
            }
            Ok(())
        });
        let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.map(|()| made)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::error::Error;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn counted(to: usize) -> impl FnMut() -> Result<Option<usize>> {
        let mut numbers = 0..to;
        move || Ok(numbers.next())
    }

    #[test]
    fn parts_come_in_their_order_however_long_they_take() {
        let slow = |number: usize| {
            std::thread::sleep(std::time::Duration::from_micros((number * 7919 % 13) as u64 * 100));
            Ok(2 * number)
        };
        let mut seen = Vec::new();
        let keep = |part| {
            seen.push(part);
            Ok(())
        };
        pipeline(3, counted(200), slow, keep).unwrap().unwrap();
        assert_eq!(seen, (0..200).map(|number| 2 * number).collect::<Vec<_>>());
    }

    #[test]
    fn few_parts_exist_at_a_time() {
        let (made, written) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let most = AtomicUsize::new(0);
        let mut numbers = counted(100);
        let make = || {
            let number = numbers()?;
            let alive = made.fetch_add(1, Ordering::SeqCst) + 1 - written.load(Ordering::SeqCst);
            most.fetch_max(alive, Ordering::SeqCst);
            Ok(number)
        };
        let append = |_| {
            std::thread::sleep(std::time::Duration::from_millis(1));
            written.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        pipeline(4, make, Ok, append).unwrap().unwrap();
        let most = most.into_inner();
        assert!((2..=4 + 2).contains(&most), "{most}");
    }

    #[test]
    fn an_error_ends_the_work_whoever_has_it() {
        let full = |part| if part == 5 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) };
        let error = pipeline(2, counted(usize::MAX), Ok, full).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        let broken = |part| if part == 5 { Err(io::Error::other("no")) } else { Ok(part) };
        assert!(pipeline(2, counted(usize::MAX), broken, |_| Ok(())).is_err());
        let mut left = 5;
        let lost = || {
            left -= 1;
            if left > 0 { Ok(Some(left)) } else { Err(Error::Device("lost".into())) }
        };
        assert!(matches!(pipeline(2, lost, Ok, |_| Ok(())), Ok(Err(Error::Device(_)))));
    }
}
