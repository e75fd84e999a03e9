//! The encoding of protocol buffers, as far as metrics need it.

/// How a field's value is written.
#[derive(Clone, Copy)]
enum Kind {
    Varint = 0,
    Eight = 1,
    Delimited = 2,
}

/// A message that is being written. Each function takes the number of a field and its value.
#[derive(Default)]
pub struct Message(Vec<u8>);

impl Message {
    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// A `uint32`, a `uint64`, an `enum`, or an `int32` or `int64` that is not negative.
    pub fn unsigned(&mut self, field: u32, value: u64) {
        self.key(field, Kind::Varint);
        self.varint(value);
    }

    /// A `sint32` or `sint64`: small numbers are short on both sides of zero.
    pub fn signed(&mut self, field: u32, value: i64) {
        self.unsigned(field, ((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    /// An `int64`.
    pub fn integer(&mut self, field: u32, value: i64) {
        self.unsigned(field, value.cast_unsigned());
    }

    /// A `double`.
    pub fn double(&mut self, field: u32, value: f64) {
        self.key(field, Kind::Eight);
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    /// A `string`.
    pub fn text(&mut self, field: u32, value: &str) {
        self.key(field, Kind::Delimited);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value.as_bytes());
    }

    /// A message.
    pub fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.key(field, Kind::Delimited);
        let begin = self.begin();
        write(self);
        self.end(begin);
    }

    /// Begins what is written behind its length; [`end`](Self::end) takes what this returns.
    pub fn begin(&mut self) -> usize {
        // Most lengths are one byte.
        self.0.push(0);
        self.0.len()
    }

    /// Ends what began.
    pub fn end(&mut self, begin: usize) {
        let length = self.0.len() - begin;
        if length < 0x80 {
            self.0[begin - 1] = length as u8;
            return;
        }
        let mut prefix = Self::default();
        prefix.varint(length as u64);
        self.0.splice(begin - 1..begin, prefix.0);
    }

    fn key(&mut self, field: u32, kind: Kind) {
        self.varint(u64::from(field << 3 | kind as u32));
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_those_of_the_format() {
        let mut message = Message::default();
        message.unsigned(1, 300);
        message.signed(2, -2);
        message.integer(3, -1);
        message.text(16, "ab");
        message.message(4, |inner| inner.double(1, 1.0));
        let minus_one = [0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        let wanted = [
            &[0x08, 0xac, 0x02, 0x10, 0x03][..],
            &minus_one,
            &[0x82, 0x01, 0x02, b'a', b'b', 0x22, 0x09, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
        ];
        assert_eq!(message.into_bytes(), wanted.concat());
    }

    #[test]
    fn a_long_message_has_a_long_length() {
        let mut message = Message::default();
        message.message(1, |inner| inner.text(2, &"x".repeat(200)));
        assert_eq!(message.into_bytes()[..7], [0x0a, 0xcb, 0x01, 0x12, 0xc8, 0x01, b'x']);
    }
}
