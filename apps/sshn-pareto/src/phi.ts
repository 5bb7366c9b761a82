/**
 * Rescaling factors and budgets as the command line gives them. Whether a factor fits a network and an image is what
 * `@leanvox/sshn` checks where it is used.
 *
 * @module
 */

/** The factors of `"0.1,0.25"`. @throws RangeError naming the part that is no factor, or one given twice */
export function parsePhis(text: string, name: string): number[] {
  const phis = text.split(',').map((part) => parsePhi(part, name))
  const repeated = phis.find((phi, index) => phis.indexOf(phi) !== index)
  if (repeated !== undefined)
    throw new RangeError(`${name}: expected each factor once, got ${repeated} twice in ${text}`)
  return phis
}

/** One factor in (0, 1]. @throws RangeError with the text that is none */
export function parsePhi(text: string, name: string): number {
  const phi = text.trim() === '' ? NaN : Number(text)
  if (!(phi > 0 && phi <= 1))
    throw new RangeError(`${name}: expected a factor in (0, 1], got ${text.trim() || 'nothing'}`)
  return phi
}

/** A number of multiply-adds such as `250M`, `1.5G` or `3e8`. @throws RangeError for a text that is none */
export function parseCount(text: string, name: string): number {
  const match = /^\s*([\d.]+(?:e\d+)?)\s*([kMGT]?)\s*$/.exec(text)
  const value = match === null ? NaN : Number(match[1]) * 1000 ** ['', 'k', 'M', 'G', 'T'].indexOf(match[2])
  if (!(value > 0)) throw new RangeError(`${name}: expected a number such as 250M or 3e8, got ${text}`)
  return value
}
