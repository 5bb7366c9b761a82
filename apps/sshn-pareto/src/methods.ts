/**
 * The methods that are compared, each as a network over one primary U-Net and a distribution of φ during training.
 *
 * | method | weights at φ | φ of a mini-batch |
 * | --- | --- | --- |
 * | sshn | predicted by the hypernetwork | from the prior |
 * | stochastic | one U-Net's own | from the prior |
 * | film | one U-Net's own, normalisation by φ | from the prior |
 * | fixed | one U-Net's own | its one φ |
 * | capacity-matched | predicted by the hypernetwork | its one φ |
 *
 * The last one has as many trainable weights as SSHN and sees a single factor: our reading of the capacity control that the
 * paper's reviewers asked for.
 *
 * @module
 */
import { ConfigError } from '@leanvox/app-shell'
import { unet, type UNetSpec } from '@leanvox/nets'
import {
  exportAt,
  filmNetwork,
  hyperNetwork,
  phiPrior,
  primarySpec,
  type ExportedUNet,
  type PhiModelNetwork,
  type PhiPrior,
} from '@leanvox/sshn'
import { loadWeights, type SegmentationNetwork } from '@leanvox/training'
import type { StoredCases } from './cases.ts'
import { dimensionsOf, type Config, type MethodName } from './config.ts'

/** What the primary network reads and gives. */
export interface PrimaryEnds {
  readonly inChannels: number
  readonly outChannels: number
}

/** A method ready to train. */
export interface Method {
  readonly network: PhiModelNetwork & SegmentationNetwork
  readonly prior: PhiPrior
}

/** The primary U-Net of a configuration. */
export function primaryOf(config: Config, ends: PrimaryEnds): UNetSpec {
  const { channels, ...network } = config.network
  return primarySpec({ ...network, channels, dimensions: dimensionsOf(config), ...ends })
}

/** Network and prior of a method; `phi` is the one factor of the Fixed ones. */
export function buildMethod(
  { method, phi }: { method: MethodName; phi: number | null },
  { config, ends }: { config: Config; ends: PrimaryEnds },
): Method {
  const { range, prior } = config.phi
  const primary = primaryOf(config, ends)
  const drawn = phiPrior(phi === null ? prior : { point: phi }, range)
  if (method === 'sshn' || method === 'capacity-matched') {
    const { headFactor, ...hyper } = config.hyper
    return { network: hyperNetwork({ primary, range, ...hyper, ...(headFactor && { headFactor }) }), prior: drawn }
  }
  if (method === 'film') {
    const { encoding } = config.hyper
    return { network: filmNetwork({ primary, range, encoding, hidden: config.film.hidden }), prior: drawn }
  }
  return { network: unet(primary), prior: drawn }
}

/**
 * The plain U-Net of a trained method at one factor, from its stored weights.
 *
 * @throws ConfigError when the weights are of another architecture, naming the file
 */
export async function exportFrom(path: string, network: PhiModelNetwork, phi: number): Promise<ExportedUNet> {
  const { weights } = await loadWeights(path)
  try {
    return await exportAt(network, weights, phi)
  } catch (error) {
    throw new ConfigError(`${path}: ${(error as Error).message}`)
  }
}

/** Channels in and out of a run's primary network; registration reads a moving and a fixed image and gives y and x. */
export function endsOf({ config, stored }: { config: Pick<Config, 'task'>; stored: StoredFacts }): PrimaryEnds {
  if (config.task === 'registration') return { inChannels: 2, outChannels: 2 }
  return { inChannels: stored.channels, outChannels: stored.classes }
}

/** `[height, width]` of a run's images; empty for volumes, which may differ. */
export function spatialOf({ stored }: { stored: StoredFacts }): number[] {
  return stored.shape === null ? [] : stored.shape.slice(1)
}

type StoredFacts = Pick<StoredCases, 'channels' | 'classes' | 'shape'>
