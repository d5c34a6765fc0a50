//! How values stand on a sheet: one after the other, without names. What a reader and a writer of another
//! build may differ in is in the sheet's form ([`super::forms`]), which must be the same to the bit.
//!
//! The domain knows no serialisation, and the traits of a library can't be put on its types from here; so
//! this one is ours. Nothing else is written this way: what lasts has columns, and what goes out is JSON.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// A value that can stand on a sheet.
pub(in crate::store) trait Written: Sized {
    /// Puts it behind what is there.
    fn write(&self, out: &mut Vec<u8>);

    /// Takes it from the front; none where there is no such thing.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*bytes)
}

macro_rules! written_numbers {
    ($($number:ty),*) => {$(
        impl Written for $number {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                take(from).map(Self::from_le_bytes)
            }
        }
    )*};
}
written_numbers!(u8, u16, i8, i16, u32, i64);

impl<const N: usize> Written for [u8; N] {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        take(from)
    }
}

impl Written for bool {
    fn write(&self, out: &mut Vec<u8>) {
        u8::from(*self).write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        match u8::read(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<T: Written> Written for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        match bool::read(from)? {
            true => T::read(from).map(Some),
            false => Some(None),
        }
    }
}

fn write_length(length: usize, out: &mut Vec<u8>) {
    u32::try_from(length)
        .expect("nothing of four billion comes in over HTTP")
        .write(out);
}

fn read_length(from: &mut &[u8]) -> Option<usize> {
    usize::try_from(u32::read(from)?).ok()
}

impl<T: Written> Written for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let length = read_length(from)?;
        // Each takes a byte at least: a length that is wrong asks for no memory.
        let mut values = Self::with_capacity(length.min(from.len()));
        for _ in 0..length {
            values.push(T::read(from)?);
        }
        Some(values)
    }
}

impl Written for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let length = read_length(from)?;
        let (text, rest) = from.split_at_checked(length)?;
        *from = rest;
        std::str::from_utf8(text).map(str::to_owned).ok()
    }
}

/// Puts a text behind what is there.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    write_length(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

impl<T: Written, U: Written> Written for (T, U) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((T::read(from)?, U::read(from)?))
    }
}

impl Written for Uuid {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_bytes().write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        take(from).map(Self::from_bytes)
    }
}

/// To the microsecond, as the databases keep it.
impl Written for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_microsecond().write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Self::from_microsecond(i64::read(from)?).ok()
    }
}

impl Written for Date {
    fn write(&self, out: &mut Vec<u8>) {
        self.year().write(out);
        self.month().write(out);
        self.day().write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Self::new(i16::read(from)?, i8::read(from)?, i8::read(from)?).ok()
    }
}
