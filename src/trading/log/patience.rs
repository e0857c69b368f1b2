//! A file that cannot be opened because the process, or the machine, has no descriptor left: it is waited for. They
//! come back as connections end, and ending the process for want of one would close every lot of the house.

use rustix::io::Errno;
use std::io::{Error, Result};
use std::time::Duration;

const AGAIN_AFTER: Duration = Duration::from_millis(50);
/// Ten seconds: after them nothing comes back by itself, and a restart is the better hope.
const TRIES_MAX: u32 = 200;

/// The same once more, for as long as nothing but a descriptor is wanting.
pub fn patiently<T>(open: impl Fn() -> Result<T>) -> Result<T> {
    for tries in 1..TRIES_MAX {
        match open() {
            Err(error) if is_for_now(&error) => {
                if tries == 1 {
                    tracing::error!(%error, "a file of the log waits for a descriptor");
                }
                // Nobody tells of a descriptor that comes free.
                std::thread::park_timeout(AGAIN_AFTER);
            }
            done => return done,
        }
    }
    open()
}

fn is_for_now(error: &Error) -> bool {
    let wanting = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
    error.raw_os_error().is_some_and(|code| wanting.contains(&code))
}
