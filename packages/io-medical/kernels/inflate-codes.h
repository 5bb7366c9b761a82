// The decoder of inflate.c for elements of type T, included once for bytes and once for 16-bit symbols.

#define STORE_LITERALS NAME(store_literals)
INLINE void STORE_LITERALS(T *out, u32 entry) {
  const u32 x = entry >> 8;
  if (sizeof(T) == 1) STORE32(out, x);
  else STORE64(out, (u64)(x & 0xff) | (u64)(x & 0xff00) << 8 | (u64)(x & 0xff0000) << 16);
}

// `length` elements from `distance` elements before; may write 31 bytes more.
INLINE void NAME(copy)(T *to, u32 distance, u32 length) {
  const T *from = to - distance;
  T *const end = to + length;
  enum { LANES = 16 / sizeof(T) };
  if (LIKELY(distance >= LANES)) {
    do {
      *(v16 *)to = *(const v16 *)from;
      to += LANES, from += LANES;
    } while (to < end);
  } else if (distance * sizeof(T) <= 2 || distance == 2) {
    // A voxel or half of one repeated, as in air.
    u32 x = sizeof(T) == 1 ? (distance == 1 ? from[0] * 0x0101u : from[0] | from[1] << 8) : from[0];
    x |= (sizeof(T) == 2 && distance == 2 ? from[1] : x) << 16;
    const u32 xs __attribute__((vector_size(16))) = {x, x, x, x};
    do {
      *(v16 *)to = (v16)xs;
      to += LANES;
    } while (to < end);
  } else {
    do {
      to[0] = from[0], to[1] = from[1], to[2] = from[2];
      to += 3, from += 3;
    } while (to < end);
  }
}

// The codes of one block.
static int NAME(decode_codes)(void) {
  const u8 *in = s.in;
  const u8 *const in_last = s.in_end - 32;
  T *out = (T *)s.out;
  T *const out_last = (T *)s.out_end - OUT_MARGIN;
  T *const valid = (T *)s.valid;
  u64 hold = s.hold;
  int bits = s.bits, result;
  const u32 literal_mask = (1 << LITERAL_BITS) - 1;
  bits &= 63;
  REFILL();
  u32 e = literals[hold & literal_mask];
  for (;;) {
    if (UNLIKELY(in > in_last)) { result = NEED_INPUT; break; }
    if (UNLIKELY(out > out_last)) { result = OUT_FULL; break; }
    // Here 56 bits are at hand and e is the entry of the lowest of them.
#define LITERALS STORE_LITERALS(out, e); out += e >> 6 & 3; DROP(e & 63); e = literals[hold & literal_mask];
    if (e & 192) {
      LITERALS
      if (e & 192) {
        LITERALS
        if (e & 192) {
          LITERALS
          REFILL(); // does not change e: the bits it came from are kept
          continue;
        }
        REFILL();
      }
    }
    // 45 bits or more are left: enough for a length and a code of a distance, though perhaps not for its extra bits.
    u64 before = hold;
    if (UNLIKELY(e & SPECIAL)) {
      if (!(e & SUBTABLE)) {
        DROP(e & 63);
        result = e >> 16 ? BLOCK_END : BAD;
        break;
      }
      e = literals[(e >> 16) + (hold >> LITERAL_BITS & ((1u << (e >> 8 & 15)) - 1))];
      if (e & 192) {
        LITERALS
        REFILL();
        continue;
      }
      if (UNLIKELY(e & SPECIAL)) {
        DROP(e & 63);
        result = e >> 16 ? BLOCK_END : BAD;
        break;
      }
    }
    const u32 length = (e >> 16) + (u32)((before & ((1u << (e & 63)) - 1)) >> (e >> 8 & 15));
    DROP(e & 63);
    u32 d = distances[hold & ((1 << DISTANCE_BITS) - 1)];
    if (UNLIKELY(d & SPECIAL)) {
      if (d & SUBTABLE) d = distances[(d >> 16) + (hold >> DISTANCE_BITS & ((1u << (d >> 8 & 15)) - 1))];
      if (d & SPECIAL) { result = BAD; break; }
    }
    if (UNLIKELY(bits < (int)(d & 63))) REFILL();
    const u32 distance = (d >> 16) + (u32)((hold & ((1u << (d & 63)) - 1)) >> (d >> 8 & 15));
    DROP(d & 63);
    if (UNLIKELY(distance > (u32)(out - valid))) { result = BAD; break; }
    // The next entry is looked up before the bits are filled up, where there are enough: the two do not wait for one another.
    if (UNLIKELY(bits < LITERAL_BITS)) REFILL();
    e = literals[hold & literal_mask];
    REFILL();
    NAME(copy)(out, distance, length);
    out += length;
  }
#undef LITERALS
  // Whole bytes go back.
  in -= bits >> 3;
  bits &= 7;
  hold &= (1u << bits) - 1;
  s.in = in, s.hold = hold, s.bits = bits, s.out = (u8 *)out;
  return result;
}

static int NAME(decode_stored)(void) {
  for (;;) {
    u32 n = s.stored;
    const u32 room = (T *)s.out_end - (T *)s.out - OUT_MARGIN, there = s.in_end - s.in;
    if (n == 0) return BLOCK_END;
    if ((int)room <= 0) return OUT_FULL;
    if (there == 0) return NEED_INPUT;
    if (n > room) n = room;
    if (n > there) n = there;
    T *out = (T *)s.out;
    for (u32 i = 0; i < n; i++) out[i] = s.in[i];
    s.in += n, s.out = (u8 *)(out + n), s.stored -= n;
  }
}

// From the start of a block, or from where it stopped, to the end of that block.
static int NAME(decode)(void) {
  if (s.mode == AT_HEADER) {
    if (s.in_end - s.in < IN_MARGIN) return NEED_INPUT;
    const u8 *in = s.in;
    u64 hold = s.hold;
    int bits = s.bits;
    REFILL();
    s.final = hold & 1;
    const int type = hold >> 1 & 3;
    DROP(3);
    if (type == 3) return BAD;
    if (type == 2) {
      int nlit, ndist;
      if (!read_lengths(&in, &hold, &bits, &nlit, &ndist)) return BAD;
      if (!build(lengths, nlit, literals, LITERAL_BITS, 1)) return BAD;
      join_literals();
      if (!build(lengths + nlit, ndist, distances, DISTANCE_BITS, 0)) return BAD;
    }
    if (type == 1 && !fixed_tables()) return BAD;
    in -= bits >> 3, bits &= 7, hold &= (1u << bits) - 1;
    if (type == 0) {
      const u32 size = in[0] | in[1] << 8;
      if (size != ((in[2] | in[3] << 8) ^ 0xffff)) return BAD;
      in += 4, bits = 0, hold = 0;
      s.stored = size;
    }
    s.in = in, s.hold = hold, s.bits = bits;
    s.mode = type == 0 ? IN_STORED : IN_CODES;
  }
  const int result = s.mode == IN_STORED ? NAME(decode_stored)() : NAME(decode_codes)();
  if (result != BLOCK_END) return result;
  s.mode = AT_HEADER;
  return s.final ? FINAL_END : BLOCK_END;
}
#undef STORE_LITERALS
