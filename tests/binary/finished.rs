//! What a process left behind: its exit code and its two streams.

use serde_json::Value;
use std::process::Output;

/// A process that has ended.
pub struct Finished {
    line: String,
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Finished {
    pub fn of(line: &str, output: Output) -> Self {
        let stderr = String::from_utf8(output.stderr).expect("stderr is UTF-8");
        assert!(!stderr.contains("panicked"), "{line}: {stderr}");
        Self { line: line.to_owned(), code: output.status.code(), stdout: output.stdout, stderr }
    }

    /// The same process, which must have succeeded.
    pub fn good(self) -> Self {
        assert_eq!(self.code, Some(0), "{}: {}", self.line, self.stderr);
        assert!(!self.stderr.contains("error"), "{}: {}", self.line, self.stderr);
        self
    }

    /// The same process, which must have succeeded and printed nothing on stdout.
    pub fn silent(self) -> Self {
        let finished = self.good();
        assert_eq!(finished.out(), "", "{}: talk on stdout", finished.line);
        finished
    }

    /// stdout as text.
    pub fn out(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("stdout is UTF-8")
    }

    /// The one JSON object on stdout, which must be the only thing there.
    pub fn json(&self) -> Value {
        let out = self.out();
        assert!(
            out.ends_with('\n') && out.lines().count() == 1,
            "{}: not one line: {out:?}",
            self.line
        );
        let value: Value = serde_json::from_str(out)
            .unwrap_or_else(|error| panic!("{}: {error}: {out}", self.line));
        assert!(value.is_object(), "{}: {value}", self.line);
        value
    }

    /// The one line of a refusal: it must have this exit code, nothing on stdout, and one line on
    /// stderr with all of `parts`.
    pub fn refused(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{}: {}", self.line, self.stderr);
        assert_eq!(self.out(), "", "{}", self.line);
        self.says(parts);
    }

    /// No arguments: help on stderr, exit code 2.
    pub fn says_help(&self) {
        assert_eq!((self.code, self.out()), (Some(2), ""), "{}", self.stderr);
        assert!(self.stderr.contains("Usage: mellizo"), "{}", self.stderr);
    }

    /// Arguments that the parser refuses: exit code 2, and `part` among its lines.
    pub fn says_usage(&self, part: &str) {
        assert_eq!(self.code, Some(2), "{}: {}", self.line, self.stderr);
        assert!(
            self.stderr.starts_with("error: ") && self.stderr.contains(part),
            "{}: {}",
            self.line,
            self.stderr
        );
    }

    /// stderr must be one line that starts with `error: ` and has all of `parts`.
    pub fn says(&self, parts: &[&str]) {
        let message = self
            .stderr
            .strip_suffix('\n')
            .unwrap_or_else(|| panic!("{}: no line on stderr", self.line));
        assert!(
            message.starts_with("error: ") && !message.contains('\n'),
            "{}: not one line: {message}",
            self.line
        );
        for part in parts {
            assert!(message.contains(part), "{}: {part:?} is not in: {message}", self.line);
        }
    }
}
