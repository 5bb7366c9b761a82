/**
 * What a picture of a trained network needs: label maps of the same images at every φ, and how far the weights move.
 *
 * Drift of layer `l` is the relative distance |θ_l(φ) − θ_l(φ0)| / |θ_l(φ0)| from the weights at φ0, the upper end of the
 * training range (the ordinary U-Net's 0.5 by default): one number a layer and φ, our choice of measure.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { readJson, writeJson } from '@leanvox/files'
import type { NamedArrays } from '@leanvox/engine'
import { readStored } from './cases.ts'
import type { IllustrateJob } from './jobs.ts'
import { buildMethod, exportFrom, type Method } from './methods.ts'
import { jobPaths, readRunConfig, runPaths } from './run-folder.ts'
import { loadWeights } from '@leanvox/training'
import { loadTask } from './task.ts'
import type { Surroundings } from './train-job.ts'

/** How far the weights of each layer have moved from those at `from`, in the order of `phis`. */
export interface WeightDrift {
  readonly from: number
  readonly phis: readonly number[]
  readonly layers: readonly { readonly name: string; readonly distances: readonly number[] }[]
}

/** `pictures.json`; images, references and label maps are base64 of their bytes. */
export interface Illustration {
  readonly phis: readonly number[]
  readonly pictures: readonly StoredPicture[]
  readonly drift: WeightDrift
}

export interface StoredPicture {
  readonly id: string
  readonly height: number
  readonly width: number
  /** `height * width * 3` bytes. */
  readonly image: string
  readonly reference: string
  readonly predictions: readonly string[]
  readonly dice: readonly (number | null)[]
}

/** Makes `pictures.json` of a finished training, unless it is there. */
export async function runIllustrateJob(
  { training }: IllustrateJob,
  { heartbeat }: Surroundings,
): Promise<Illustration> {
  const paths = runPaths(training.runFolder)
  const own = jobPaths(paths, training.name)
  if (existsSync(own.pictures)) return (await readJson(own.pictures)) as Illustration
  const { settings: config } = await readRunConfig(paths)
  const task = await loadTask(paths, { config, stored: await readStored(paths) })
  const { network } = buildMethod(training, { config, ends: task.ends })
  const { weights } = await loadWeights(own.weights)
  const phis = [...config.phi.grid, ...config.phi.outOfRange]
  heartbeat()
  const pictures = await task.pictures({ network, weights }, { count: config.pictures.cases, phis })
  heartbeat()
  const drift = await weightDrift({ network, path: own.weights }, { phis, from: config.phi.range[1] })
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  const illustration: Illustration = {
    phis,
    drift,
    pictures: pictures.map(({ image, reference, predictions, dice, ...facts }) => ({
      ...facts,
      image: base64(image),
      reference: base64(reference),
      predictions: predictions.map(base64),
      dice: dice.map((value) => (Number.isFinite(value) ? value : null)),
    })),
  }
  await writeJson(own.pictures, illustration)
  return illustration
}

async function weightDrift(
  { network, path }: { network: Method['network']; path: string },
  { phis, from }: { phis: readonly number[]; from: number },
): Promise<WeightDrift> {
  const reference = (await exportFrom(path, network, from)).weights
  const names = Object.keys(reference).filter((name) => name.endsWith('.kernel'))
  const moved: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (const phi of phis) {
    const { weights } = await exportFrom(path, network, phi)
    for (const name of names) moved[name].push(relativeDistance(weights, { reference, name }))
  }
  return { from, phis, layers: names.map((name) => ({ name, distances: moved[name] })) }
}

function relativeDistance(weights: NamedArrays, { reference, name }: { reference: NamedArrays; name: string }): number {
  const [a, b] = [weights[name].data, reference[name].data]
  let moved = 0
  let length = 0
  for (let i = 0; i < b.length; i++) {
    moved += (a[i] - b[i]) ** 2
    length += b[i] ** 2
  }
  return Math.sqrt(moved / length)
}
