/**
 * 128-bit non-cryptographic hash of a text, MurmurHash3's x86_128 mixing steps (Appleby, public domain) over 32-bit
 * code units. Used to turn a stream's path into generator state; not for security.
 *
 * @module
 */

const MULTIPLIERS = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const

/** Four 32-bit words for a text; the same text always gives the same words, never all zero. */
export function hash128(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f]
  for (let i = 0; i < text.length; i++) {
    const lane = i & 3
    let mixed = Math.imul(text.charCodeAt(i) + 1, MULTIPLIERS[lane]!)
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), MULTIPLIERS[(lane + 1) & 3]!)
    words[lane] = (Math.imul(rotate(words[lane]! ^ mixed, 13) + words[(lane + 1) & 3]!, 5) + 0x561ccd1b) | 0
  }
  for (let round = 0; round < 2; round++) {
    for (let lane = 0; lane < 4; lane++) {
      words[lane] = finalMix((words[lane]! + words[(lane + 3) & 3]! + text.length) | 0)
    }
  }
  if (words.every((word) => word === 0)) words[0] = 1 // an all-zero state would stay zero for ever
  return words
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

function finalMix(word: number): number {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
