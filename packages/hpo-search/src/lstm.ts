/**
 * A long short-term memory layer (Hochreiter and Schmidhuber, 1997; with the forget gate of Gers et al., 2000) with its
 * own backward pass, small enough for plain arrays.
 *
 *   [i f g o] = W [x; h] + b,   c' = s(f) c + s(i) tanh(g),   h' = s(o) tanh(c')
 *
 * Weights are one vector: W row by row (4·hidden rows of input + hidden columns, gates in the order i f g o), then b.
 *
 * @module
 */

export interface LstmShape {
  readonly inputSize: number
  readonly hiddenSize: number
}

/** What the backward pass needs of one step. */
interface Step {
  /** [x; h] before the step. */
  readonly joined: Float64Array
  readonly cellBefore: Float64Array
  /** The gates after their sigmoid or tanh. */
  readonly gates: Float64Array
  readonly cell: Float64Array
}

/** A run over a sequence. */
export interface LstmRun {
  /** h after the last input. */
  readonly hidden: Float64Array
  readonly steps: readonly Step[]
}

/** Number of weights. */
export function lstmWeightCount({ inputSize, hiddenSize }: LstmShape): number {
  return 4 * hiddenSize * (inputSize + hiddenSize + 1)
}

/** Runs the layer over a sequence from a zero state. */
export function runLstm(weights: Float64Array, inputs: readonly Float64Array[], shape: LstmShape): LstmRun {
  let hidden = new Float64Array(shape.hiddenSize)
  let cell = new Float64Array(shape.hiddenSize)
  const steps: Step[] = []
  for (const input of inputs) {
    const joined = Float64Array.of(...input, ...hidden)
    const gates = gatesOf(weights, joined, shape)
    const cellBefore = cell
    cell = cellBefore.map((before, unit) => {
      const [i, f, g] = [0, 1, 2].map((gate) => gates[gate * shape.hiddenSize + unit])
      return f * before + i * g
    })
    hidden = cell.map((value, unit) => gates[3 * shape.hiddenSize + unit] * Math.tanh(value))
    steps.push({ joined, cellBefore, gates, cell })
  }
  return { hidden, steps }
}

/** The gradient of the weights, given that of the last hidden state: back through all steps. */
export function lstmGradient(
  weights: Float64Array,
  { run, hiddenGradient, shape }: { run: LstmRun; hiddenGradient: Float64Array; shape: LstmShape },
): Float64Array {
  const gradient = new Float64Array(weights.length)
  let hidden = hiddenGradient
  let cell = new Float64Array(shape.hiddenSize)
  for (const step of run.steps.toReversed()) {
    const back = stepBack(step, { hidden, cell, hiddenSize: shape.hiddenSize })
    cell = back.cellBefore
    hidden = spread(back.preActivation, { weights, gradient, step, shape })
  }
  return gradient
}

function gatesOf(weights: Float64Array, joined: Float64Array, { hiddenSize }: LstmShape): Float64Array {
  const biases = 4 * hiddenSize * joined.length
  return Float64Array.from({ length: 4 * hiddenSize }, (_, row) => {
    let sum = weights[biases + row]
    for (let column = 0; column < joined.length; column++) sum += weights[row * joined.length + column] * joined[column]
    return Math.floor(row / hiddenSize) === 2 ? Math.tanh(sum) : sigmoid(sum)
  })
}

/** Gradients of the gates' arguments and of the cell before, from those of hidden state and cell after. */
function stepBack(
  { gates, cell: cellAfter, cellBefore: before }: Step,
  { hidden, cell, hiddenSize }: { hidden: Float64Array; cell: Float64Array; hiddenSize: number },
): { preActivation: Float64Array; cellBefore: Float64Array<ArrayBuffer> } {
  const preActivation = new Float64Array(4 * hiddenSize)
  const cellBefore = new Float64Array(hiddenSize)
  for (let unit = 0; unit < hiddenSize; unit++) {
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[gate * hiddenSize + unit])
    const squashed = Math.tanh(cellAfter[unit])
    const total = cell[unit] + hidden[unit] * o * (1 - squashed * squashed)
    preActivation[unit] = total * g * i * (1 - i)
    preActivation[hiddenSize + unit] = total * before[unit] * f * (1 - f)
    preActivation[2 * hiddenSize + unit] = total * i * (1 - g * g)
    preActivation[3 * hiddenSize + unit] = hidden[unit] * squashed * o * (1 - o)
    cellBefore[unit] = total * f
  }
  return { preActivation, cellBefore }
}

/** Adds one step's share to the gradient and returns the gradient of the hidden state before the step. */
function spread(
  preActivation: Float64Array,
  parts: { weights: Float64Array; gradient: Float64Array; step: Step; shape: LstmShape },
): Float64Array {
  const { weights, gradient, step, shape } = parts
  const { joined } = step
  const hidden = new Float64Array(shape.hiddenSize)
  preActivation.forEach((slope, row) => {
    const start = row * joined.length
    for (let column = 0; column < joined.length; column++) {
      gradient[start + column] += slope * joined[column]
      if (column >= shape.inputSize) hidden[column - shape.inputSize] += slope * weights[start + column]
    }
    gradient[preActivation.length * joined.length + row] += slope
  })
  return hidden
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
