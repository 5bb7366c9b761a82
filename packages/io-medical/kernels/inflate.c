// Inflate (RFC 1951) for WebAssembly. Build: kernels/build.mjs.
//
// Decoding is table driven. One 64-bit load keeps at least 56 bits at hand; an entry of the literal table holds up to three
// literals where their codes fit into its index together. Copies are 16 bytes wide and may write beyond their end: the
// room of the output ends OUT_MARGIN bytes early.
//
// The decoder accepts no stream that zlib refuses; where it is stricter the caller falls back on zlib. Every table index is
// masked or checked, and the ends of input and output are checked once a round.

#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name))) name
#define INLINE static inline __attribute__((always_inline))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef u8 v16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef struct { u64 v; } __attribute__((packed)) unaligned64;
typedef struct { u32 v; } __attribute__((packed)) unaligned32;
#define LOAD64(p) (((const unaligned64 *)(p))->v)
#define STORE32(p, x) (((unaligned32 *)(p))->v = (x))

enum { BLOCK_END = 0, NEED_INPUT = 1, OUT_FULL = 2, FINAL_END = 3, BAD = 4 };
enum { AT_HEADER = 0, IN_CODES = 1, IN_STORED = 2 };
enum { IN_MARGIN = 2048, OUT_MARGIN = 640, LITERAL_BITS = 10, DISTANCE_BITS = 9, SUBTABLES = 2048 };

// Entries. Bits 0-5: bits to consume, extra bits included. Bits 6-7: literals (0 for other symbols), then the literals in
// bits 8-31. Other symbols: bits 8-11 length of the code, bit 12 special, bits 16-30 base of the length or distance.
// Special: end of block has 1 as its base, an unused code 0; a subtable has bit 13, its index bits in 8-11, its place in 16-30.
enum { SPECIAL = 1 << 12, SUBTABLE = 1 << 13 };

struct state {
  const u8 *in;      // next byte to load
  const u8 *in_end;  // end of the input
  u8 *out;           // next byte
  u8 *out_end;       // end of the room
  u8 *valid;         // first byte that a distance may reach
  int bits;          // bits of `hold` that count
  int mode;
  int final;
  u32 stored;        // bytes of a stored block that are left
  u64 hold;
};

// One decoder per instance of the module.
static u32 literals[(1 << LITERAL_BITS) + SUBTABLES];
static u32 distances[(1 << DISTANCE_BITS) + SUBTABLES];
static struct state s;
static u8 lengths[320];

void *EXPORT(state_at)(void) { return &s; }

