/**
 * Activations that the addon applies to a result before it is written.
 *
 * @module
 */

/** An activation as the addon knows it. */
export interface Activation {
  readonly code: number
  /** The slope of a leaky ReLU below zero; else 0. */
  readonly alpha: number
}

const codes: Readonly<Record<string, number>> = { linear: 0, relu: 1, leakyrelu: 2, relu6: 3, elu: 4, sigmoid: 5 }

/** No activation. */
export const linear: Activation = { code: 0, alpha: 0 }

/** The activation of a fused kernel's attributes; undefined where the addon has none of that name. */
export function activationOf(attrs: Readonly<Record<string, unknown>>): Activation | undefined {
  const name = (attrs['activation'] ?? 'linear') as string
  const code = codes[name]
  if (code === undefined) return undefined
  return { code, alpha: name === 'leakyrelu' ? Number(attrs['leakyreluAlpha'] ?? 0) : 0 }
}
