/**
 * The reinforcement-learning controller: a recurrent policy over normalised settings, trained by REINFORCE.
 *
 * After each finished trial: advantage A = (R - b) / spread with the reward R (the value, negated when minimising), its
 * moving average b and the moving average of |R - b|; then one Adam step along A · grad log pi(action | settings before)
 * (Williams, 1992). The state is rebuilt by replaying the finished trials, so nothing is stored; the replay of a study that
 * only grew is continued instead of repeated, which changes no number. Published of the original
 * controller (Yang et al., MICCAI 2019) are the recurrent network, the continuous space, the previous setting as input
 * and the validation score as reward; its size, update rule, baseline and exploration are not, and are our choice here.
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import { areCompatible, contains, type Space } from './distribution.ts'
import { type Direction, type FrozenTrial } from './frozen-trial.ts'
import { createPolicy, type Encoding, type Policy } from './policy.ts'
import { scoreOf, singleDirection, type SampleContext, type Sampler } from './sampler.ts'

export interface ReinforcementSamplerOptions {
  readonly seed?: number
  /** Memory cells of the controller. Default 16. */
  readonly hiddenSize?: number
  /** Settings the controller looks back on, and steps gradients go back. Default 6. */
  readonly window?: number
  /** Adam's step size. Default 0.02. */
  readonly learningRate?: number
  /** Weight of the old average in the baseline and the spread. Default 0.8. */
  readonly baselineDecay?: number
  /** Standard deviation of numeric positions: `initial · decay^updates`, never below `least`. */
  readonly sigma?: { readonly initial: number; readonly decay: number; readonly least: number }
}

type Settings = Required<ReinforcementSamplerOptions>

const defaults: Settings = {
  seed: 0,
  hiddenSize: 16,
  window: 6,
  learningRate: 0.02,
  baselineDecay: 0.8,
  sigma: { initial: 0.25, decay: 0.97, least: 0.05 },
}

/**
 * The controller as a sampler. Failed trials teach it nothing; pruned ones count with their last report.
 *
 * @throws RangeError for an option out of range
 */
export function reinforcementSampler(options: ReinforcementSamplerOptions = {}): Sampler {
  const settings: Settings = { ...defaults, ...options }
  checkSettings(settings)
  const rng = createRng(settings.seed)
  let last: { key: string; learned: FrozenTrial[]; controller: Controller } | undefined

  function replay(context: SampleContext, direction: Direction): Controller {
    const { space, trials } = context
    const key = JSON.stringify([space, direction])
    const grew = last?.key === key && last.learned.every((trial, index) => trial === trials[index])
    if (last === undefined || !grew) {
      const policy = createPolicy(space, settings)
      const initial = policy.init(rng.split('reinforcement-init', ...Object.keys(space)))
      last = { key, learned: [], controller: createController(policy, { settings, initial }) }
    }
    for (const trial of trials.slice(last.learned.length)) {
      learnFrom(last.controller, { trial, space, direction })
      last.learned.push(trial)
    }
    return last.controller
  }

  return {
    name: 'reinforcement',
    sample(context) {
      const direction = singleDirection(context.directions, 'reinforcementSampler')
      const controller = replay(context, direction)
      return controller.draw(rng.split('reinforcement-sampler', context.number, ...Object.keys(context.space)))
    },
  }
}

interface Controller {
  readonly policy: Policy
  /** One REINFORCE update with the reward of a setting. */
  learn(action: Encoding, reward: number): void
  draw(rng: Rng): ReturnType<Policy['draw']>
}

function createController(
  policy: Policy,
  { settings, initial }: { settings: Settings; initial: Float64Array },
): Controller {
  const adam = createAdam(initial, settings.learningRate)
  const advantageOf = createBaseline(settings.baselineDecay)
  let history: Encoding[] = []
  let updates = 0
  const sigma = () => Math.max(settings.sigma.least, settings.sigma.initial * settings.sigma.decay ** updates)
  return {
    policy,
    learn(action, reward) {
      const { gradient } = policy.logProbability(adam.weights, history, { action, sigma: sigma() })
      const advantage = advantageOf(reward)
      adam.ascend(gradient.map((slope) => advantage * slope))
      history = [...history, action].slice(-settings.window)
      updates++
    },
    draw: (rng) => policy.draw(adam.weights, history, { rng, sigma: sigma() }),
  }
}

function learnFrom(
  controller: Controller,
  { trial, space, direction }: { trial: FrozenTrial; space: Space; direction: Direction },
): void {
  const reward = trial.state === 'fail' ? null : scoreOf(trial, direction)
  const fits = Object.entries(space).every(
    ([name, distribution]) =>
      name in trial.params &&
      areCompatible(trial.distributions[name], distribution) &&
      contains(distribution, trial.params[name]),
  )
  if (fits && reward !== null && Number.isFinite(reward))
    controller.learn(controller.policy.encode(trial.params), reward)
}

/** Rewards to advantages: 0 for the first, then the distance to the moving average in moving spreads, at most 3. */
function createBaseline(decay: number): (reward: number) => number {
  let average: number | null = null
  let spread = 0
  return (reward) => {
    if (average === null) {
      average = reward
      return 0
    }
    const distance = reward - average
    spread = spread === 0 ? Math.abs(distance) : decay * spread + (1 - decay) * Math.abs(distance)
    average += (1 - decay) * distance
    return spread === 0 ? 0 : Math.max(-3, Math.min(3, distance / spread))
  }
}

/** Adam (Kingma and Ba, 2015), uphill. */
function createAdam(initial: Float64Array, learningRate: number) {
  const weights = Float64Array.from(initial)
  const mean = new Float64Array(weights.length)
  const square = new Float64Array(weights.length)
  let step = 0
  return {
    weights,
    ascend(gradient: Float64Array) {
      step++
      const rate = (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step)
      gradient.forEach((slope, index) => {
        mean[index] = 0.9 * mean[index] + 0.1 * slope
        square[index] = 0.999 * square[index] + 0.001 * slope * slope
        weights[index] += (rate * mean[index]) / (Math.sqrt(square[index]) + 1e-8)
      })
    },
  }
}

function checkSettings({ hiddenSize, window, learningRate, baselineDecay, sigma }: Settings): void {
  const checks: [name: string, value: number, holds: boolean][] = [
    ['hiddenSize >= 1', hiddenSize, Number.isSafeInteger(hiddenSize) && hiddenSize >= 1],
    ['window >= 1', window, Number.isSafeInteger(window) && window >= 1],
    ['learningRate > 0', learningRate, learningRate > 0],
    ['0 <= baselineDecay < 1', baselineDecay, baselineDecay >= 0 && baselineDecay < 1],
    ['sigma.initial > 0', sigma.initial, sigma.initial > 0],
    ['0 < sigma.decay <= 1', sigma.decay, sigma.decay > 0 && sigma.decay <= 1],
    ['sigma.least > 0', sigma.least, sigma.least > 0],
  ]
  const failed = checks.find(([, , holds]) => !holds)
  if (failed !== undefined) throw new RangeError(`reinforcementSampler: expected ${failed[0]}, got ${failed[1]}`)
}
