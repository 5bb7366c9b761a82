/**
 * An optimiser from its name and options, as a configuration file gives them.
 *
 * @module
 */
import { adam, adamW, type AdamOptions } from './adam.ts'
import type { Optimizer } from './optimiser.ts'
import { sgd, type SgdOptions } from './sgd.ts'

/** The options that each name takes. */
export interface OptimizerOptions {
  readonly adam: AdamOptions
  readonly adamW: AdamOptions
  readonly sgd: SgdOptions
}

export type OptimizerName = keyof OptimizerOptions

type OptimizerMakers = { readonly [Name in OptimizerName]: (options: OptimizerOptions[Name]) => Optimizer }

const MAKERS: OptimizerMakers = { adam, adamW, sgd }

/**
 * The optimiser called `name`.
 *
 * @throws RangeError naming the known optimisers for another name
 */
export function optimizerByName<Name extends OptimizerName>(
  name: Name,
  options: OptimizerOptions[Name] = {},
): Optimizer {
  if (!Object.hasOwn(MAKERS, name)) {
    throw new RangeError(`optimizerByName: expected one of ${Object.keys(MAKERS).join(', ')}, got ${name}`)
  }
  return MAKERS[name](options)
}
