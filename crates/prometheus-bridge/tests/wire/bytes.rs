//! The parts that messages of protocol buffers are made of, taken from the front of some bytes.

pub(crate) fn delimited<'b>(bytes: &mut &'b [u8]) -> &'b [u8] {
    let length = usize::try_from(varint(bytes)).unwrap();
    let (field, rest) = bytes.split_at(length);
    *bytes = rest;
    field
}

pub(crate) fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

pub(crate) fn unfold(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}
