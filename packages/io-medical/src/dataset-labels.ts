/**
 * Label names and channel names of dataset.json, in both directions they are written.
 *
 * MSD writes `{"0": "background", "1": "liver"}`, nnU-Net v2 `{"background": 0, "liver": 1}`; here always name to value.
 * Region-based labels of nnU-Net (`"whole tumour": [1, 2]`) are refused: one value means one class here.
 *
 * @module
 */

/** Takes the expectation and what was found instead; throws. */
export type Refuse = (expected: string, found: string) => never

const INTEGER = /^\d+$/

/**
 * Label values by name, from either direction.
 *
 * @throws whatever `refuse` throws, for duplicate names or values, values outside 0..255, regions
 */
export function labelsByName(raw: Readonly<Record<string, unknown>>, refuse: Refuse): Record<string, number> {
  const entries = Object.entries(raw)
  // {"0": "0"} is MSD with a label named "0": numbers as keys decide.
  const isMsd = entries.every(([key, value]) => INTEGER.test(key) && typeof value === 'string')
  const pairs = entries.map(([key, value]): [string, number] =>
    isMsd ? [String(value), Number(key)] : [key, valueOf([key, value], refuse)],
  )
  for (const [name, value] of pairs) {
    if (value > 255) refuse('label values in 0..255', `${JSON.stringify(name)}: ${value}`)
  }
  assertDistinct(pairs, refuse)
  return Object.fromEntries(pairs)
}

function valueOf([name, value]: [string, unknown], refuse: Refuse): number {
  if (Array.isArray(value))
    refuse('one value per label', `the region ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number
  return refuse('a whole number for each label', `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
}

function assertDistinct(pairs: readonly (readonly [string, number])[], refuse: Refuse): void {
  const names = new Map<string, number>()
  const values = new Map<number, string>()
  for (const [name, value] of pairs) {
    const twin = values.get(value)
    if (names.has(name)) refuse('distinct label names', `${JSON.stringify(name)} for ${names.get(name)} and ${value}`)
    if (twin !== undefined)
      refuse('distinct label values', `${value} for ${JSON.stringify(twin)} and ${JSON.stringify(name)}`)
    names.set(name, value)
    values.set(value, name)
  }
}

/** Channel names in channel order, from `{"0": "CT"}`, `["CT"]`, or a single name. */
export function channelNamesOf(raw: unknown, refuse: Refuse): string[] {
  if (typeof raw === 'string') return [raw]
  const entries = typeof raw === 'object' && raw !== null ? Object.entries(raw) : []
  const sorted = entries.sort(([a], [b]) => Number(a) - Number(b))
  if (sorted.length === 0 || sorted.some(([key], channel) => Number(key) !== channel)) {
    refuse('channel names for 0, 1, ...', JSON.stringify(raw))
  }
  return sorted.map(([, name]) => String(name))
}
