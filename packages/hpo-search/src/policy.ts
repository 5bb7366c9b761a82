/**
 * The controller's policy: from the settings tried so far to a distribution over the next one.
 *
 * An LSTM reads the latest settings, oldest first, and a linear layer gives one slot per parameter: the mean of a normal
 * in the unit interval (through a sigmoid) for a numeric parameter, softmax logits for a categorical one. That the
 * previous setting goes in and the next one comes out, in a continuous space, is known of the published controller; layer,
 * size, heads and encoding are our choice.
 *
 * @module
 */
import { type Rng } from '@leanvox/random'
import { type Params, type Space } from './distribution.ts'
import { lstmGradient, lstmWeightCount, runLstm, sigmoid, type LstmShape } from './lstm.ts'
import { fromInternal, fromUnit, toInternal, toUnit } from './units.ts'

/** A setting as the policy sees it: positions in [0, 1], and one-hot choices. */
export type Encoding = Float64Array

export interface Policy {
  readonly weightCount: number
  init(rng: Rng): Float64Array
  encode(params: Params): Encoding
  /** Draws the next setting; numeric positions with standard deviation `sigma`, cut to [0, 1]. */
  draw(weights: Float64Array, history: readonly Encoding[], options: { rng: Rng; sigma: number }): Params
  /** log-probability (up to a constant of sigma) of a setting and its gradient for the weights. */
  logProbability(
    weights: Float64Array,
    history: readonly Encoding[],
    options: { action: Encoding; sigma: number },
  ): { value: number; gradient: Float64Array }
}

interface Slot {
  readonly name: string
  readonly start: number
  /** 0 for a numeric parameter, else the number of choices. */
  readonly choices: number
}

/** The policy over a space, with `hiddenSize` memory cells. */
export function createPolicy(space: Space, { hiddenSize }: { readonly hiddenSize: number }): Policy {
  const slots = slotsOf(space)
  const size = slots.reduce((sum, { choices }) => sum + Math.max(1, choices), 0)
  const shape: LstmShape = { inputSize: size, hiddenSize }
  const recurrent = lstmWeightCount(shape)
  const weightCount = recurrent + size * (hiddenSize + 1)
  const forward = (weights: Float64Array, history: readonly Encoding[]) => {
    const run = runLstm(weights.subarray(0, recurrent), [new Float64Array(size), ...history], shape)
    return { run, output: linear(weights.subarray(recurrent), run.hidden, size) }
  }
  return {
    weightCount,
    init: (rng) => initialWeights(rng, { shape, weightCount, recurrent }),
    encode: (params) => encode(params, { space, slots, size }),
    draw(weights, history, { rng, sigma }) {
      const { output } = forward(weights, history)
      return Object.fromEntries(
        slots.map(({ name, start, choices }) => {
          if (choices > 0) {
            const index = pickLogit(output.subarray(start, start + choices), rng.uniform())
            return [name, fromInternal(space[name], index)]
          }
          return [name, fromUnit(space[name], sigmoid(output[start]) + sigma * rng.normal())]
        }),
      )
    },
    logProbability(weights, history, { action, sigma }) {
      const { run, output } = forward(weights, history)
      const { value, slopes } = headGradient(output, { action, slots, sigma })
      const gradient = new Float64Array(weightCount)
      const hiddenGradient = linearGradient(slopes, { weights, gradient, hidden: run.hidden, recurrent })
      gradient.set(lstmGradient(weights.subarray(0, recurrent), { run, hiddenGradient, shape }))
      return { value, gradient }
    },
  }
}

function slotsOf(space: Space): Slot[] {
  let start = 0
  return Object.entries(space).map(([name, distribution]) => {
    const slot = { name, start, choices: distribution.type === 'categorical' ? distribution.choices.length : 0 }
    start += Math.max(1, slot.choices)
    return slot
  })
}

/** Small normal weights, forget gates open (bias 1), heads near zero so that means start near 1/2. */
function initialWeights(
  rng: Rng,
  { shape, weightCount, recurrent }: { shape: LstmShape; weightCount: number; recurrent: number },
): Float64Array {
  const { inputSize, hiddenSize } = shape
  const matrix = 4 * hiddenSize * (inputSize + hiddenSize)
  const scale = 1 / Math.sqrt(inputSize + hiddenSize)
  return Float64Array.from({ length: weightCount }, (_, index) => {
    if (index < matrix) return scale * rng.normal()
    if (index < recurrent) return index >= matrix + hiddenSize && index < matrix + 2 * hiddenSize ? 1 : 0
    return 0.1 * scale * rng.normal()
  })
}

function encode(
  params: Params,
  { space, slots, size }: { space: Space; slots: readonly Slot[]; size: number },
): Encoding {
  const encoding = new Float64Array(size)
  for (const { name, start, choices } of slots) {
    if (choices > 0) encoding[start + toInternal(space[name], params[name])] = 1
    else encoding[start] = toUnit(space[name], params[name])
  }
  return encoding
}

/** Rows of (hidden weights, bias) times the hidden state. */
function linear(weights: Float64Array, hidden: Float64Array, size: number): Float64Array {
  const width = hidden.length + 1
  return Float64Array.from({ length: size }, (_, row) =>
    hidden.reduce(
      (sum, value, column) => sum + weights[row * width + column] * value,
      weights[row * width + width - 1],
    ),
  )
}

/** Fills the head's part of the gradient and returns that of the hidden state. */
function linearGradient(
  slopes: Float64Array,
  parts: { weights: Float64Array; gradient: Float64Array; hidden: Float64Array; recurrent: number },
): Float64Array {
  const { weights, gradient, hidden, recurrent } = parts
  const hiddenGradient = new Float64Array(hidden.length)
  slopes.forEach((slope, row) => {
    const start = recurrent + row * (hidden.length + 1)
    hidden.forEach((value, column) => {
      gradient[start + column] = slope * value
      hiddenGradient[column] += slope * weights[start + column]
    })
    gradient[start + hidden.length] = slope
  })
  return hiddenGradient
}

/** log-probability of the action and its slopes for the head's outputs. */
function headGradient(
  output: Float64Array,
  { action, slots, sigma }: { action: Encoding; slots: readonly Slot[]; sigma: number },
): { value: number; slopes: Float64Array } {
  const slopes = new Float64Array(output.length)
  let value = 0
  for (const { start, choices } of slots) {
    if (choices === 0) {
      const mean = sigmoid(output[start])
      const distance = (action[start] - mean) / sigma
      value -= 0.5 * distance * distance
      slopes[start] = (distance / sigma) * mean * (1 - mean)
      continue
    }
    const probabilities = softmax(output.subarray(start, start + choices))
    probabilities.forEach((probability, choice) => {
      slopes[start + choice] = action[start + choice] - probability
      if (action[start + choice] === 1) value += Math.log(probability)
    })
  }
  return { value, slopes }
}

function softmax(logits: Float64Array): Float64Array {
  const largest = Math.max(...logits)
  const raw = logits.map((logit) => Math.exp(logit - largest))
  const sum = raw.reduce((total, value) => total + value, 0)
  return raw.map((value) => value / sum)
}

function pickLogit(logits: Float64Array, position: number): number {
  let cumulated = 0
  const index = softmax(logits).findIndex((probability) => position < (cumulated += probability))
  return index < 0 ? logits.length - 1 : index
}