static const u16 LENGTH_BASE[31] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258, 0, 0};
static const u8 LENGTH_EXTRA[31] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0, 0, 0};
static const u16 DISTANCE_BASE[32] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577, 0, 0};
static const u8 ORDER[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

// What a symbol's entry holds beside its code length.
INLINE u32 literal_entry(int symbol, int length) {
  if (symbol < 256) return length | 1 << 6 | symbol << 8;
  if (symbol == 256) return length | length << 8 | SPECIAL | 1 << 16;
  const int i = symbol - 257;
  if (i > 28) return length | SPECIAL; // 286 and 287 have codes in fixed blocks but no meaning
  return (length + LENGTH_EXTRA[i]) | length << 8 | (u32)LENGTH_BASE[i] << 16;
}

INLINE u32 distance_entry(int symbol, int length) {
  if (symbol > 29) return length | SPECIAL;
  const int extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
  return (length + extra) | length << 8 | (u32)DISTANCE_BASE[symbol] << 16;
}

INLINE u32 reversed(u32 code, int length) {
  return __builtin_bitreverse32(code) >> (32 - length);
}

// Decoding table of a canonical code; 0 where the code is not complete. A distance code of no symbols, or of one symbol of
// one bit, is allowed as in zlib: its other codes are unused.
static __attribute__((noinline)) int build(const u8 *lens, int n, u32 *table, int bits, int is_literals) {
  u16 count[16] = {0}, at[17];
  u16 sorted[320];
  for (int i = 0; i < n; i++) count[lens[i]]++;
  int left = 1, longest = 0;
  for (int l = 1; l <= 15; l++) {
    left = (left << 1) - count[l];
    if (left < 0) return 0;
    if (count[l]) longest = l;
  }
  if (left > 0) {
    if (is_literals || longest > 1) return 0;
    for (int i = 0; i < 1 << bits; i++) table[i] = 1 | SPECIAL;
    if (longest == 0) return 1;
  }
  at[1] = 0;
  for (int l = 1; l < 15; l++) at[l + 1] = at[l] + count[l];
  for (int i = 0; i < n; i++) if (lens[i]) sorted[at[lens[i]]++] = i;
  // Codes in order: those that fit into the main table first.
  u32 code = 0;
  int k = 0;
  for (int l = 1; l <= bits && l <= longest; l++, code <<= 1) {
    const u32 step = 1u << l;
    for (int c = count[l]; c > 0; c--, code++, k++) {
      const u32 entry = is_literals ? literal_entry(sorted[k], l) : distance_entry(sorted[k], l);
      for (u32 i = reversed(code, l); i < 1u << bits; i += step) table[i] = entry;
    }
  }
  if (longest <= bits) return 1;
  // Subtables, one per prefix of `bits` bits.
  int next = 1 << bits;
  u32 prefix = ~0u;
  int width = 0, start = 0;
  u16 rest[16];
  for (int l = 0; l < 16; l++) rest[l] = count[l];
  for (int l = bits + 1; l <= longest; l++, code <<= 1) {
    for (; rest[l] > 0; rest[l]--, code++, k++) {
      const u32 r = reversed(code, l);
      if ((r & ((1u << bits) - 1)) != prefix) {
        prefix = r & ((1u << bits) - 1);
        // As wide as needed for the codes that begin with this prefix.
        width = l - bits;
        int room = 1 << width;
        for (room -= rest[l]; room > 0; room -= rest[width + bits]) { width++; room <<= 1; }
        start = next;
        next += 1 << width;
        if (next > (1 << bits) + SUBTABLES) return 0;
        table[prefix] = bits | width << 8 | SPECIAL | SUBTABLE | (u32)start << 16;
      }
      const u32 entry = is_literals ? literal_entry(sorted[k], l) : distance_entry(sorted[k], l);
      for (u32 i = r >> bits; i < 1u << width; i += 1u << (l - bits)) table[start + i] = entry;
    }
  }
  return 1;
}

// Literals that follow a literal within the same index join its entry. From the end: what follows has a lower index.
static __attribute__((noinline)) void join_literals(void) {
  int shortest = LITERAL_BITS;
  for (int i = 0; i < 256; i++) if (lengths[i] && lengths[i] < shortest) shortest = lengths[i];
  if (2 * shortest > LITERAL_BITS) return;
  for (int i = (1 << LITERAL_BITS) - 1; i >= 0; i--) {
    const u32 first = literals[i];
    const int used = first & 63;
    if (!(first & 192) || used + shortest > LITERAL_BITS) continue;
    const u32 second = literals[i >> used];
    const int both = used + (second & 63);
    if (!(second & 192) || both > LITERAL_BITS) continue;
    u32 entry = both | 2 << 6 | (first & 0xff00) | (second & 0xff00) << 8;
    const u32 third = literals[i >> both];
    const int all = both + (third & 63);
    if ((third & 192) && all <= LITERAL_BITS) entry = all | 3 << 6 | (entry & 0xffff00) | (third & 0xff00) << 16;
    literals[i] = entry;
  }
}

static __attribute__((noinline)) int fixed_tables(void) {
  for (int i = 0; i < 288; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  if (!build(lengths, 288, literals, LITERAL_BITS, 1)) return 0;
  join_literals();
  for (int i = 0; i < 32; i++) lengths[i] = 5;
  return build(lengths, 32, distances, DISTANCE_BITS, 0);
}

#define REFILL() (hold |= LOAD64(in) << bits, in += (63 - bits) >> 3, bits |= 56)
#define DROP(n) (hold >>= (n), bits -= (n))

// Code lengths of a dynamic block into `lengths`; 0 where they are not valid.
static __attribute__((noinline)) int read_lengths(const u8 **in_, u64 *hold_, int *bits_, int *nlit, int *ndist) {
  const u8 *in = *in_;
  u64 hold = *hold_;
  int bits = *bits_;
  REFILL();
  *nlit = (hold & 31) + 257;
  *ndist = (hold >> 5 & 31) + 1;
  const int npre = (hold >> 10 & 15) + 4;
  DROP(14);
  if (*nlit > 286 || *ndist > 30) return 0;
  u8 pre[19] = {0};
  u8 table[128];
  int sum = 0;
  REFILL();
  for (int i = 0; i < npre; i++) {
    if (i == 16) REFILL();
    const int l = hold & 7;
    pre[ORDER[i]] = l;
    if (l) sum += 128 >> l;
    DROP(3);
  }
  if (sum != 128) return 0;
  u32 code = 0;
  for (int l = 1; l <= 7; l++, code <<= 1)
    for (int i = 0; i < 19; i++)
      if (pre[i] == l) {
        for (u32 j = reversed(code, l); j < 128; j += 1u << l) table[j] = i << 3 | l;
        code++;
      }
  const int n = *nlit + *ndist;
  for (int i = 0; i < n;) {
    REFILL();
    const u8 e = table[hold & 127];
    DROP(e & 7);
    const int symbol = e >> 3;
    if (symbol < 16) { lengths[i++] = symbol; continue; }
    int repeat, value = 0;
    if (symbol == 16) {
      if (i == 0) return 0;
      value = lengths[i - 1];
      repeat = 3 + (hold & 3);
      DROP(2);
    } else if (symbol == 17) { repeat = 3 + (hold & 7); DROP(3); }
    else { repeat = 11 + (hold & 127); DROP(7); }
    if (i + repeat > n) return 0;
    for (; repeat > 0; repeat--) lengths[i++] = value;
  }
  if (!lengths[256]) return 0;
  *in_ = in, *hold_ = hold, *bits_ = bits;
  return 1;
}

// `length` bytes from `distance` bytes before; may write 15 bytes more.
INLINE void copy(u8 *to, u32 distance, u32 length) {
  const u8 *from = to - distance;
  u8 *const end = to + length;
  if (LIKELY(distance >= 16)) {
    do {
      *(v16 *)to = *(const v16 *)from;
      to += 16, from += 16;
    } while (to < end);
  } else if (distance <= 2) {
    // A voxel or half of one repeated, as in air.
    const u32 x = (distance == 1 ? from[0] * 0x0101u : from[0] | (u32)from[1] << 8) * 0x00010001u;
    const u32 xs __attribute__((vector_size(16))) = {x, x, x, x};
    do {
      *(v16 *)to = (v16)xs;
      to += 16;
    } while (to < end);
  } else {
    do {
      to[0] = from[0], to[1] = from[1], to[2] = from[2];
      to += 3, from += 3;
    } while (to < end);
  }
}

// The codes of one block.
static int decode_codes(void) {
  const u8 *in = s.in;
  const u8 *const in_last = s.in_end - 32;
  u8 *out = s.out;
  u8 *const out_last = s.out_end - OUT_MARGIN;
  u8 *const valid = s.valid;
  u64 hold = s.hold;
  int bits = s.bits, result;
  const u32 literal_mask = (1 << LITERAL_BITS) - 1;
  REFILL();
  u32 e = literals[hold & literal_mask];
  for (;;) {
    if (UNLIKELY(in > in_last)) { result = NEED_INPUT; break; }
    if (UNLIKELY(out > out_last)) { result = OUT_FULL; break; }
    // Here 56 bits are at hand and e is the entry of the lowest of them.
#define LITERALS STORE32(out, e >> 8); out += e >> 6 & 3; DROP(e & 63); e = literals[hold & literal_mask];
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
    const u64 before = hold;
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
    copy(out, distance, length);
    out += length;
  }
#undef LITERALS
  // Whole bytes go back.
  in -= bits >> 3;
  bits &= 7;
  hold &= (1u << bits) - 1;
  s.in = in, s.hold = hold, s.bits = bits, s.out = out;
  return result;
}

static int decode_stored(void) {
  for (;;) {
    u32 n = s.stored;
    const u32 room = s.out_end - s.out - OUT_MARGIN, there = s.in_end - s.in;
    if (n == 0) return BLOCK_END;
    if ((int)room <= 0) return OUT_FULL;
    if (there == 0) return NEED_INPUT;
    if (n > room) n = room;
    if (n > there) n = there;
    u8 *out = s.out;
    for (u32 i = 0; i < n; i++) out[i] = s.in[i];
    s.in += n, s.out = out + n, s.stored -= n;
  }
}

// From the start of a block, or from where it stopped, to the end of that block.
int EXPORT(decode)(void) {
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
  const int result = s.mode == IN_STORED ? decode_stored() : decode_codes();
  if (result != BLOCK_END) return result;
  s.mode = AT_HEADER;
  return s.final ? FINAL_END : BLOCK_END;
}

// Begins a stream at a byte of the input.
void EXPORT(start_at)(const u8 *in) {
  s.in = in;
  s.hold = 0;
  s.bits = 0;
  s.mode = AT_HEADER;
  s.final = 0;
}
