/**
 * A reader with planted mistakes, to prove that the fuzzer finds what it is for: an error three bytes deep, which chance
 * alone would take millions of inputs to meet, and an allocation that the input's length does not justify.
 *
 * @module
 */

/** Fails for the word FUZ at its beginning, and asks for what the word BIG is followed by. */
export function readToy(bytes: Uint8Array): number {
  if (bytes[0] === 0x46) {
    if (bytes[1] === 0x55) {
      if (bytes[2] === 0x5a) {
        throw new TypeError('toy: expected any other word, got FUZ')
      }
      return 2
    }
    return 1
  }
  if (bytes[0] === 0x42) return new Uint8Array(bytes[1] * 2 ** 20).length
  return 0
}
