/**
 * The convolutions of a U-Net, once, as data: parameters, forward pass and cost all read this one list of layers.
 *
 * A block is one plain unit or `residualUnits` residual units. A residual unit adds its input to its output, after the
 * last activation as in MONAI's ResidualUnit; where channels differ the input passes a 1x1 convolution, and where the unit
 * may stride a 3x3 one.
 *
 * @module
 */
import type { UNetSpec } from './unet-spec.ts'

/** One convolution with its surroundings. */
export interface ConvLayer {
  readonly name: string
  /** The level at whose size it works: of its output, or for `up` of its input. */
  readonly level: number
  /** `conv` is followed by normalisation and activation; the others stand alone. */
  readonly role: 'conv' | 'skip' | 'up' | 'head'
  readonly inChannels: number
  readonly outChannels: number
  /** Kernel size, the same along every axis. */
  readonly kernel: number
  /** Whether it has stride 2 unless the call rescales. */
  readonly strided: boolean
}

export interface Unit {
  readonly convs: readonly ConvLayer[]
  readonly skip: ConvLayer | 'identity' | 'none'
}

export interface DecoderStage {
  readonly level: number
  readonly up: ConvLayer | undefined
  readonly units: readonly Unit[]
}

export interface UNetLayout {
  /** Finest first, the bottleneck last. */
  readonly encoder: readonly (readonly Unit[])[]
  /** Coarsest first: the order in which it runs. */
  readonly decoder: readonly DecoderStage[]
  /** Finest first; more than one only with deep supervision. */
  readonly heads: readonly ConvLayer[]
}

interface Block {
  readonly name: string
  readonly level: number
  readonly inChannels: number
  readonly strided: boolean
}

/** The layers of a spec. */
export function unetLayout(spec: UNetSpec): UNetLayout {
  const { levels, channels } = spec
  const encoder = channels.map((_, level) =>
    units(spec, {
      name: `encoder.${level}`,
      level,
      inChannels: level === 0 ? spec.inChannels : channels[level - 1],
      strided: level > 0 && spec.downsample === 'stride',
    }),
  )
  const decoder = Array.from({ length: levels - 1 }, (_, i) => decoderStage(spec, levels - 2 - i))
  const heads = Array.from({ length: spec.deepSupervision ? Math.max(1, levels - 1) : 1 }, (_, level) =>
    head(spec, level),
  )
  return { encoder, decoder, heads }
}

/** Every layer, in the order of the parameters. */
export function layersOf({ encoder, decoder, heads }: UNetLayout): ConvLayer[] {
  const ofUnits = (list: readonly Unit[]) =>
    list.flatMap(({ convs, skip }) => (typeof skip === 'string' ? convs : [...convs, skip]))
  return [
    ...encoder.flatMap(ofUnits),
    ...decoder.flatMap(({ up, units: list }) => [...(up ? [up] : []), ...ofUnits(list)]),
    ...heads,
  ]
}

function decoderStage(spec: UNetSpec, level: number): DecoderStage {
  const { channels } = spec
  const name = `decoder.${level}`
  const below = channels[level + 1]
  const transposed = spec.upsample === 'transposed'
  const up: ConvLayer | undefined = transposed
    ? {
        name: `${name}.up`,
        level: level + 1,
        role: 'up',
        inChannels: below,
        outChannels: channels[level],
        kernel: 2,
        strided: true,
      }
    : undefined
  const inChannels = (transposed ? channels[level] : below) + channels[level] // [up, skip]
  return { level, up, units: units(spec, { name, level, inChannels, strided: false }) }
}

function head(spec: UNetSpec, level: number): ConvLayer {
  const { channels, outChannels } = spec
  const inChannels = channels[level]
  return { name: `head.${level}`, level, role: 'head', inChannels, outChannels, kernel: 1, strided: false }
}

function units(spec: UNetSpec, block: Block): Unit[] {
  if (spec.residualUnits === 0) return [{ convs: convs(spec, block), skip: 'none' }]
  return Array.from({ length: spec.residualUnits }, (_, index) => {
    const name = `${block.name}.unit.${index}`
    const own = { ...block, name, ...(index > 0 && { inChannels: spec.channels[block.level], strided: false }) }
    return { convs: convs(spec, own), skip: skipOf(spec, own) }
  })
}

function convs(spec: UNetSpec, { name, level, inChannels, strided }: Block): ConvLayer[] {
  const outChannels = spec.channels[level]
  return Array.from({ length: spec.convsPerLevel }, (_, index) => ({
    name: `${name}.conv.${index}`,
    level,
    role: 'conv',
    inChannels: index === 0 ? inChannels : outChannels,
    outChannels,
    kernel: 3,
    strided: strided && index === 0,
  }))
}

function skipOf(spec: UNetSpec, { name, level, inChannels, strided }: Block): ConvLayer | 'identity' {
  const outChannels = spec.channels[level]
  if (inChannels === outChannels && !strided) return 'identity'
  return { name: `${name}.skip`, level, role: 'skip', inChannels, outChannels, kernel: strided ? 3 : 1, strided }
}
