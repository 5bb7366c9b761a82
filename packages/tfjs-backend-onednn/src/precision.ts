/**
 * The precision of convolutions and matrix products.
 *
 * With bfloat16 their inputs are rounded to 8 significant bits; products, sums and results of tfjs's own kernels stay
 * float32, and so does everything else. The fused kernels (`kernels/fused`) sum in float32 too and store large results
 * as bfloat16, see `compact.ts`. Chips with AMX or AVX-512 BF16 have instructions for it; on others it would be slower than
 * float32, so it is refused there and float32 stays.
 *
 * @module
 */
import { isAvailable, native } from './native.ts'

/** How inputs of convolutions and matrix products are represented. */
export type Precision = 'float32' | 'bfloat16'

let current: Precision = 'float32'

/** The precision in use. */
export function precision(): Precision {
  return current
}

/**
 * Chooses the precision for all later kernels; returns the one in use afterwards, which is float32 where the chip has no
 * bfloat16 instructions.
 *
 * @throws RangeError for another name
 */
export function setPrecision(wanted: Precision): Precision {
  if (wanted !== 'float32' && wanted !== 'bfloat16')
    throw new RangeError(`setPrecision: expected float32 or bfloat16, got ${String(wanted)}`)
  const able = isAvailable() && native().describe().bfloat16 !== 'none'
  current = wanted === 'bfloat16' && able ? 'bfloat16' : 'float32'
  return current
}
