//! Undoes the `aws-chunked` content encoding: uploads come as chunks with a signature or a checksum trailer, the storage wants the plain bytes.
//! Signatures are not checked, because the simulator accepts any credentials.

use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

/// A request body whose chunk framing is taken off while it streams.
pub(crate) struct Unchunked {
    inner: Incoming,
    decoder: Decoder,
    /// Bytes of content still to come, as the request announced them.
    remaining: u64,
}

impl Unchunked {
    pub(crate) fn new(inner: Incoming, length: u64) -> Self {
        Self { inner, decoder: Decoder::default(), remaining: length }
    }
}

impl Body for Unchunked {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        loop {
            match Pin::new(&mut self.inner).poll_frame(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) if self.remaining > 0 => {
                    self.remaining = 0;
                    return Poll::Ready(Some(Err("the upload ended before its announced length".into())));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error.into()))),
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else { continue };
                    match self.decoder.feed(&data) {
                        Err(reason) => return Poll::Ready(Some(Err(reason.into()))),
                        Ok(plain) if plain.is_empty() => {}
                        Ok(plain) => {
                            self.remaining = self.remaining.saturating_sub(plain.len() as u64);
                            return Poll::Ready(Some(Ok(Frame::data(plain.into()))));
                        }
                    }
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}

#[derive(Debug, Default)]
struct Decoder {
    state: State,
    /// The part of a size line that has come so far.
    line: Vec<u8>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Within `SIZE[;chunk-signature=…]\r\n`.
    #[default]
    Size,
    /// Within a chunk, so many bytes to go.
    Data(u64),
    /// Within the `\r\n` after a chunk, so many bytes to go.
    End(u8),
    /// After the last chunk: trailers.
    Trailers,
}

impl Decoder {
    fn feed(&mut self, mut data: &[u8]) -> Result<Vec<u8>, String> {
        let mut plain = Vec::with_capacity(data.len());
        while let Some((first, rest)) = data.split_first() {
            match self.state {
                State::Size if *first == b'\n' => {
                    let line = String::from_utf8_lossy(&self.line).into_owned();
                    self.line.clear();
                    let size = line.trim_end().split(';').next().unwrap_or_default();
                    let size = u64::from_str_radix(size, 16).map_err(|_| format!("\"{size}\" is no chunk size"))?;
                    self.state = if size == 0 { State::Trailers } else { State::Data(size) };
                    data = rest;
                }
                State::Size => {
                    if self.line.len() >= 256 {
                        return Err("a chunk's size line is too long".into());
                    }
                    self.line.push(*first);
                    data = rest;
                }
                State::Data(left) => {
                    let take = usize::try_from(left).unwrap_or(usize::MAX).min(data.len());
                    plain.extend_from_slice(&data[..take]);
                    data = &data[take..];
                    let left = left - take as u64;
                    self.state = if left == 0 { State::End(2) } else { State::Data(left) };
                }
                State::End(left) => {
                    self.state = if left <= 1 { State::Size } else { State::End(left - 1) };
                    data = rest;
                }
                State::Trailers => break,
            }
        }
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framing_is_taken_off_wherever_the_stream_is_cut() {
        let whole = b"5;chunk-signature=abc\r\nhello\r\n7\r\n, world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
        for cut in 0..whole.len() {
            let mut decoder = Decoder::default();
            let mut plain = decoder.feed(&whole[..cut]).unwrap();
            plain.extend(decoder.feed(&whole[cut..]).unwrap());
            assert_eq!(plain, b"hello, world", "cut at {cut}");
        }
        assert!(Decoder::default().feed(b"nonsense\r\n").is_err());
    }
}
